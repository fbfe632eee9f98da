"""Drives a scanner on a serial line or a USB one that behaves like it."""

from onecard.devices.line import Line
from onecard.devices.wedges import Scan
from onecard.devices.wedges.scanner.frames import Parser

QUIET_POLLS = 4


class Scanner:
    """A ``Wedge``."""

    def __init__(self, line: Line) -> None:
        self._line, self._parser = line, Parser()
        self._quiet = 0
        self._is_new = True

    def poll(self) -> list[Scan]:
        data = self._line.read_available()
        if self._is_new:
            self._is_new, data = False, b""  # read for somebody who is gone
        if data:
            self._quiet = 0
            return self._parser.feed(data)
        self._quiet += 1
        return self._parser.expire() if self._quiet == QUIET_POLLS else []

    def close(self) -> None:
        self._line.close()
