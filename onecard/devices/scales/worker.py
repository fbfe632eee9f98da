"""The thread of a scale: keeps the reading that is shown, and weighs anew at each "add item"."""

from collections.abc import Callable
from concurrent.futures import Future

from onecard.clock import Clock
from onecard.devices.health import HealthView
from onecard.devices.scales import Reading, Scale, State
from onecard.devices.scales.weighing import FRESH_S, NotWeighed, Outcome, Weighing
from onecard.devices.worker import Worker

_STALE = Reading(State.SILENT)


class ScaleWorker(Worker[Scale]):
    """``on_reading`` hears each change of what is to be shown, on the scale's thread."""

    def __init__(
        self,
        name: str,
        open_driver: Callable[[], Scale],
        on_reading: Callable[[Reading], None] = lambda reading: None,
        *,
        clock: Clock,
        interval_s: float = 0.05,
        on_health: Callable[[HealthView], None] | None = None,
    ) -> None:
        self._on_reading = on_reading
        self._shown, self._shown_at = _STALE, clock.monotonic()
        self._pressed: list[tuple[Weighing, Future[Outcome]]] = []
        super().__init__(
            name,
            open_driver,
            self._look,
            clock=clock,
            interval_s=interval_s,
            on_health=on_health,
            on_gone=self._away,
            reports_health=True,
        )

    @property
    def shown(self) -> Reading:
        """What the screen shows: the last reading, or silence once that is older than a second. No price."""
        is_fresh = self._clock.monotonic() - self._shown_at <= FRESH_S
        return self._shown if is_fresh else _STALE

    def weigh(self) -> "Future[Outcome]":
        """ "Add item" was pressed: the weight as it is from now on, or why there is none; within a second,
        and never by an exception."""
        answer: Future[Outcome] = Future()

        def begin(scale: Scale) -> None:
            scale.refresh()
            weighing = Weighing(self._clock.monotonic(), min_g=scale.min_g, has_check=scale.has_check)
            self._pressed.append((weighing, answer))

        def begun(order: "Future[None]") -> None:
            if order.exception() is not None:
                answer.set_result(NotWeighed("gone"))

        self.call(begin).add_done_callback(begun)
        return answer

    def _look(self, scale: Scale) -> None:
        readings = scale.poll()
        now = self._clock.monotonic()
        for reading in readings:
            for weighing, answer in self._pressed:
                self._answer(answer, weighing.take(reading, now))
            self._show(reading, now)
            if reading.state is State.SILENT:
                self.health.bad("silent")
            else:
                self.health.good()
        for weighing, answer in self._pressed:
            self._answer(answer, weighing.expire(now))
        self._pressed = [pressed for pressed in self._pressed if not pressed[1].done()]

    def _answer(self, answer: "Future[Outcome]", outcome: Outcome | None) -> None:
        if outcome is not None and not answer.done():
            answer.set_result(outcome)

    def _show(self, reading: Reading, now: float) -> None:
        changed, self._shown, self._shown_at = reading != self._shown, reading, now
        if changed:
            self._tell(self._on_reading, reading)

    def _away(self) -> None:
        self._show(_STALE, self._clock.monotonic())
        pressed, self._pressed = self._pressed, []
        for _, answer in pressed:
            self._answer(answer, NotWeighed("gone"))

    def _shut(self) -> None:
        super()._shut()
        self._away()
