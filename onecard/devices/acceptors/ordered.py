"""The orders of the intake to a driver, the same in every protocol: each goes to the note of its cycle, the
next poll carries it out. Knows no byte of any."""

from onecard.devices.acceptors.cycle import Cycles
from onecard.devices.line import Line


class Ordered:
    """The half of an ``Acceptor`` that is told; ``poll`` is the driver's."""

    def __init__(self, line: Line, serial: str) -> None:
        """``serial`` is a setting where the protocol has no command that reads one."""
        self.serial = serial
        self.values_fen: tuple[int, ...] = ()
        self._line = line
        self._cycles = Cycles()
        self._wish: frozenset[int] = frozenset()

    def enable(self, values_fen: frozenset[int]) -> None:
        self._wish = values_fen

    def stack(self) -> None:
        self._cycles.stack()

    def give_back(self) -> None:
        self._cycles.give_back()

    def acknowledge(self) -> None:
        self._cycles.acknowledge()

    def resume(self, cycle: int) -> None:
        """Nothing: only a device that counts its events needs to know which are on disk."""

    def close(self) -> None:
        self._line.close()
