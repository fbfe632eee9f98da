"""Adam scales: ``P`` is answered by a line that ends in ``1.234kg``. Bytes ↔ readings.

The line says neither that the weight is stable nor that it is net, and has no check.
"""

import re

from onecard.devices.scales import Reading, State, stable
from onecard.devices.scales.number import grams

ASK, END = b"P\r\n", b"\r\n"
_WEIGHT = re.compile(rb"\s*([+-]?)\s*([0-9.]+)\s*(kg|g)\r\n")


def line_of(line: bytes) -> Reading | None:
    """A line's meaning; ``None`` for other lines."""
    match = _WEIGHT.fullmatch(line)
    if match is None:
        return None
    if match[1] == b"-":
        return Reading(State.UNDER_ZERO)
    return stable(grams(match[2].decode(), match[3].decode()))


def encode(net_g: int) -> bytes:
    """What the scale prints."""
    return f"{net_g / 1000:>8.3f}kg".encode() + END
