"""EBDS frames: ``02 | length of all | kind and ack bit | data | 03 | check``. Bytes ↔ frames, not their
meaning.

The check is the XOR of everything from the length to the last data byte. Bytes have seven bits.
"""

import msgspec

STX, ETX = 0x02, 0x03
SHORTEST = 5
LONGEST = 0x7F
#: Kinds of message.
HOST, DEVICE = 1, 2


class Frame(msgspec.Struct, frozen=True):
    """One message. ``ack`` turns over with every new message of the host; the device repeats it."""

    kind: int
    ack: int
    data: bytes = b""


def check_of(data: bytes) -> int:
    """XOR of the bytes."""
    value = 0
    for byte in data:
        value ^= byte
    return value


def encode(frame: Frame) -> bytes:
    """The bytes on the wire."""
    assert len(frame.data) <= LONGEST - SHORTEST, frame
    assert all(byte <= 0x7F for byte in frame.data), frame
    body = bytes((SHORTEST + len(frame.data), frame.kind << 4 | frame.ack)) + frame.data
    return bytes((STX,)) + body + bytes((ETX, check_of(body)))


class Parser:
    """Takes bytes as they come; gives whole, verified frames and counts what it threw away."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self.garbage = 0
        self.bad_check = 0

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
            start = self._pending.find(STX)
            self._discard(len(self._pending) if start < 0 else start)
            if len(self._pending) < 2:
                return None
            length = self._pending[1]
            if not SHORTEST <= length <= LONGEST:
                self._discard(1)
                continue
            if len(self._pending) < length:
                return None
            whole = bytes(self._pending[:length])
            if whole[-2] != ETX or check_of(whole[1:-2]) != whole[-1] or whole[2] & 0x0E:
                self.bad_check += 1
                self._discard(1)
                continue
            del self._pending[:length]
            return Frame(whole[2] >> 4, whole[2] & 1, whole[3:-2])
        return None

    def _discard(self, count: int) -> None:
        self.garbage += count
        del self._pending[:count]
