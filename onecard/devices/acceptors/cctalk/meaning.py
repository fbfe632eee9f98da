"""What ccTalk headers and event codes mean, the ring of five events, and coin and bill names. No behaviour.

The lists of errors are defaults for messages; only the codes named in the drivers decide anything about
money.
"""

import re
from enum import IntEnum

import msgspec


class Header(IntEnum):
    """What the host asks."""

    RESET = 1
    BILL_MODE = 153
    ROUTE_BILL = 154
    SCALING = 156
    BILL_ID = 157
    READ_BILLS = 159
    COIN_ID = 184
    READ_MASTER_INHIBIT = 227
    MASTER_INHIBIT = 228
    READ_COINS = 229
    INHIBITS = 231
    SERIAL = 242
    SIMPLE_POLL = 254


#: Headers of answers.
ANSWER = 0
NAK = 5
BUSY = 6
RETURN, STACK = 0, 1
#: Stacker and escrow in use.
MODE = 3
#: Looks at the ring between two at the mouth: a restart that the counter cannot tell left it shut.
MOUTH_EVERY = 20
#: How many events a device remembers.
RING = 5
#: The counter of events runs 1 to 255 and then 1 again; 0 is only seen after a start.
AROUND = 255


class News(msgspec.Struct, frozen=True):
    """What a ring says since the last look: its events, oldest first, as pairs (A, B)."""

    events: tuple[tuple[int, int], ...] = ()
    is_restarted: bool = False
    #: More events than the ring holds: what the older ones were nobody will ever know.
    is_lost: bool = False


def distance(before: int, counter: int) -> int:
    """How many events lie between two readings of the counter; neither end is 0 but at a start."""
    if before == 0:
        return counter
    return (counter - before) % AROUND


def news(before: int, answer: bytes) -> News:
    """Compare an answer to ``READ_BILLS`` or ``READ_COINS`` with the counter seen before.

    Raises ``ValueError`` when the answer is none.
    """
    if len(answer) != 1 + 2 * RING:
        raise ValueError(f"event buffer of {len(answer)} bytes")
    counter = answer[0]
    if counter == 0:
        return News(is_restarted=before != 0)
    count = distance(before, counter)
    newest = [(answer[1 + 2 * place], answer[2 + 2 * place]) for place in range(min(count, RING))]
    return News(tuple(reversed(newest)), is_lost=count > RING)


BILL_REJECTS = {
    1: "returned",
    2: "invalid",
    3: "transport",
    4: "inhibited",
    5: "inhibited",
    8: "pulled_back",
    20: "barcode",
}
#: (kind, detail) of what keeps a bill validator from working.
BILL_FAULTS = {
    6: ("jam", "unsafe"),
    7: ("jam", "stacker"),
    9: ("cheated", "tamper"),
    11: ("box_out", ""),
    13: ("failure", "stacker"),
    14: ("box_full", ""),
    15: ("jam", "stacker"),
    16: ("jam", "safe"),
    17: ("cheated", "fraud"),
    18: ("cheated", "string"),
    19: ("cheated", "fraud"),
}
#: Codes after which such a trouble is over.
BILL_MENDED = (10, 12)
#: A bill whose type the device does not know lies in the box.
UNKNOWN_STACKED = 21

COIN_REJECTS = {
    1: "rejected",
    2: "inhibited",
    3: "several",
    4: "wake_up",
    5: "validation",
    8: "too_close",
    17: "backwards",
    18: "too_fast",
    19: "too_slow",
}
COIN_FAULTS = {
    10: ("jam", "credit_sensor"),
    11: ("jam", "sorter"),
    12: ("jam", "reject_chute"),
    13: ("jam", "validation"),
    14: ("jam", "credit_sensor"),
    15: ("jam", "sorter"),
    20: ("cheated", "string"),
    255: ("failure", "alarm"),
}

#: A value beyond this is a misread (￥10,000,000).
_LARGEST_FEN = 10**9
#: What a million thousandths of the sign in a coin's name are worth in fen.
_FEN_PER_MILLION = {"m": 100, ".": 10**5, "K": 10**8}


def bill_value(name: bytes, scaling: int, decimals: int, country: bytes = b"CN") -> int | None:
    """Fen of a bill called e.g. ``CN0010A``; ``scaling`` and ``decimals`` are the answer for its country.

    The product counts the smallest unit, of which ``10 ** decimals`` make one yuan.
    """
    if len(name) != 7 or name[:2] != country or not name[2:6].isdigit() or decimals > 6:
        return None
    value, rest = divmod(int(name[2:6]) * scaling * 100, 10**decimals)
    return value if not rest and 0 < value <= _LARGEST_FEN else None


def coin_value(name: bytes, unit_fen: int, country: bytes = b"CN") -> int | None:
    """Fen of a coin called e.g. ``CN100A``: three signs of value, of which one may be a point, ``K`` or
    ``m``.

    Makers differ in what a plain number counts, fen or yuan: ``unit_fen`` is a setting. A point always counts
    yuan.
    """
    if len(name) != 6 or name[:2] != country:
        return None
    text = name[2:5].decode("ascii", "replace")
    if text.isdigit():
        value = int(text) * unit_fen
    else:
        parts = re.fullmatch(r"(\d*)([mK.])(\d*)", text)
        if parts is None:
            return None
        whole, sign, behind = parts.groups()
        parts_of_sign = int(whole or "0") * 1000 + int(behind.ljust(3, "0"))
        value, rest = divmod(parts_of_sign * _FEN_PER_MILLION[sign], 10**6)
        if rest:
            return None
    return value if 0 < value <= _LARGEST_FEN else None


def mask(values: dict[int, int], wanted: frozenset[int]) -> bytes:
    """The inhibit mask: bit = position - 1, 1 = taken."""
    bits = sum(1 << (place - 1) for place, fen in values.items() if fen in wanted)
    return bits.to_bytes(2, "little")
