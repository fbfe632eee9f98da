"""What SSP codes mean: commands, replies, events and their lengths, the set-up answer. Data, no behaviour.

How many bytes follow an event depends on the protocol version; the lengths here are those of versions 6 to 8
for validators. An event of unknown length ends the reading of its reply: behind it everything would be a
guess.
"""

from enum import IntEnum

import msgspec


class Order(IntEnum):
    """What the host asks."""

    RESET = 0x01
    SET_INHIBITS = 0x02
    SETUP = 0x05
    PROTOCOL = 0x06
    POLL = 0x07
    REJECT = 0x08
    DISABLE = 0x09
    ENABLE = 0x0A
    SERIAL = 0x0C
    SYNC = 0x11
    LAST_REJECT = 0x17
    HOLD = 0x18
    SET_GENERATOR = 0x4A
    SET_MODULUS = 0x4B
    EXCHANGE_KEYS = 0x4C
    POLL_WITH_ACK = 0x56
    EVENT_ACK = 0x57


OK = 0xF0
UNKNOWN = 0xF2
OUT_OF_RANGE = 0xF4
CANNOT = 0xF5
FAIL = 0xF8
KEY_NOT_SET = 0xFA


class Happening(IntEnum):
    """What a reply to a poll reports."""

    RESET = 0xF1
    READ = 0xEF
    CREDIT = 0xEE
    REJECTING = 0xED
    REJECTED = 0xEC
    STACKED = 0xEB
    SAFE_JAM = 0xEA
    UNSAFE_JAM = 0xE9
    DISABLED = 0xE8
    FULL = 0xE7
    FRAUD = 0xE6
    TICKET_ACK = 0xE5
    BOX_BACK = 0xE4
    BOX_OUT = 0xE3
    CLEARED_TO_BOX = 0xE2
    CLEARED_FROM_FRONT = 0xE1
    TICKET = 0xD1
    STACKING = 0xCC
    STORED_AT_START = 0xCB
    STACKED_AT_START = 0xCA
    INITIALISING = 0xB6
    ALL_INHIBITED = 0xB5


#: Bytes behind an event.
LENGTHS = dict.fromkeys(Happening, 0) | {
    Happening.READ: 1,
    Happening.CREDIT: 1,
    Happening.FRAUD: 1,
    Happening.CLEARED_TO_BOX: 1,
    Happening.CLEARED_FROM_FRONT: 1,
    Happening.STORED_AT_START: 7,
    Happening.STACKED_AT_START: 7,
}
#: Events that poll-with-ack repeats until they are acknowledged.
TO_ACKNOWLEDGE = (
    Happening.CREDIT,
    Happening.CLEARED_TO_BOX,
    Happening.CLEARED_FROM_FRONT,
    Happening.STORED_AT_START,
    Happening.STACKED_AT_START,
)
#: A note is moving, or the machine is: nothing can be said about rest.
MOVING = (
    *(Happening.READ, Happening.STACKING, Happening.CREDIT, Happening.REJECTING, Happening.RESET),
    Happening.INITIALISING,
)
FAULTS = {
    Happening.SAFE_JAM: ("jam", "safe"),
    Happening.UNSAFE_JAM: ("jam", "unsafe"),
    Happening.FULL: ("box_full", ""),
    Happening.FRAUD: ("cheated", ""),
    Happening.BOX_OUT: ("box_out", ""),
}

REJECTS = {
    0x00: "accepted",
    0x01: "length",
    0x02: "average",
    0x03: "coastline",
    0x04: "graph",
    0x05: "buried",
    0x06: "inhibited",
    0x07: "second_note",
    0x08: "not_recognised",
    0x0A: "too_long",
    0x0D: "tampered",
    0x11: "host_rejected",
    0x13: "escrow_time_out",
}


def happenings(data: bytes) -> tuple[list[tuple[Happening, bytes]], int | None]:
    """The events of a poll's reply (without its ``F0``), and the code that could not be read, if any."""
    found: list[tuple[Happening, bytes]] = []
    at = 0
    while at < len(data):
        code = data[at]
        if code not in LENGTHS or at + 1 + LENGTHS[Happening(code)] > len(data):
            return found, code
        kind = Happening(code)
        found.append((kind, data[at + 1 : at + 1 + LENGTHS[kind]]))
        at += 1 + LENGTHS[kind]
    return found, None


class Setup(msgspec.Struct, frozen=True):
    """What the unit says of itself: its firmware and what each channel is worth in ``currency``."""

    firmware: str
    protocol: int
    values_fen: dict[int, int]


#: A channel beyond this is a misread, not a banknote (￥10,000,000).
_LARGEST_FEN = 10**9


def read_setup(data: bytes, currency: bytes = b"CNY") -> Setup:
    """The answer to ``SETUP`` from protocol version 6 on. Raises ``ValueError`` when it is none.

    Channels of another currency are left out: what they are worth here is nobody's to say.
    """
    if len(data) < 12:
        raise ValueError(f"set-up of {len(data)} bytes")
    count = data[11]
    behind = 12 + 2 * count
    if len(data) != behind + 4 + 7 * count:
        raise ValueError(f"set-up of {len(data)} bytes with {count} channels")
    per_unit = int.from_bytes(data[behind : behind + 3], "big")
    values = {}
    for channel in range(count):
        country = data[behind + 4 + 3 * channel :][:3]
        value = int.from_bytes(data[behind + 4 + 3 * count + 4 * channel :][:4], "little")
        fen = value * per_unit
        if country == currency and 0 < fen <= _LARGEST_FEN:
            values[channel + 1] = fen
    return Setup(data[1:5].decode("ascii", "replace"), data[behind + 3], values)


def encode_setup(values_fen: dict[int, int], protocol: int, currency: bytes = b"CNY") -> bytes:
    """The same, towards the wire; for simulators."""
    count = len(values_fen)
    yuan = [values_fen[channel + 1] // 100 for channel in range(count)]
    out = b"\x000100" + currency + (1).to_bytes(3, "big") + bytes((count,))
    out += bytes(min(value, 0xFF) for value in yuan) + b"\x02" * count
    out += (100).to_bytes(3, "big") + bytes((protocol,)) + currency * count
    return out + b"".join(value.to_bytes(4, "little") for value in yuan)
