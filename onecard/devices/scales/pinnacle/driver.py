"""Drives a Pinnacle OS2 scale, which talks by itself or is asked like an AP-1 one; it takes tare and zero."""

from onecard.devices.line import Line
from onecard.devices.scales.cas.driver import Cas
from onecard.devices.scales.exchange import Streamed
from onecard.devices.scales.pinnacle.frames import TARE, ZERO, BccRange, Parser


class PinnacleAsked(Cas):
    """A ``Scale`` that is asked."""

    def tare(self) -> bool:
        self._line.write(TARE)
        self.refresh()
        return True

    def zero(self) -> bool:
        self._line.write(ZERO)
        self.refresh()
        return True


class PinnacleStreamed(Streamed):
    """A ``Scale`` that talks by itself."""

    def __init__(self, line: Line, *, min_g: int, bcc_range: BccRange | None = None) -> None:
        super().__init__(line, Parser(bcc_range), min_g=min_g, has_check=True)

    def tare(self) -> bool:
        self._line.write(TARE)
        self.refresh()
        return True

    def zero(self) -> bool:
        self._line.write(ZERO)
        self.refresh()
        return True
