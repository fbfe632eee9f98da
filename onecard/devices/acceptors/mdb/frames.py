"""MDB bill validator: commands, poll answers and the set-up block. Blocks ↔ their meaning, pure."""

from enum import Enum, IntEnum, auto

import msgspec


class Order(IntEnum):
    """First byte of a command to the bill validator (address 30h)."""

    RESET = 0x30
    SETUP = 0x31
    SECURITY = 0x32
    POLL = 0x33
    BILL_TYPE = 0x34
    ESCROW = 0x35
    STACKER = 0x36


RETURN, STACK = 0, 1
SETUP_BYTES = 27
TYPES = 16
#: How the set-up block names CNY: by currency (1 and ISO 4217) or by the country's telephone number.
CURRENCIES = (b"\x11\x56", b"\x00\x86")


class Route(IntEnum):
    """Bits 4 to 6 of a poll byte about a bill."""

    STACKED = 0
    ESCROW = 1
    RETURNED = 2
    TO_RECYCLER = 3
    REJECTED = 4


class Status(IntEnum):
    """Poll bytes about the machine."""

    MOTOR = 0x01
    SENSOR = 0x02
    BUSY = 0x03
    ROM = 0x04
    JAM = 0x05
    JUST_RESET = 0x06
    BILL_REMOVED = 0x07
    BOX_OUT = 0x08
    DISABLED = 0x09
    NOT_IN_ESCROW = 0x0A
    REJECTED = 0x0B
    FISHED = 0x0C


FAULTS = {
    Status.MOTOR: ("failure", "motor"),
    Status.SENSOR: ("failure", "sensor"),
    Status.ROM: ("failure", "rom"),
    Status.JAM: ("jam", ""),
    Status.BILL_REMOVED: ("cheated", "bill_removed"),
    Status.BOX_OUT: ("box_out", ""),
    Status.FISHED: ("cheated", "credited_bill_removed"),
}


class Kind(Enum):
    """What a poll byte is."""

    BILL = auto()
    STATUS = auto()
    ATTEMPTS = auto()  # bills pushed in while the mouth was shut
    UNKNOWN = auto()


class Report(msgspec.Struct, frozen=True):
    """One poll byte. ``value``: route of a bill, code of a status, number of attempts; ``bill``: its type."""

    kind: Kind
    value: int
    bill: int = 0


_ROUTES = frozenset(map(int, Route))
_STATES = frozenset(map(int, Status))


def report(byte: int) -> Report:
    """Read one byte of a poll's answer."""
    if byte & 0x80:
        known = byte >> 4 & 7 in _ROUTES
        return Report(Kind.BILL if known else Kind.UNKNOWN, byte >> 4 & 7, byte & 0x0F)
    if byte >> 5 == 2:
        return Report(Kind.ATTEMPTS, byte & 0x1F)
    return Report(Kind.STATUS if byte in _STATES else Kind.UNKNOWN, byte)


#: A value beyond this is a misread, not a banknote (￥10,000,000).
_LARGEST_FEN = 10**9


class Setup(msgspec.Struct, frozen=True):
    """What the validator says of itself."""

    level: int
    has_escrow: bool
    values_fen: dict[int, int]


def read_setup(data: bytes) -> Setup:
    """The answer to ``SETUP``; types of another currency are worth nothing here. Raises ``ValueError``."""
    if len(data) != SETUP_BYTES:
        raise ValueError(f"set-up of {len(data)} bytes")
    scaling, decimals = int.from_bytes(data[3:5], "big"), data[5]
    if decimals > 6:
        raise ValueError(f"{decimals} decimals")
    values = {}
    for bill, factor in enumerate(data[11:]):
        fen, rest = divmod(factor * scaling * 100, 10**decimals)
        # FFh is a token, which has no value.
        if data[1:3] in CURRENCIES and factor not in (0, 0xFF) and not rest and 0 < fen <= _LARGEST_FEN:
            values[bill] = fen
    return Setup(data[0], data[10] == 0xFF, values)


def encode_setup(values_fen: tuple[int, ...], currency: bytes = CURRENCIES[0]) -> bytes:
    """The same, towards the wire, in yuan; for simulators."""
    factors = bytes(fen // 100 for fen in values_fen).ljust(TYPES, b"\0")
    head = b"\x01" + currency + (100).to_bytes(2, "big") + b"\x02"
    return head + (600).to_bytes(2, "big") + b"\0\0" + b"\xff" + factors
