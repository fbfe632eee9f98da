"""Frames out of a stream that may have lost, added or changed anything: what framed protocols do alike.

A frame begins with a known byte and soon says how long it is. Whatever is wrong costs one byte only: a true
frame may begin inside what a false one claimed. Knows no protocol.
"""

from typing import Generic, TypeVar

F = TypeVar("F")


class Stream(Generic[F]):
    """Takes bytes as they come; gives whole, verified frames and counts what it threw away.

    A protocol says how long the frame at the front is (``_length``) and what it says (``_read``).
    """

    def __init__(self, start: int) -> None:
        self._start = start
        self._pending = bytearray()
        #: Bytes that belonged to no frame; of them the beginnings of frames whose check was wrong.
        self.garbage = 0
        self.bad_check = 0

    @property
    def is_partial(self) -> bool:
        """A frame may have begun and is not complete."""
        return bool(self._pending)

    def feed(self, data: bytes) -> list[F]:
        """Frames that ``data`` completes."""
        self._pending += data
        frames = []
        while (frame := self._next()) is not None:
            frames.append(frame)
        return frames

    def expire(self) -> list[F]:
        """What has begun will not be completed: look for a frame behind it. Afterwards nothing is pending."""
        frames: list[F] = []
        while self._pending:
            self._discard(1)
            frames += self.feed(b"")
        return frames

    def _length(self, pending: bytearray) -> int | None:
        """Bytes of the frame that begins at the front; 0: none does; ``None``: more is needed to say."""
        raise AssertionError("a protocol says how its frames look")

    def _read(self, whole: bytes) -> F | None:
        """The frame; ``None`` if its check is wrong."""
        raise AssertionError("a protocol says how its frames look")

    def _next(self) -> F | None:
        while self._pending:
            at = self._pending.find(self._start)
            self._discard(len(self._pending) if at < 0 else at)
            length = self._length(self._pending) if self._pending else None
            if length is None or len(self._pending) < length:
                return None
            frame = self._read(bytes(self._pending[:length])) if length else None
            if frame is None:
                self.bad_check += length > 0
                self._discard(1)
                continue
            del self._pending[:length]
            return frame
        return None

    def _discard(self, count: int) -> None:
        self.garbage += count
        del self._pending[:count]
