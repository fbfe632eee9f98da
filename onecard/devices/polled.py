"""The thread of any device that is asked what happened: scanners, pads, displays, terminals of others."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from onecard.clock import Clock
from onecard.devices.health import HealthView
from onecard.devices.worker import Worker


class Polled(Protocol):
    """A driver that says what happened since it was asked last."""

    def poll(self) -> Sequence[object]: ...

    def close(self) -> None: ...


P = TypeVar("P", bound=Polled)


class EventWorker(Worker[P]):
    """Hands each thing to ``on_event``, on the device's thread. A device whose ``poll`` returns is good."""

    def __init__(
        self,
        name: str,
        open_driver: Callable[[], P],
        on_event: Callable[[Any], None],
        *,
        clock: Clock,
        interval_s: float = 0.05,
        on_health: Callable[[HealthView], None] | None = None,
        on_gone: Callable[[], object] | None = None,
    ) -> None:
        def deliver(driver: P) -> None:
            for event in driver.poll():
                self._tell(on_event, event)

        super().__init__(
            name,
            open_driver,
            deliver,
            clock=clock,
            interval_s=interval_s,
            on_health=on_health,
            on_gone=on_gone,
        )
