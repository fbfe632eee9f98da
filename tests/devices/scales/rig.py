"""A scale's driver and its simulator on one cable, with the worker's turns on a false clock."""

from collections.abc import Callable

from onecard.clock import FalseClock
from onecard.devices.cable import Cable, End
from onecard.devices.scales import Reading, Scale, adam, ascii, cas, dibal, pinnacle, toledo
from onecard.devices.scales.adam.simulator import Simulator as AdamSimulator
from onecard.devices.scales.ascii.simulator import Simulator as AsciiSimulator
from onecard.devices.scales.cas.simulator import Simulator as CasSimulator
from onecard.devices.scales.dibal.simulator import Simulator as DibalSimulator
from onecard.devices.scales.pinnacle.simulator import Simulator as PinnacleSimulator
from onecard.devices.scales.platform import Simulator
from onecard.devices.scales.toledo.simulator import Simulator as ToledoSimulator
from onecard.devices.scales.weighing import Outcome
from onecard.devices.scales.worker import ScaleWorker

TURN_S = 0.05
_cables = iter(range(1_000_000_000))


class Rig:
    """``open`` is the driver's own ``open(section)``."""

    def __init__(
        self,
        open_scale: Callable[[dict[str, str]], Scale],
        make: Callable[[FalseClock, End], Simulator],
        **section: str,
    ) -> None:
        self.clock = FalseClock()
        self.cable = Cable(f"scale-{next(_cables)}")
        self.simulator = make(self.clock, self.cable.device)
        self.readings = list[Reading]()
        self.opened = 0

        def open_it() -> Scale:
            self.opened += 1
            return open_scale({"line": f"mem:{self.cable.name}", **section})

        self.worker = ScaleWorker(
            "scale", open_it, self.readings.append, clock=self.clock, interval_s=TURN_S * 0.9
        )

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / TURN_S)):
            self.simulator.tick()
            self.worker.turn()
            self.simulator.tick()
            self.clock.advance(TURN_S)

    def press(self, before: Callable[[], object] = lambda: None) -> Outcome:
        """Press "add item" and wait for the answer; ``before`` happens right before the press."""
        before()
        answer = self.worker.weigh()
        began = self.clock.monotonic()
        while not answer.done():
            self.run(TURN_S)
            assert self.clock.monotonic() - began < 1.3, "a press is answered within a second"
        return answer.result()


RIGS: dict[str, Callable[[], Rig]] = {
    "cas": lambda: Rig(cas.open, CasSimulator),
    "cas-whole": lambda: Rig(cas.open, lambda clock, line: CasSimulator(clock, line, bcc_range="whole")),
    "pinnacle": lambda: Rig(pinnacle.open, PinnacleSimulator),
    "pinnacle-asked": lambda: Rig(
        pinnacle.open, lambda clock, line: PinnacleSimulator(clock, line, stream_s=None), mode="ask"
    ),
    "toledo": lambda: Rig(toledo.open, ToledoSimulator),
    "adam": lambda: Rig(adam.open, AdamSimulator),
    "dibal": lambda: Rig(dibal.open, DibalSimulator),
    "ascii": lambda: Rig(ascii.open, AsciiSimulator),
    "ascii-boxed": lambda: Rig(
        ascii.open, lambda clock, line: AsciiSimulator(clock, line, form="boxed"), form="boxed"
    ),
}
