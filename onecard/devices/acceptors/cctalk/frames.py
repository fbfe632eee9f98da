"""ccTalk frames with either check. Bytes ↔ frames, not their meaning.

``to | length of data | from | header | data | check`` where all bytes add up to 0, or the variant of most
bill validators, ``to | length | CRC low | header | data | CRC high``, which does not say who speaks. There is
no byte that begins a frame: a reader knows its own address, and what does not check is searched again one
byte on.
"""

from typing import Literal

import msgspec

from onecard.devices.acceptors.stream import Stream

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


class Parser(Stream[Frame]):
    """Frames for one address."""

    def __init__(self, address: int, check: Check) -> None:
        super().__init__(address)
        self._check = check

    def _length(self, pending: bytearray) -> int | None:
        if len(pending) < 2:
            return None
        return pending[1] + SHORTEST if pending[1] <= LONGEST_DATA else 0

    def _read(self, whole: bytes) -> Frame | None:
        if not self._is_right(whole):
            return None
        return Frame(whole[0], whole[3], whole[4:-1], whole[2] if self._check == "sum" else 0)

    def _is_right(self, whole: bytes) -> bool:
        if self._check == "sum":
            return sum(whole) & 0xFF == 0
        return crc(whole[:2] + whole[3:-1]) == whole[2] | whole[-1] << 8
