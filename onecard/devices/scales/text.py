"""Scales that speak in lines of ASCII: pieces of bytes → whole lines → readings. Knows no format."""

from collections.abc import Callable

from onecard.devices.scales import Reading

#: A line longer than this is noise.
LONGEST = 64


class Lines:
    """Cuts at ``end``; ``read`` gives a line's meaning, or ``None`` when it has none."""

    def __init__(self, end: bytes, read: Callable[[bytes], Reading | None]) -> None:
        self._end, self._read = end, read
        self._pending = bytearray()
        #: Lines without meaning, and noise that was no line.
        self.garbage = 0

    def feed(self, data: bytes) -> list[Reading]:
        self._pending += data
        found = list[Reading]()
        while (at := self._pending.find(self._end)) >= 0:
            line = bytes(self._pending[: at + len(self._end)])
            del self._pending[: len(line)]
            reading = self._read(line) if len(line) <= LONGEST else None
            if reading is None:
                self.garbage += 1
            else:
                found.append(reading)
        if len(self._pending) > LONGEST:
            self.garbage += 1
            del self._pending[:-LONGEST]
        return found

    def reset(self) -> None:
        self._pending.clear()
