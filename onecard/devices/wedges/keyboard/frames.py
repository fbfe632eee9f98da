"""Linux ``struct input_event`` ↔ key strokes. Bytes and time stamps, no meaning.

24 bytes on a 64-bit kernel: seconds 8, microseconds 8, type 2, code 2, value 4, all little-endian.
"""

import struct
from typing import Literal

import msgspec

_EVENT = struct.Struct("<qqHHi")
LENGTH = _EVENT.size
EV_SYN, EV_KEY, EV_MSC = 0, 1, 4
SYN_REPORT, SYN_DROPPED = 0, 3
DOWN, UP, REPEAT = 1, 0, 2
_MICRO = 1_000_000


class Stroke(msgspec.Struct, frozen=True):
    """A key went down or up, or the kernel dropped some."""

    kind: Literal["down", "up", "dropped"]
    code: int
    #: Microseconds of the kernel's clock.
    at_us: int


def encode(kind: int, code: int, value: int, at_us: int) -> bytes:
    """One event as the kernel writes it."""
    return _EVENT.pack(at_us // _MICRO, at_us % _MICRO, kind, code, value)


class Parser:
    """Takes bytes as they come."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, data: bytes) -> list[Stroke]:
        data = self._pending + data
        whole = len(data) - len(data) % LENGTH
        self._pending = data[whole:]
        strokes = []
        for seconds, micro, kind, code, value in _EVENT.iter_unpack(data[:whole]):
            at_us = seconds * _MICRO + micro
            if kind == EV_KEY and value in (DOWN, UP):
                strokes.append(Stroke("down" if value == DOWN else "up", code, at_us))
            elif kind == EV_SYN and code == SYN_DROPPED:
                strokes.append(Stroke("dropped", 0, at_us))
        return strokes
