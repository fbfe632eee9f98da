"""What CCNET codes mean: commands, states, reasons, the bill table. Data, no behaviour.

The official text is not public; the reasons are defaults for messages and decide nothing about money.
"""

from enum import IntEnum

import msgspec


class Order(IntEnum):
    """What the host asks."""

    ACK = 0x00
    RESET = 0x30
    SET_SECURITY = 0x32
    POLL = 0x33
    ENABLE = 0x34
    STACK = 0x35
    RETURN = 0x36
    IDENTIFY = 0x37
    HOLD = 0x38
    BILL_TABLE = 0x41
    NAK = 0xFF


ACK = 0x00
ILLEGAL = 0x30
NAK = 0xFF


class State(IntEnum):
    """What a poll is answered with."""

    POWER_UP = 0x10
    POWER_UP_IN_VALIDATOR = 0x11
    POWER_UP_IN_STACKER = 0x12
    INITIALIZE = 0x13
    IDLE = 0x14
    ACCEPTING = 0x15
    STACKING = 0x17
    RETURNING = 0x18
    DISABLED = 0x19
    HOLDING = 0x1A
    BUSY = 0x1B
    REJECTING = 0x1C
    BOX_FULL = 0x41
    BOX_OUT = 0x42
    VALIDATOR_JAM = 0x43
    BOX_JAM = 0x44
    CHEATED = 0x45
    PAUSE = 0x46
    FAILURE = 0x47
    ESCROW = 0x80
    STACKED = 0x81
    RETURNED = 0x82


STATES = {int(state) for state in State}
POWER_UPS = {
    State.POWER_UP: "none",
    State.POWER_UP_IN_VALIDATOR: "acceptor",
    State.POWER_UP_IN_STACKER: "stacker",
}
FAULTS = {
    State.BOX_FULL: ("box_full", ""),
    State.BOX_OUT: ("box_out", ""),
    State.VALIDATOR_JAM: ("jam", "validator"),
    State.BOX_JAM: ("jam", "box"),
    State.CHEATED: ("cheated", ""),
    State.PAUSE: ("jam", "second_note"),
    State.FAILURE: ("failure", ""),
}
REJECTS = {
    0x60: "insertion",
    0x61: "magnetic",
    0x62: "left_in_head",
    0x63: "multiplying",
    0x64: "conveying",
    0x65: "identification",
    0x66: "verification",
    0x67: "optic",
    0x68: "inhibited",
    0x69: "capacity",
    0x6A: "operation",
    0x6C: "length",
    0x6D: "ultraviolet",
}

BILLS = 24
_ROW = 5
#: A row beyond this is a misread, not a banknote (￥10,000,000).
_LARGEST_FEN = 10**9


class Bill(msgspec.Struct, frozen=True):
    """One row of the bill table; its place is the number in escrow and stacked reports."""

    place: int
    country: str
    value_fen: int


def bill_table(data: bytes) -> tuple[Bill, ...]:
    """24 rows of five bytes: value, country (3), power of ten (bit 7: negative), in yuan. Unused rows are
    left out. Raises ``ValueError`` when the data is no such table."""
    if len(data) != BILLS * _ROW:
        raise ValueError(f"bill table of {len(data)} bytes")
    rows = []
    for place in range(BILLS):
        value, *country, power = data[place * _ROW : (place + 1) * _ROW]
        if value == 0:
            continue
        shift = (-(power & 0x7F) if power & 0x80 else power) + 2
        if shift < 0 or shift > 9 or (fen := value * 10**shift) > _LARGEST_FEN:
            raise ValueError(f"bill row {place}")
        rows.append(Bill(place, bytes(country).decode("ascii", "replace"), fen))
    return tuple(rows)


def encode_table(values_fen: tuple[int, ...], country: bytes = b"CHN") -> bytes:
    """The same, towards the wire; for simulators."""
    out = b""
    for fen in values_fen:
        value, power = fen // 100, 0
        while value > 0xFF or (value and value % 10 == 0):
            assert value % 10 == 0, fen
            value, power = value // 10, power + 1
        out += bytes((value,)) + country + bytes((power,))
    return out.ljust(BILLS * _ROW, b"\0")
