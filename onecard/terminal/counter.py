"""The devices on and around a station besides reader, printer and acceptor: one worker each, as settings say.

What they report comes to the window's thread; what is asked of a device that is not there is answered all the
same. Knows no screen and no sale. Without threads (``turn``) it runs on a false clock.
"""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final, TypeVar

import structlog

from onecard.clock import Clock
from onecard.devices import pinpads
from onecard.devices.displays import Display, Face, Row
from onecard.devices.fitted import TYPED, Fitted, fitted, power
from onecard.devices.health import HealthView
from onecard.devices.polled import EventWorker
from onecard.devices.power import PowerState, Supply
from onecard.devices.scales import Reading, State
from onecard.devices.scales.weighing import NotWeighed, Outcome
from onecard.devices.scales.worker import ScaleWorker
from onecard.devices.wedges import Scan, Scanned, Wedge
from onecard.devices.worker import Worker
from onecard.settings import Settings
from onecard.terminal.bank import BankDesk
from onecard.terminal.city import CityDesk
from onecard.terminal.later import Later, at_once
from onecard.terminal.stripe import StripeDesk

_log = structlog.get_logger("counter")

T = TypeVar("T")

#: Seconds between two looks at the power supply.
POWER_EVERY_S: Final = 5.0
_UNKNOWN: Final = PowerState("unknown")
_SILENT: Final = Reading(State.SILENT)


class Counter:
    """``later`` brings a call to the window's thread. Hearers are set by the app; all run there.

    ``scanned(text, device)`` hears scans and swipes, ``spoilt(reason)`` those that did not arrive whole,
    ``powered(state)`` the supply, ``changed()`` anything else that a screen may show.
    """

    def __init__(self, settings: Settings, clock: Clock, later: Later = at_once) -> None:
        self._clock, self._later = clock, later
        self.scanned: Callable[[str, str], object] = lambda text, device: None
        self.spoilt: Callable[[str], object] = lambda reason: None
        self.powered: Callable[[PowerState], object] = lambda state: None
        self.changed: Callable[[], object] = lambda: None
        self.power = _UNKNOWN
        self.workers: list[Worker[Any]] = []
        #: Terminals of other people's cards; whoever knows the journal puts them on the counter.
        self.bank: BankDesk | None = None
        self.city: CityDesk | None = None
        #: Writes stripes; ``None``: there is no encoder.
        self.stripes: StripeDesk | None = None
        self._face = Face(Row(""))
        self._pin: Callable[[pinpads.Event], object] | None = None
        self._scale = self._make_scale(fitted(settings, "scale"))
        self._display = self._make_display(fitted(settings, "display"))
        self._pinpad = self._make_pinpad(fitted(settings, "pinpad"))
        for name in ("scanner", "stripe"):
            self._make_wedge(fitted(settings, name))
        self._make_power(power(settings))

    def add(self, worker: Worker[Any]) -> None:
        """One more device that starts, stops and is watched with the others."""
        self.workers.append(worker)

    def put_bank(self, desk: BankDesk) -> None:
        """From now on it stands among the other devices."""
        self.bank = desk
        self.add(desk.worker)

    def put_city(self, desk: CityDesk) -> None:
        """From now on it stands among the other devices."""
        self.city = desk
        self.add(desk.worker)

    def put_encoder(self, desk: StripeDesk) -> None:
        """From now on it stands among the other devices."""
        self.stripes = desk
        self.add(desk.worker)

    def turn(self) -> None:
        """One round of every device's loop, on this thread; for simulations."""
        for worker in self.workers:
            worker.turn()

    def typed(self, event: Scan) -> None:
        """What a wedge that no worker holds has typed into the window; on the window's thread."""
        self._read(event, TYPED)

    # -- scale -------------------------------------------------------------------------------------------

    @property
    def has_scale(self) -> bool:
        return self._scale is not None

    @property
    def weight(self) -> Reading:
        """What the scale shows now. Never priced: ``weigh`` reads anew."""
        return _SILENT if self._scale is None else self._scale.shown

    def weigh(self, then: Callable[[Outcome], object]) -> None:
        """A weight that may be sold, measured from now on, or why there is none. F: C3"""
        if self._scale is None:
            then(NotWeighed("gone"))
            return
        self._bring(self._scale.weigh(), then, NotWeighed("gone"))

    def tare(self, then: Callable[[bool], object]) -> None:
        """What stands on the scale is packaging; ``False``: this scale cannot, or not now."""
        self._order(self._scale, lambda scale: scale.tare(), then, gone=False)

    def zero(self, then: Callable[[bool], object]) -> None:
        """The empty pan is zero."""
        self._order(self._scale, lambda scale: scale.zero(), then, gone=False)

    # -- pole display ------------------------------------------------------------------------------------

    @property
    def has_display(self) -> bool:
        return self._display is not None

    def show(self, face: Face) -> None:
        """To the customer, from now on; also after the display was away. F: C5"""
        if face == self._face:
            return
        self._face = face
        if self._display is not None:
            self._display.call(lambda display: display.show(face))

    # -- PIN pad -----------------------------------------------------------------------------------------

    @property
    def has_pinpad(self) -> bool:
        """Whether a PIN can be asked for there now."""
        return self._pinpad is not None and self._pinpad.health.view.condition == "good"

    def ask_pin(self, then: Callable[[pinpads.Event], object]) -> None:
        """``then`` hears each key and, once, the end. Nothing when there is no pad: the screen's own asks."""
        self._pin = then
        self._order(self._pinpad, lambda pad: pad.ask(), lambda _: None, gone=None)

    def stop_pin(self) -> None:
        """No PIN is wanted any more."""
        self._pin = None
        self._order(self._pinpad, lambda pad: pad.stop(), lambda _: None, gone=None)

    # -- health ------------------------------------------------------------------------------------------

    def views(self) -> list[HealthView]:
        """How each device is, in the order of the settings."""
        return [worker.health.view for worker in self.workers]

    # -- how they are made -------------------------------------------------------------------------------

    def _make_scale(self, device: Fitted | None) -> ScaleWorker | None:
        if device is None:
            return None
        worker = ScaleWorker(
            device.name,
            _opens(device),
            lambda _: self._tell(lambda: self.changed()),
            clock=self._clock,
            on_health=self._health,
        )
        self.add(worker)
        return worker

    def _make_display(self, device: Fitted | None) -> EventWorker[Display] | None:
        def open_it() -> Display:
            assert device is not None
            display: Display = device.open()
            display.show(self._face)
            return display

        return None if device is None else self._polled(device.name, open_it, lambda event: None)

    def _make_pinpad(self, device: Fitted | None) -> "EventWorker[pinpads.Pinpad] | None":
        if device is None:
            return None
        return self._polled(device.name, _opens(device), lambda event: self._tell(lambda: self._key(event)))

    def _make_wedge(self, device: Fitted | None) -> None:
        if device is None:
            return
        name = device.name

        wedge: EventWorker[Wedge] = self._polled(
            name, _opens(device), lambda event: self._tell(lambda: self._read(event, name))
        )
        assert wedge is self.workers[-1]

    def _make_power(self, device: Fitted | None) -> None:
        if device is None:
            return

        def told(state: PowerState) -> None:
            self.power = state
            self.powered(state)

        supply: EventWorker[Supply] = self._polled(
            device.name,
            _opens(device),
            lambda state: self._tell(lambda: told(state)),
            interval_s=POWER_EVERY_S,
        )
        assert supply is self.workers[-1]

    def _polled(
        self,
        name: str,
        open_it: Callable[[], Any],
        heard: Callable[[Any], None],
        *,
        interval_s: float = 0.05,
    ) -> EventWorker[Any]:
        worker: EventWorker[Any] = EventWorker(
            name, open_it, heard, clock=self._clock, interval_s=interval_s, on_health=self._health
        )
        self.add(worker)
        return worker

    # -- from the devices' threads -----------------------------------------------------------------------

    def _health(self, view: HealthView) -> None:
        self._tell(lambda: self.changed())

    def _tell(self, call: Callable[[], object]) -> None:
        self._later(call)

    def _read(self, event: Scan, device: str) -> None:
        if isinstance(event, Scanned):
            self.scanned(event.text, device)
        else:
            self.spoilt(event.reason)

    def _key(self, event: pinpads.Event) -> None:
        hearer = self._pin
        if not isinstance(event, pinpads.Typing):
            self._pin = None
        if hearer is not None:
            hearer(event)
        elif isinstance(event, pinpads.Entered):
            event.pin.wipe()

    def _order(
        self, worker: Worker[Any] | None, order: Callable[[Any], T], then: Callable[[T], object], *, gone: T
    ) -> None:
        if worker is None:
            then(gone)
        else:
            self._bring(worker.call(order), then, gone)

    def _bring(self, future: "Future[T]", then: Callable[[T], object], gone: T) -> None:
        def done(ended: "Future[T]") -> None:
            error = ended.exception()
            if error is not None:
                _log.info("counter.order_failed", why=type(error).__name__)
            answer = gone if error is not None else ended.result()
            self._later(lambda: then(answer))

        future.add_done_callback(done)


def _opens(device: Fitted) -> Callable[[], Any]:
    return device.open


def nothing(clock: Clock) -> Counter:
    """A counter with nothing on it."""
    return Counter(Settings.of((), {}), clock)
