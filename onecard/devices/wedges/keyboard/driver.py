"""Drives a wedge that types: reads its strokes and has them decoded. A pause is counted in polls."""

from onecard.devices.line import Line
from onecard.devices.wedges import Scan
from onecard.devices.wedges.keyboard.decoder import Decoder
from onecard.devices.wedges.keyboard.frames import Parser

#: Polls without a stroke that end a scan; at the worker's pace more than any pause inside one.
QUIET_POLLS = 4


class Keyboard:
    """A ``Wedge``."""

    def __init__(self, line: Line, decoder: Decoder) -> None:
        self._line, self._decoder = line, decoder
        self._parser = Parser()
        self._quiet = 0

    def poll(self) -> list[Scan]:
        strokes = self._parser.feed(self._line.read_available())
        if strokes:
            self._quiet = 0
            return self._decoder.feed(strokes)
        self._quiet += 1
        return self._decoder.expire() if self._quiet == QUIET_POLLS else []

    def close(self) -> None:
        self._line.close()
