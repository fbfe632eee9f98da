"""Asks a CAS AP-1 scale: ENQ, and when it is ready, DC1. Which weight is sold is not decided here."""

from onecard.devices.line import Line
from onecard.devices.scales import Reading, State
from onecard.devices.scales.cas.frames import ACK, DC1, ENQ, NAK, BccRange, Parser
from onecard.devices.scales.exchange import Asked


class Cas(Asked):
    """A ``Scale``."""

    def __init__(self, line: Line, *, min_g: int, bcc_range: BccRange | None = None) -> None:
        super().__init__(line, Parser(bcc_range), ENQ, min_g=min_g, has_check=True)
        # ACK and NAK are bytes that a frame may hold as well: they count only where they are due.
        self._is_ready = False

    def _ask(self) -> None:
        self._is_ready = False
        super()._ask()

    def _hear(self, data: bytes) -> list[Reading]:
        if self._is_ready:
            return super()._hear(data)
        if data[-1:] == ACK:
            self._is_ready = True
            self._line.write(DC1)
        elif data[-1:] == NAK:
            return [Reading(State.BUSY)]
        return []
