"""Asks a Dibal scale for its weight."""

from onecard.devices.line import Line
from onecard.devices.scales.dibal import frames
from onecard.devices.scales.exchange import Asked
from onecard.devices.scales.text import Lines


class Dibal(Asked):
    """A ``Scale``."""

    def __init__(self, line: Line, *, min_g: int) -> None:
        super().__init__(line, Lines(frames.END, frames.line_of), frames.ASK, min_g=min_g)
