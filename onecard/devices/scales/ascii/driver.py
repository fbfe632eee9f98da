"""Listens to a scale that sends one of two ASCII formats by itself."""

from onecard.devices.line import Line
from onecard.devices.scales.ascii import frames
from onecard.devices.scales.exchange import Streamed
from onecard.devices.scales.steady import Steady
from onecard.devices.scales.text import Lines


class AsciiLines(Streamed):
    """A ``Scale`` that says ``ST`` or ``US``."""

    def __init__(self, line: Line, *, min_g: int) -> None:
        super().__init__(line, Lines(frames.END, frames.line_of), min_g=min_g)


class AsciiBoxes(Streamed):
    """A ``Scale`` that does not say whether it rests."""

    _parser: Steady

    def __init__(self, line: Line, *, min_g: int) -> None:
        super().__init__(line, Steady(frames.Boxes()), min_g=min_g, has_check=True)

    def refresh(self) -> None:
        super().refresh()
        self._parser.forget()
