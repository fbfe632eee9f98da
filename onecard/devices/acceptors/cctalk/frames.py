"""ccTalk frames with either check. Bytes ↔ frames, not their meaning.

``to | length of data | from | header | data | check`` where all bytes add up to 0, or the variant of most
bill validators, ``to | length | CRC low | header | data | CRC high``, which does not say who speaks. There is
no byte that begins a frame: a reader knows its own address, and what does not check is searched again one
byte on.
"""

from typing import Literal

import msgspec

Check = Literal["sum", "crc"]
HOST = 1
#: to, length, from or CRC, header, check.
SHORTEST = 5
#: Nothing in this protocol is longer, except what nobody here asks for.
LONGEST_DATA = 64


class Frame(msgspec.Struct, frozen=True):
    """One message. ``source`` is 0 where the check leaves no room for it."""

    to: int
    header: int
    data: bytes = b""
    source: int = HOST


def _table() -> tuple[int, ...]:
    rows = []
    for row in range(256):
        row <<= 8
        for _ in range(8):
            row = ((row << 1) ^ 0x1021) & 0xFFFF if row & 0x8000 else row << 1
        rows.append(row)
    return tuple(rows)


_CRC = _table()


def crc(data: bytes) -> int:
    """CRC-16/XMODEM: polynomial 1021, start 0; ``crc(b"123456789") == 0x31C3``."""
    value = 0
    for byte in data:
        value = ((value << 8) & 0xFFFF) ^ _CRC[(value >> 8) ^ byte]
    return value


def encode(frame: Frame, check: Check) -> bytes:
    """The bytes on the wire."""
    start, end = bytes((frame.to, len(frame.data))), bytes((frame.header,)) + frame.data
    if check == "sum":
        body = start + bytes((frame.source,)) + end
        return body + bytes((-sum(body) & 0xFF,))
    value = crc(start + end)
    return start + bytes((value & 0xFF,)) + end + bytes((value >> 8,))


class Parser:
    """Takes bytes as they come; gives whole, verified frames for one address and counts what it threw
    away."""

    def __init__(self, address: int, check: Check) -> None:
        self._address, self._check = address, check
        self._pending = bytearray()
        self.garbage = 0
        self.bad_check = 0

    @property
    def is_partial(self) -> bool:
        """A frame may have begun and is not complete."""
        return bool(self._pending)

    def feed(self, data: bytes) -> list[Frame]:
        """Frames that ``data`` completes."""
        self._pending += data
        frames = []
        while (frame := self._next()) is not None:
            frames.append(frame)
        return frames

    def expire(self) -> list[Frame]:
        """What has begun will not be completed: look for a frame behind it. Afterwards nothing is pending."""
        frames: list[Frame] = []
        while self._pending:
            self._discard(1)
            frames += self.feed(b"")
        return frames

    def _next(self) -> Frame | None:
        while self._pending:
            if self._pending[0] != self._address:
                self._discard(1)
                continue
            if len(self._pending) < 2:
                return None
            length = self._pending[1] + SHORTEST
            if length > LONGEST_DATA + SHORTEST:
                self._discard(1)
                continue
            if len(self._pending) < length:
                return None
            whole = bytes(self._pending[:length])
            if not self._is_right(whole):
                self.bad_check += 1
                self._discard(1)
                continue
            del self._pending[:length]
            return Frame(whole[0], whole[3], whole[4:-1], whole[2] if self._check == "sum" else 0)
        return None

    def _is_right(self, whole: bytes) -> bool:
        if self._check == "sum":
            return sum(whole) & 0xFF == 0
        return crc(whole[:2] + whole[3:-1]) == whole[2] | whole[-1] << 8

    def _discard(self, count: int) -> None:
        self.garbage += count
        del self._pending[:count]
