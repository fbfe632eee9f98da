"""Any driver and its simulator on one cable, with a worker's turns on a false clock."""

from collections.abc import Callable
from typing import Any

from onecard.clock import FalseClock
from onecard.devices.cable import Cable
from onecard.devices.polled import EventWorker

TURN_S = 0.05
_cables = iter(range(1_000_000_000))


class Rig:
    """``module`` has ``open(section)``; ``make`` builds the simulator from clock and line."""

    def __init__(self, module: Any, make: Callable[..., Any], **section: str) -> None:
        self.clock = FalseClock()
        self.cable = Cable(f"rig-{next(_cables)}")
        self.simulator = make(self.clock, self.cable.device)
        self.events: list[Any] = []
        self.opened = 0

        def open_it() -> Any:
            self.opened += 1
            return module.open({"line": f"mem:{self.cable.name}", **section})

        self.worker = EventWorker(
            "device", open_it, self.events.append, clock=self.clock, interval_s=TURN_S * 0.9
        )
        self.run(TURN_S)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / TURN_S)):
            self.simulator.tick()
            self.worker.turn()
            self.simulator.tick()
            self.clock.advance(TURN_S)

    def order(self, order: Callable[[Any], Any]) -> Any:
        answer = self.worker.call(order)
        self.run(TURN_S)
        return answer.result(0)

    def take(self, seconds: float = 1.0) -> list[Any]:
        self.run(seconds)
        events, self.events[:] = list(self.events), []
        return events
