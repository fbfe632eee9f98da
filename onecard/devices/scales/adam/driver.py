"""Asks an Adam scale for its weight; only what it says three times in a row counts as stable."""

from onecard.devices.line import Line
from onecard.devices.scales.adam import frames
from onecard.devices.scales.exchange import Asked
from onecard.devices.scales.steady import Steady
from onecard.devices.scales.text import Lines


class Adam(Asked):
    """A ``Scale``."""

    def __init__(self, line: Line, *, min_g: int) -> None:
        super().__init__(line, Steady(Lines(frames.END, frames.line_of)), frames.ASK, min_g=min_g)

    def refresh(self) -> None:
        super().refresh()
        self._parser.forget()

    _parser: Steady
