"""A scanner on a serial line, at the other end of the cable."""

from onecard.clock import Clock
from onecard.devices.line import Line
from onecard.devices.wedges.scanner import frames


class Simulator:
    """``scan`` is a person with a code."""

    def __init__(self, clock: Clock, line: Line | None = None) -> None:
        self._line = line

    def plug(self, line: Line) -> None:
        self._line = line

    def scan(self, text: str, *, end: bool = True) -> None:
        """Read it; ``end`` off: the end gets lost."""
        assert self._line is not None, "not plugged in"
        data = frames.encode(text)
        self._line.write(data if end else data[:-1])

    def tick(self) -> None:
        """It does nothing by itself."""

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
