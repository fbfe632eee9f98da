"""A CD5220 display at the other end of the cable: two lines, and the rules of its line mode."""

from onecard.clock import Clock
from onecard.devices.displays import COLUMNS
from onecard.devices.displays.vfd import frames
from onecard.devices.displays.vfd.frames import Token
from onecard.devices.line import Line
from onecard.errors import DeviceGone


class Simulator:
    """``lines`` is what a person reads. It answers nothing."""

    def __init__(self, clock: Clock, line: Line | None = None) -> None:
        self._line = line
        self.is_on = True
        self.power_cut()
        self.is_on = True

    def power_cut(self) -> None:
        """It is switched off and forgets."""
        self.is_on = False
        self.lines = [" " * COLUMNS, " " * COLUMNS]
        self.brightness = 4
        self._parser = frames.Parser()
        self._line_mode = False
        self._at = 0

    def plug(self, line: Line) -> None:
        self._line = line

    def tick(self) -> None:
        """Show what came."""
        assert self._line is not None, "not plugged in"
        try:
            data = self._line.read_available()
        except DeviceGone:
            return
        if self.is_on:
            for token in self._parser.feed(data):
                self._do(token)

    def close(self) -> None:
        if self._line is not None:
            self._line.close()

    def _do(self, token: Token) -> None:
        if token.code in (frames.CLEAR, frames.CANCEL):
            self._line_mode = False
            if token.code == frames.CLEAR:
                self._wipe()
        elif token.code in (frames.UPPER, frames.LOWER):
            self._line_mode = True
            self.lines[token.code == frames.LOWER] = token.data.decode("latin-1")[:COLUMNS].ljust(COLUMNS)
        elif self._line_mode:
            return
        elif token.code == frames.INIT:
            self._wipe()
        elif token.code == b"\x1b*":
            self.brightness = token.data[0]
        elif token.code == b"" and token.data:
            self._put(token.data.decode("latin-1"))

    def _put(self, character: str) -> None:
        row, column = divmod(self._at % (2 * COLUMNS), COLUMNS)
        self.lines[row] = self.lines[row][:column] + character + self.lines[row][column + 1 :]
        self._at += 1

    def _wipe(self) -> None:
        self.lines = [" " * COLUMNS, " " * COLUMNS]
        self._at = 0
