"""Toledo 8217: ``02 weight [N] 0D`` or ``02 ? status 0D``. Bytes ↔ readings.

It never sends a weight that is not stable; the status says why it sends none. Eight data bits may carry the
parity of seven on top, so the top bit is taken off. No check: a digit that parity missed looks like a digit.
"""

import re

from onecard.devices.scales import Reading, State, stable
from onecard.devices.scales.number import grams

ASK, ZERO, TARE, CLEAR = b"W", b"Z", b"T", b"C"
STX, CR = b"\x02", b"\r"
_WEIGHT = re.compile(rb"\x02( *[0-9]{1,3}\.[0-9]{2,3})N?\r")
_STATUS = re.compile(rb"\x02\?([\x40-\x7f])\r")
MOTION, OVER, UNDER, OUTSIDE, CENTRE, NET, ALWAYS = 1, 2, 4, 8, 16, 32, 64


def line_of(data: bytes) -> Reading | None:
    """The meaning of what ends in CR; what came before the last STX is noise."""
    line = bytes(byte & 0x7F for byte in data)
    start = line.rfind(STX)
    if start < 0:
        return None
    if match := _WEIGHT.fullmatch(line, start):
        return stable(grams(match[1].decode(), "kg"))
    if match := _STATUS.fullmatch(line, start):
        return Reading(_state(match[1][0]))
    return None


def _state(status: int) -> State:
    if status & OVER:
        return State.OVER
    if status & UNDER:
        return State.UNDER_ZERO
    return State.MOVING if status & MOTION else State.BUSY


def weight(net_g: int, *, is_net: bool = False) -> bytes:
    """A stable weight on the wire."""
    return STX + f"{net_g // 1000:02d}.{net_g % 1000:03d}".encode() + (b"N" if is_net else b"") + CR


def status(bits: int) -> bytes:
    """Why there is no weight."""
    return STX + b"?" + bytes((ALWAYS | bits,)) + CR
