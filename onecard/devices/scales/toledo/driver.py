"""Asks a Toledo 8217 scale for its weight."""

from onecard.devices.line import Line
from onecard.devices.scales import Reading
from onecard.devices.scales.exchange import Asked
from onecard.devices.scales.text import Lines
from onecard.devices.scales.toledo import frames


class Toledo(Asked):
    """A ``Scale``."""

    def __init__(self, line: Line, *, min_g: int) -> None:
        super().__init__(line, _Reader(frames.CR, frames.line_of), frames.ASK, min_g=min_g)

    def tare(self) -> bool:
        self._line.write(frames.TARE)
        self.refresh()
        return True

    def zero(self) -> bool:
        self._line.write(frames.ZERO)
        self.refresh()
        return True


class _Reader(Lines):
    """The end is looked for without the parity bit on it."""

    def feed(self, data: bytes) -> list[Reading]:
        return super().feed(bytes(byte & 0x7F for byte in data))
