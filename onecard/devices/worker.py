"""One thread per device: polls the driver, reopens it with back-off, runs orders on its thread, keeps health.

Knows when to ask, never what the answer means. ``turn`` is the whole loop body without thread or waiting, so
that a simulation runs a fleet of workers on a false clock. Callbacks run on the device's thread; one that
raises is logged and stops nothing, because an acceptor's credit repeats until it was acknowledged.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, Protocol, TypeVar

import structlog

from onecard.clock import Clock
from onecard.devices.acceptors import Acceptor, Event, Faulted, Idle
from onecard.devices.health import Health, HealthView
from onecard.devices.printers import Document, DrawerState, Printer, PrinterState
from onecard.devices.readers import Reader, StorageCard
from onecard.errors import DeviceError, DeviceGone, OneCardError, Refused

_log = structlog.get_logger("device")

#: Seconds before the first, second, … attempt to open a lost device; the last one repeats.
BACKOFF_S = (0.5, 1.0, 2.0, 5.0)
#: A thread that hangs in a device call longer than this is left behind by ``stop``.
JOIN_S = 10.0
#: A call into a device that took so long will not come back soon; the slowest card needs two.
STUCK_S = 8.0


class Turns:
    """What several devices' threads do one after the other, as if one did it: ``with turns: …``. Only short
    work of their own stands inside; nobody waits for another device there."""

    def __init__(self) -> None:
        self._lock = threading.RLock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class Driver(Protocol):
    """The least a worker needs to know of a driver."""

    def close(self) -> None: ...


D = TypeVar("D", bound=Driver)
T = TypeVar("T")


class Worker(Generic[D]):
    """Owns one driver and the only thread that may touch it."""

    def __init__(
        self,
        name: str,
        open_driver: Callable[[], D],
        watch: Callable[[D], object],
        *,
        clock: Clock,
        interval_s: float,
        on_health: Callable[[HealthView], None] | None = None,
        on_gone: Callable[[], object] | None = None,
        reports_health: bool = False,
    ) -> None:
        """``watch`` is called every ``interval_s`` with the open driver. With ``reports_health`` it says
        itself when the device is good; otherwise a ``watch`` that returns is good."""
        self.name = name
        self.health = Health(name, clock, on_health)
        self._open_driver, self._watch = open_driver, watch
        self._clock, self._interval_s = clock, interval_s
        self._on_gone = on_gone
        self._reports_health = reports_health
        self._driver: D | None = None
        self._first: Callable[[], None] | None = None
        self._failures = 0
        self._due_s = clock.monotonic()
        self._call: int | None = None
        self._call_since = 0.0
        self._orders: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._stopping = self._closed = False
        self._thread: threading.Thread | None = None
        self._turning_in: int | None = None

    # -- from any thread ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin; the device is opened on its own thread, so a missing one delays nobody."""
        assert self._thread is None, "a worker starts once"
        self._thread = threading.Thread(target=self._run, name=f"device-{self.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and close the driver; orders not yet run fail with ``DeviceGone``."""
        self._stopping = True
        self._orders.put(None)
        self._nudge()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(JOIN_S)
        if self._thread is None:
            self._shut()

    def call(self, order: Callable[[D], T]) -> "Future[T]":
        """Run ``order(driver)`` on the device's thread between two polls; ``DeviceGone`` when it is away.

        From the device's own thread (inside a callback) it runs at once, so a callback may wait for it.
        """
        future: Future[T] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            if self._driver is None:
                future.set_exception(DeviceGone(device=self.name))
                return
            try:
                future.set_result(order(self._driver))
            except BaseException as error:
                future.set_exception(error)

        if self._turning_in == threading.get_ident():
            run()
            return future
        with self._gate:
            if not self._closed:
                self._orders.put(run)
                self._nudge()
                return future
        future.set_exception(DeviceGone(device=self.name))
        return future

    def look_after(self) -> None:
        """From another thread, now and then: says that a call into the device does not come back. Drivers
        whose calls have no bound number the one that is under way, ``None`` between two."""
        call = getattr(self._driver, "call_under_way", None)
        if call is None or call != self._call:
            self._call, self._call_since = call, self._clock.monotonic()
        elif self._clock.monotonic() - self._call_since >= STUCK_S:
            self.health.bad("device.stuck")

    # -- the loop ----------------------------------------------------------------------------------------

    def turn(self) -> None:
        """Everything that is due now: waiting orders, opening, one poll."""
        self._turning_in = threading.get_ident()
        try:
            while self._take_order():
                pass
            if self._clock.monotonic() < self._due_s:
                return
            if self._driver is None:
                self._open()
            if self._driver is not None:
                self._poll(self._driver)
        finally:
            self._turning_in = None

    def _run(self) -> None:
        while not self._stopping:
            self.turn()
            wait_s = self._due_s - self._clock.monotonic()
            if wait_s > 0:
                self._wait(wait_s)
        self._shut()

    def _wait(self, wait_s: float) -> None:
        """Until the next poll is due or an order comes; the order itself runs in the next turn."""
        try:
            order = self._orders.get(timeout=wait_s)
        except queue.Empty:
            return
        self._first = order

    def _nudge(self) -> None:
        """An order was put: end a wait that is not for orders."""

    def _take_order(self) -> bool:
        order, self._first = self._first, None
        if order is None:
            try:
                order = self._orders.get_nowait()
            except queue.Empty:
                return False
        if order is not None:
            order()
        return True

    def _open(self) -> None:
        try:
            self._driver = self._open_driver()
        except (DeviceError, OSError) as error:
            self._lost(error)
        except Exception as error:
            # A wrong setting, or a bug: the thread stays, so that a mended one is found; told once.
            if self.health.view.condition != "bad":
                _log.exception("device.open_failed", device=self.name)
            self._lost(error)

    def _poll(self, driver: D) -> None:
        self._due_s = self._clock.monotonic() + self._interval_s
        try:
            self._watch(driver)
        except (DeviceError, OSError) as error:
            self._lost(error)
        except Exception as error:
            # A bug in a driver: start it afresh rather than lose the device's thread.
            _log.exception("device.poll_failed", device=self.name)
            self._lost(error)
        else:
            self._failures = 0
            if not self._reports_health:
                self.health.good()

    def _lost(self, error: Exception) -> None:
        self._close()
        wait_s = BACKOFF_S[min(self._failures, len(BACKOFF_S) - 1)]
        self._failures += 1
        self._due_s = self._clock.monotonic() + wait_s
        self.health.bad(error.code if isinstance(error, OneCardError) else "device.gone", str(error))
        if self._on_gone is not None:
            self._tell(self._on_gone)

    def _tell(self, callback: Callable[..., object], *what: object) -> None:
        try:
            callback(*what)
        except Exception:
            _log.exception("device.callback_failed", device=self.name)

    def _close(self) -> None:
        driver, self._driver = self._driver, None
        if driver is not None:
            try:
                driver.close()
            except (DeviceError, OSError) as error:
                _log.debug("device.close_failed", device=self.name, detail=str(error))

    def _shut(self) -> None:
        self._close()
        with self._gate:
            self._closed = True
        while self._take_order():
            pass


class AcceptorWorker(Worker[Acceptor]):
    """Hands each event of a cash acceptor to ``on_event``; faults and idleness are its health."""

    def __init__(
        self,
        name: str,
        open_driver: Callable[[], Acceptor],
        on_event: Callable[[Event], None],
        *,
        clock: Clock,
        interval_s: float = 0.1,
        on_health: Callable[[HealthView], None] | None = None,
        on_gone: Callable[[], object] | None = None,
    ) -> None:
        self._on_event = on_event
        super().__init__(
            name,
            open_driver,
            self._deliver,
            clock=clock,
            interval_s=interval_s,
            on_health=on_health,
            on_gone=on_gone,
            reports_health=True,
        )

    def _deliver(self, driver: Acceptor) -> None:
        for event in driver.poll():
            if isinstance(event, Faulted):
                self.health.bad(event.kind, event.detail)
            elif isinstance(event, Idle):
                self.health.good()
            self._tell(self._on_event, event)


class ReaderWorker(Worker[Reader]):
    """Says when a card is put on (``on_change(card)``) and taken off (``on_change(None)``)."""

    def __init__(
        self,
        name: str,
        open_driver: Callable[[], Reader],
        on_change: Callable[[StorageCard | None], None],
        *,
        clock: Clock,
        interval_s: float = 0.05,
        on_refused: Callable[[Refused], None] | None = None,
        on_health: Callable[[HealthView], None] | None = None,
    ) -> None:
        self._on_change, self._on_refused = on_change, on_refused
        self._card: StorageCard | None = None
        self._refused = ""
        super().__init__(
            name,
            open_driver,
            self._look,
            clock=clock,
            interval_s=interval_s,
            on_health=on_health,
            on_gone=lambda: self._see(None),
        )

    def _wait(self, wait_s: float) -> None:
        """The reader's service says at once that a card came; ``_nudge`` that an order did."""
        driver = self._driver
        if driver is None or not self._orders.empty():
            super()._wait(wait_s)
            return
        began = self._clock.monotonic()
        if driver.wait(wait_s):
            self._due_s = self._clock.monotonic()
        elif self._clock.monotonic() - began < wait_s / 2:
            super()._wait(wait_s)

    def _nudge(self) -> None:
        driver = self._driver
        if driver is not None:
            driver.wake()

    def _look(self, driver: Reader) -> None:
        try:
            card = driver.poll()
        except Refused as refused:
            self._see(None)
            if refused.code != self._refused and self._on_refused is not None:
                self._tell(self._on_refused, refused)
            self._refused = refused.code
            return
        self._refused = ""
        self._see(card)

    def _see(self, card: StorageCard | None) -> None:
        if card is not self._card:
            self._card = card
            self._tell(self._on_change, card)


class PrinterWorker(Worker[Printer]):
    """Prints one document after another and asks the printer how it is in between."""

    def __init__(
        self,
        name: str,
        open_driver: Callable[[], Printer],
        *,
        clock: Clock,
        interval_s: float = 5.0,
        on_state: Callable[[PrinterState], None] | None = None,
        on_health: Callable[[HealthView], None] | None = None,
    ) -> None:
        self.state = PrinterState.UNKNOWN
        self._on_state = on_state
        super().__init__(
            name,
            open_driver,
            lambda driver: self._note(driver.status()),
            clock=clock,
            interval_s=interval_s,
            on_health=on_health,
            on_gone=lambda: self._note(PrinterState.GONE),
            reports_health=True,
        )

    def print(self, document: Document) -> "Future[PrinterState]":
        """Queue a document. The answer says whether it came out; it is never printed a second time by itself,
        because a receipt that came out half may not come out whole unasked."""
        answer: Future[PrinterState] = Future()

        def done(printed: "Future[PrinterState]") -> None:
            # An order that found no printer fails; for a document that is an answer like any other.
            answer.set_result(PrinterState.GONE if printed.exception() else printed.result())

        self.call(lambda driver: self._note(driver.print(document))).add_done_callback(done)
        return answer

    def kick_drawer(self) -> "Future[DrawerState]":
        """Open the cash drawer; fails with ``DeviceGone`` when there is no printer."""
        return self.call(lambda driver: driver.kick_drawer())

    def _note(self, state: PrinterState) -> PrinterState:
        if state.has_printed:
            self.health.good()
        else:
            self.health.bad(state.value)
        if state is not self.state:
            self.state = state
            if self._on_state is not None:
                self._tell(self._on_state, state)
        return state
