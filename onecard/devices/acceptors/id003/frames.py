"""ID-003 frames: ``FC | length of all | code | data | CRC low, high``. Bytes ↔ frames, not their meaning.

The CRC is CRC-16/KERMIT over everything before it. The parser never waits for ever: a length byte that is
garbage asks for bytes that do not come, and ``expire`` (called by the driver when a reply is overdue) gives
up on that beginning and looks again behind it.
"""

import msgspec

SYNC = 0xFC
#: Sync, length, code and CRC; a frame without data.
SHORTEST = 5
LONGEST_DATA = 0xFF - SHORTEST


class Frame(msgspec.Struct, frozen=True):
    """One message in either direction."""

    code: int
    data: bytes = b""


def _table() -> tuple[int, ...]:
    rows = []
    for row in range(256):
        for _ in range(8):
            row = (row >> 1) ^ 0x8408 if row & 1 else row >> 1
        rows.append(row)
    return tuple(rows)


_CRC = _table()


def crc(data: bytes) -> int:
    """CRC-16/KERMIT: polynomial 1021 reflected, start 0; ``crc(b"123456789") == 0x2189``."""
    value = 0
    for byte in data:
        value = (value >> 8) ^ _CRC[(value ^ byte) & 0xFF]
    return value


def encode(frame: Frame) -> bytes:
    """The bytes on the wire."""
    assert 0 <= frame.code <= 0xFF, frame.code
    assert len(frame.data) <= LONGEST_DATA, len(frame.data)
    body = bytes((SYNC, SHORTEST + len(frame.data), frame.code)) + frame.data
    return body + crc(body).to_bytes(2, "little")


class Parser:
    """Takes bytes as they come; gives whole, verified frames and counts what it threw away."""

    def __init__(self) -> None:
        self._pending = bytearray()
        #: Bytes that belonged to no frame, and beginnings of frames whose CRC was wrong.
        self.garbage = 0
        self.bad_crc = 0

    @property
    def is_partial(self) -> bool:
        """A frame has begun and is not complete."""
        return bool(self._pending)

    def feed(self, data: bytes) -> list[Frame]:
        """Frames that ``data`` completes."""
        self._pending += data
        frames = []
        while (frame := self._next()) is not None:
            frames.append(frame)
        return frames

    def expire(self) -> list[Frame]:
        """What has begun will not be completed: drop its first byte and see what is behind it.

        Afterwards nothing is pending.
        """
        frames: list[Frame] = []
        while self._pending:
            self._discard(1)
            frames += self.feed(b"")
        return frames

    def _next(self) -> Frame | None:
        while self._pending:
            start = self._pending.find(SYNC)
            self._discard(len(self._pending) if start < 0 else start)
            if len(self._pending) < 2:
                return None
            length = self._pending[1]
            if length < SHORTEST:
                self._discard(1)
                continue
            if len(self._pending) < length:
                return None
            whole = bytes(self._pending[:length])
            if crc(whole[:-2]) != int.from_bytes(whole[-2:], "little"):
                # Only the sync byte goes: a true frame may begin inside what this one claimed.
                self.bad_crc += 1
                self._discard(1)
                continue
            del self._pending[:length]
            return Frame(whole[2], whole[3:-2])
        return None

    def _discard(self, count: int) -> None:
        self.garbage += count
        del self._pending[:count]
