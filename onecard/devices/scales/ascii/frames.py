"""Two ASCII formats of scales that talk by themselves. Bytes ↔ readings.

``lines``: ``ST,GS,+  1.234kg`` and CR LF, with an optional field of device and lamps in between; ``US``
moves, ``OL`` is too much. ``boxed``: ``02 | sign | 6 digits | decimals | XOR as two hex digits | 03``, in
kilograms, which has a check and does not say whether the weight is stable.
"""

import re

from onecard.devices.scales import Reading, State, stable
from onecard.devices.scales.number import grams

END = b"\r\n"
STX, ETX = 0x02, 0x03
BOX = 12
_LINE = re.compile(rb"(ST|US|OL),(?:GS|NT),(?:[\x21-\xff]{2},)?([+-]?) *([0-9.]+) ?(kg|g)\r\n")
_OVER = re.compile(rb"OL,(?:GS|NT),.*\r\n")


def line_of(line: bytes) -> Reading | None:
    """A line's meaning; ``None`` for other lines, and for the rest of one whose beginning was missed."""
    if _OVER.fullmatch(line):
        return Reading(State.OVER)
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    if match[2] == b"-":
        return Reading(State.UNDER_ZERO)
    weight_g = grams(match[3].decode(), match[4].decode())
    if match[1] == b"US" and weight_g is not None:
        return Reading(State.MOVING, weight_g)
    return stable(weight_g)


def line(state: State, net_g: int) -> bytes:
    """What such a scale sends."""
    head = {State.MOVING: b"US", State.OVER: b"OL"}.get(state, b"ST")
    sign = b"-" if net_g < 0 else b"+"
    return head + b",GS," + sign + f"{abs(net_g) / 1000:7.3f}kg".encode() + END


def check(text: bytes) -> bytes:
    """The XOR of sign, digits and decimals, as two hex digits in capitals."""
    value = 0
    for byte in text:
        value ^= byte
    return f"{value:02X}".encode()


def box(net_g: int) -> bytes:
    """A boxed weight with three decimals."""
    text = (b"-" if net_g < 0 else b"+") + f"{abs(net_g):06d}3".encode()
    return bytes((STX,)) + text + check(text) + bytes((ETX,))


class Boxes:
    """Takes bytes as they come."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self.garbage = 0

    def feed(self, data: bytes) -> list[Reading]:
        self._pending += data
        found = list[Reading]()
        while True:
            start = self._pending.find(STX)
            self._discard(len(self._pending) if start < 0 else start)
            if len(self._pending) < BOX:
                return found
            frame = bytes(self._pending[:BOX])
            if frame[-1] != ETX or check(frame[1:9]) != frame[9:11] or frame[1:2] not in (b"+", b"-"):
                self._discard(1)
                continue
            del self._pending[:BOX]
            found.append(_read(frame[1:9]))

    def reset(self) -> None:
        self._pending.clear()

    def _discard(self, count: int) -> None:
        self.garbage += count
        del self._pending[:count]


def _read(text: bytes) -> Reading:
    digits, decimals = text[1:7], text[7:8]
    if not digits.isdigit() or decimals not in (b"0", b"1", b"2", b"3", b"4"):
        return Reading(State.UNREADABLE)
    if text[:1] == b"-":
        return Reading(State.UNDER_ZERO) if int(digits) else stable(0)
    places = int(decimals)
    number = digits.decode()
    return stable(grams(f"{number[: 6 - places]}.{number[6 - places :]}", "kg"))
