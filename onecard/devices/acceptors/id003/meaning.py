"""What ID-003 codes mean: states, commands, settings, reasons, and the currency table. Data, no behaviour.

The official text is not public. States, commands and the frames in the tests agree between several public
drivers and captures; the reason and failure lists are defaults for messages and decide nothing about money.
"""

from enum import IntEnum

import msgspec


class State(IntEnum):
    """What the acceptor answers to a status request."""

    IDLE = 0x11
    ACCEPTING = 0x12
    ESCROW = 0x13
    STACKING = 0x14
    VEND_VALID = 0x15
    STACKED = 0x16
    REJECTING = 0x17
    RETURNING = 0x18
    HOLDING = 0x19
    DISABLED = 0x1A
    INITIALIZE = 0x1B
    POWER_UP = 0x40
    POWER_UP_IN_ACCEPTOR = 0x41
    POWER_UP_IN_STACKER = 0x42
    STACKER_FULL = 0x43
    STACKER_OPEN = 0x44
    JAM_ACCEPTOR = 0x45
    JAM_STACKER = 0x46
    PAUSE = 0x47
    CHEATED = 0x48
    FAILURE = 0x49
    COMMUNICATION_ERROR = 0x4A


#: Answers that are no states.
ACK = 0x50
INVALID_COMMAND = 0x4B


class Order(IntEnum):
    """What the host asks. The same numbers as some states; the direction tells them apart."""

    STATUS = 0x11
    RESET = 0x40
    STACK_1 = 0x41
    STACK_2 = 0x42
    RETURN = 0x43
    HOLD = 0x44
    WAIT = 0x45
    ACK = 0x50
    VERSION = 0x88
    CURRENCY = 0x8A
    SET_DENOMINATION = 0xC0
    SET_SECURITY = 0xC1
    SET_MODE = 0xC2
    SET_INHIBIT = 0xC3
    SET_DIRECTION = 0xC4
    SET_OPTIONAL = 0xC5


SETTINGS = range(0xC0, 0xC6)
#: Escrow codes 61h … 68h; their values come from the currency table, never from their place.
FIRST_DENOMINATION = 0x61
DENOMINATIONS = 8
BARCODE = 0x6F

POWER_UPS = {
    State.POWER_UP: "none",
    State.POWER_UP_IN_ACCEPTOR: "acceptor",
    State.POWER_UP_IN_STACKER: "stacker",
}

#: State → the contract's fault kind and a detail.
FAULTS = {
    State.STACKER_FULL: ("box_full", ""),
    State.STACKER_OPEN: ("box_out", ""),
    State.JAM_ACCEPTOR: ("jam", "acceptor"),
    State.JAM_STACKER: ("jam", "stacker"),
    State.CHEATED: ("cheated", ""),
    State.FAILURE: ("failure", ""),
    State.COMMUNICATION_ERROR: ("failure", "communication"),
}

INHIBITED = 0x79

REJECTS = {
    0x71: "insertion",
    0x72: "magnetic",
    0x73: "left_in_head",
    0x74: "compensation",
    0x75: "conveying",
    0x76: "denomination",
    0x77: "photo_pattern",
    0x78: "photo_level",
    INHIBITED: "inhibited",
    0x7B: "operation",
    0x7C: "left_in_stacker",
    0x7D: "length",
    0x7E: "photo_pattern",
    0x98: "several_notes",
    0x9B: "ticket_face",
}

FAILURES = {
    0xA2: "stack_motor",
    0xA5: "transport_speed",
    0xA6: "transport_motor",
    0xAB: "cash_box_not_ready",
    0xAF: "head_removed",
    0xB0: "boot_rom",
    0xB1: "external_rom",
    0xB2: "ram",
    0xB3: "external_rom_writing",
}


def named(table: dict[int, str], code: int | None) -> str:
    """The word for a code, or the code itself for one that no list knows."""
    if code is None:
        return "unknown"
    return table.get(code, f"code_{code:02x}")


class Denomination(msgspec.Struct, frozen=True):
    """One row of the acceptor's currency table."""

    escrow: int
    country: int
    value_fen: int


#: A row beyond this is a misread, not a banknote (￥10,000,000).
_LARGEST_FEN = 10**9


def currency_table(data: bytes) -> tuple[Denomination, ...]:
    """Rows of four bytes: escrow code, country, value, power of ten (in yuan); unused rows are left out.

    Raises ``ValueError`` when the data is no such table.
    """
    if not data or len(data) % 4:
        raise ValueError(f"currency table of {len(data)} bytes")
    rows = []
    for at in range(0, len(data), 4):
        escrow, country, value, power = data[at : at + 4]
        if value == 0:
            continue
        if power > 7 or (fen := value * 10**power * 100) > _LARGEST_FEN:
            raise ValueError(f"currency row {data[at : at + 4].hex()}")
        rows.append(Denomination(escrow, country, fen))
    return tuple(rows)


def encode_table(rows: tuple[Denomination, ...]) -> bytes:
    """The same, towards the wire; for simulators."""
    out = b""
    for row in rows:
        value, power = row.value_fen // 100, 0
        while value > 0xFF or (value and value % 10 == 0):
            assert value % 10 == 0, row
            value, power = value // 10, power + 1
        out += bytes((row.escrow, row.country, value, power))
    return out
