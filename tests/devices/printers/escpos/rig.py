"""An ESC/POS driver and a simulated printer on one cable; the printer works while the driver waits."""

from collections.abc import Callable

from onecard.clock import FalseClock
from onecard.devices.cable import Cable
from onecard.devices.printers import Document, Line
from onecard.devices.printers.escpos.driver import EscPos
from onecard.devices.printers.escpos.encode import Paper
from onecard.devices.printers.escpos.simulator import Mechanism
from onecard.errors import DeviceGone


class BusyClock(FalseClock):
    """While somebody waits, the printer goes on."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        super().__init__()
        self._meanwhile = meanwhile

    def sleep(self, seconds: float) -> None:
        self._meanwhile()
        self.advance(seconds)


class Rig:
    def __init__(
        self,
        *,
        answers: bool = True,
        confirms: bool = True,
        has_status: bool = True,
        paper: Paper | None = None,
        drawer_open: str = "none",
    ) -> None:
        self.cable = Cable()
        self.mechanism = Mechanism(answers=answers, confirms=confirms)
        self.clock = BusyClock(self.tick)
        #: Called with the seconds that passed; for things that happen during a job.
        self.during: Callable[[float], None] = lambda now: None
        self.driver = EscPos(
            lambda: self.cable.host,
            paper or Paper(),
            clock=self.clock,
            has_status=has_status,
            drawer_open=drawer_open,
        )

    def tick(self) -> None:
        self.during(self.clock.monotonic())
        try:
            self.cable.device.write(self.mechanism.receive(self.cable.device.read_available()))
        except DeviceGone:
            return

    def set_state(self, state: str) -> None:
        self.cable.device.write(self.mechanism.set_state(state))


def receipt(name: str = "1", rows: int = 3) -> Document:
    return Document(name, tuple(Line(f"第 {row} 行 row {row}", f"{row}.00") for row in range(1, rows + 1)))
