"""CCNET frames: ``02 | address | length of all | code | data | CRC low, high``. Bytes ↔ frames, not their
meaning.

The CRC is CRC-16/KERMIT over everything before it, so that over a whole frame it is 0. ``expire`` gives up on
a beginning whose rest does not come and looks again behind it.
"""

import msgspec

from onecard.devices.acceptors.id003.frames import crc

SYNC = 0x02
VALIDATOR = 0x03
SHORTEST = 6
LONGEST_DATA = 0xFF - SHORTEST


class Frame(msgspec.Struct, frozen=True):
    """One message in either direction; an answer's first byte stands in ``code``."""

    code: int
    data: bytes = b""
    address: int = VALIDATOR


def encode(frame: Frame) -> bytes:
    """The bytes on the wire."""
    assert len(frame.data) <= LONGEST_DATA, len(frame.data)
    body = bytes((SYNC, frame.address, SHORTEST + len(frame.data), frame.code)) + frame.data
    return body + crc(body).to_bytes(2, "little")


class Parser:
    """Takes bytes as they come; gives whole, verified frames of one address and counts what it threw away."""

    def __init__(self, address: int = VALIDATOR) -> None:
        self._address = address
        self._pending = bytearray()
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
        """What has begun will not be completed: look for a frame behind it. Afterwards nothing is pending."""
        frames: list[Frame] = []
        while self._pending:
            self._discard(1)
            frames += self.feed(b"")
        return frames

    def _next(self) -> Frame | None:
        while self._pending:
            start = self._pending.find(SYNC)
            self._discard(len(self._pending) if start < 0 else start)
            if len(self._pending) < 3:
                return None
            length = self._pending[2]
            if self._pending[1] != self._address or length < SHORTEST:
                self._discard(1)
                continue
            if len(self._pending) < length:
                return None
            whole = bytes(self._pending[:length])
            if crc(whole) != 0:
                self.bad_crc += 1
                self._discard(1)
                continue
            del self._pending[:length]
            return Frame(whole[3], whole[4:-2], whole[1])
        return None

    def _discard(self, count: int) -> None:
        self.garbage += count
        del self._pending[:count]
