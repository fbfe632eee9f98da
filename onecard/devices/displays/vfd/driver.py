"""Drives a CD5220 display in line mode: two texts of twenty cells, each written when it changed.

Nothing comes back from it, so what it shows is written afresh now and then: one that was switched on
later, or lost a byte, shows the right sum again.
"""

from typing import Literal

from onecard.devices.displays import Face, Row
from onecard.devices.displays.text import cells
from onecard.devices.displays.vfd import frames
from onecard.devices.line import Line

#: Polls after which everything is written again; ten seconds at the worker's pace.
REPEAT_POLLS = 200


class Vfd:
    """A ``Display``."""

    def __init__(self, line: Line, *, brightness: int = 4, selects: bool = False) -> None:
        """``selects``: it shares its line with a printer and has to be told that it is meant."""
        self._line, self._brightness, self._selects = line, brightness, selects
        self._wanted: dict[Literal["upper", "lower"], str] = {
            "upper": cells(Row("")),
            "lower": cells(Row("")),
        }
        self._shown: dict[Literal["upper", "lower"], str] = {}
        self._polls = 0

    def show(self, face: Face) -> None:
        self._wanted = {"upper": cells(face.upper), "lower": cells(face.lower)}

    def poll(self) -> list[object]:
        self._line.read_available()  # it says nothing, but a cable that was pulled shows here
        if self._polls % REPEAT_POLLS == 0:
            self._shown.clear()
        self._polls += 1
        data = b"".join(
            frames.line(which, text) for which, text in self._wanted.items() if self._shown.get(which) != text
        )
        if data:
            self._line.write(self._begin() + data)
            self._shown = dict(self._wanted)
        return []

    def close(self) -> None:
        self._line.close()

    def _begin(self) -> bytes:
        select = frames.SELECT_DISPLAY if self._selects else b""
        if self._shown:
            return select
        # CR ends a line that was cut short; CAN next, for in line mode it would hear nothing else.
        return (
            frames.CR
            + select
            + frames.CANCEL
            + frames.INIT
            + frames.CURSOR_OFF
            + frames.brightness(self._brightness)
        )
