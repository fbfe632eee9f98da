"""The threads of a station: card reader, printer, questions to the office, the exchange with it.

Whatever they say comes to the app's flow on the window's thread, in order. Decides nothing; knows no window.
"""

from collections.abc import Callable
from concurrent.futures import Future
from importlib.metadata import version
from typing import Any, Generic, Protocol, TypeVar

import msgspec
import structlog

from onecard.cards.cpu.psam import CardPsam
from onecard.cards.medium import StorageCard
from onecard.clock import set_system_time
from onecard.devices.fitted import printer
from onecard.devices.health import HealthView
from onecard.devices.printers import Document, PrinterState
from onecard.devices.readers import Reader
from onecard.devices.readers.pcsc import open_reader
from onecard.devices.readers.psam import PsamWorker, open_slot
from onecard.devices.worker import PrinterWorker, ReaderWorker, Worker
from onecard.errors import OneCardError, Refused, Unreachable
from onecard.journal.sync import SyncStatus, SyncWorker
from onecard.terminal import logbook
from onecard.terminal.card_event import Began, Ended, Failed, Lifted, Placed
from onecard.terminal.fleet import Body, Fleet
from onecard.terminal.gate import Gate
from onecard.terminal.ordering import Ordering, first_tap
from onecard.terminal.setup import Setup
from onecard.terminal.starter import running
from onecard.terminal.workplace import Workplace
from onecard.wire.client import ServerClient

_log = structlog.get_logger("wiring")

T = TypeVar("T")
R = TypeVar("R")
A = TypeVar("A")
R_contra = TypeVar("R_contra", contravariant=True)


class Flow(Protocol[R_contra]):
    """Which screen follows which, as every app has one. Only the window's thread calls it."""

    def start(self) -> None: ...

    def event(self, event: Placed | Lifted | Began | Ended[R_contra | Failed], /) -> None: ...

    def tick(self) -> None: ...

    def show(self) -> None: ...

    def let_go(self) -> bool:
        """Whether the program may end now on the office's word, under nobody's hands; ask again later."""
        ...


class Wiring(Generic[T, R]):
    """``run`` does a task with a card, on the reader's thread; ``later`` brings a call to the window's."""

    def __init__(
        self,
        setup: Setup,
        workplace: Workplace[Any],
        flow: Flow[R],
        run: Callable[[T, StorageCard], R],
        later: Callable[[Callable[[], object]], None],
        *,
        open_card_reader: Callable[[], Reader] | None = None,
        picture: Callable[[], bytes] | None = None,
        restart: Callable[[], None] | None = None,
    ) -> None:
        """``open_card_reader`` opens another reader than the PC/SC one of the settings. ``picture`` of the
        window, and ``restart`` of the program: what the office may ask for."""
        self._setup, self._workplace, self._flow, self._later = setup, workplace, flow, later
        settings, clock, name = setup.settings, setup.clock, setup.settings.text("reader.name")
        self.gate: Gate[T, R] = Gate(run, self._card_told, self._nudge, clock)
        self._reader = ReaderWorker(
            "reader",
            open_card_reader or (lambda: open_reader(name)),
            self.gate.changed,
            clock=clock,
            on_refused=self.gate.refused,
            on_health=lambda view: later(lambda: self._reader_told(view)),
        )
        self._devices: list[Worker[Any]] = [self._reader]
        psam = self._psam(settings.text("psam.reader"))
        setup.station.attach(
            psam=None if psam is None else CardPsam(psam.find),
            load_host=Ordering(setup.station.journal, setup.client()),
        )
        if setup.old is not None:
            setup.station.takeover.attach(setup.old, first_tap(setup.client()))
        self._printer: PrinterWorker | None = None
        if workplace.has_printer:
            fitted = printer(settings)
            assert fitted is not None, "paper is promised where a printer stands"
            self._printer = PrinterWorker(
                fitted.name,
                fitted.open,
                clock=clock,
                on_state=lambda state: later(lambda: self._printer_told(state)),
            )
            self._devices.append(self._printer)
        self._devices += workplace.counter.workers
        workplace.devices = self._views
        self._office: Worker[ServerClient] = Worker(
            "office", setup.client, lambda _: None, clock=clock, interval_s=3600, reports_health=True
        )
        client = setup.client()
        self.fleet = self._fleet(client, picture, restart)
        self._sync = SyncWorker(
            client,
            setup.station.journal,
            setup.station.facts,
            clock,
            interval_s=settings.number("sync.interval_s"),
            on_status=lambda status: later(lambda: self._office_told(status)),
            app=version("onecard"),
            health=self.health,
            after=lambda online: self.fleet.turn(online=online),
        )

    def _psam(self, name: str) -> PsamWorker | None:
        """One that is watched in its reader, where the settings name such a reader."""
        if not name:
            return None
        worker = PsamWorker("psam", lambda: open_slot(name), clock=self._setup.clock)
        self._devices.append(worker)
        return worker

    def _fleet(
        self,
        client: ServerClient,
        picture: Callable[[], bytes] | None,
        restart: Callable[[], None] | None,
    ) -> Fleet:
        """What is told to the office after each exchange, and done for it."""
        setup, started = self._setup, running()
        body = Body(
            app=version("onecard"),
            devices=self.health,
            picture=picture,
            restart=restart,
            set_clock=set_system_time,
            log=setup.folder / logbook.NAME,
            slots=None if started is None else started[0],
            version="" if started is None else started[1],
            meter=setup.meter,
        )
        return Fleet(setup.station, client, setup.clock, setup.folder, body)

    # -- from the window's thread ------------------------------------------------------------------------

    def start(self, *devices: Worker[Any]) -> None:
        """The devices begin, also those that only this app has. A missing one delays nobody."""
        self._devices += devices
        for worker in self._devices:
            worker.start()
        if not self._setup.is_training:
            self._office.start()

    def exchange(self) -> None:
        """The exchange with the office begins. It is not waited for by anybody, so it comes last of all."""
        if not self._setup.is_training:
            self._sync.start()

    def stop(self) -> None:
        """Every thread ends and every line is closed."""
        self._sync.stop()
        for worker in (*self._devices, self._office):
            worker.stop()
        self._setup.close()

    def wake(self) -> None:
        """There is something for the office, or news are wanted from it."""
        self._sync.wake()

    def print(self, document: Document, then: Callable[[PrinterState], None]) -> None:
        """``then`` hears what became of it."""
        assert self._printer is not None
        settings = self._setup.settings
        if "printer.drawer" not in settings.rows or not settings.flag("printer.drawer"):
            document = msgspec.structs.replace(document, kick_drawer=False)
        self._printer.print(document).add_done_callback(lambda done: self._answer(then, done.result()))

    def ask(self, question: Callable[[ServerClient], A], then: Callable[[A | OneCardError], None]) -> None:
        """Put a question to the office; ``then`` gets the answer, or why there is none. In training there
        is never anybody."""
        if self._setup.is_training:
            self._answer(then, Unreachable())
            return

        def put(client: ServerClient) -> A | OneCardError:
            try:
                return question(client)
            except OneCardError as error:
                return error
            except Exception as error:
                _log.exception("office.ask_failed")
                return Refused("station.fault", what=type(error).__name__)

        def done(future: "Future[A | OneCardError]") -> None:
            # ``put`` raises nothing; the order itself fails before the thread has begun and after its end.
            error = future.exception()
            if error is None:
                self._answer(then, future.result())
            elif isinstance(error, OneCardError):
                self._answer(then, error)

        self._office.call(put).add_done_callback(done)

    def look_after(self) -> None:
        """Now and then: a call into a device that does not come back is said by others than its thread."""
        for worker in self._devices:
            worker.look_after()

    # -- from the threads --------------------------------------------------------------------------------

    def health(self) -> dict[str, str]:
        """What the office sees of our devices."""
        said = {
            view.device: "ok" if view.condition == "good" else view.reason or "starting"
            for view in self._views()
        }
        source = self._workplace.counter.power.source
        if source in ("battery", "low") and said.get("power") == "ok":
            said["power"] = f"power.{source}"
        return said

    def _views(self) -> list[HealthView]:
        return [worker.health.view for worker in self._devices]

    def _nudge(self, call: Callable[[], None]) -> None:
        self._reader.call(lambda _: call())

    def _card_told(self, event: Placed | Lifted | Began | Ended[R | Failed]) -> None:
        self._later(lambda: self._flow.event(event))

    def _answer(self, then: Callable[[A], None], answer: A) -> None:
        def arrived() -> None:
            then(answer)
            self._flow.show()

        self._later(arrived)

    # -- on the window's thread --------------------------------------------------------------------------

    def _reader_told(self, view: HealthView) -> None:
        self._workplace.reader_trouble = view.reason if view.condition == "bad" else ""
        self._flow.show()

    def _printer_told(self, state: PrinterState) -> None:
        self._workplace.printer = state
        self._flow.show()

    def _office_told(self, status: SyncStatus) -> None:
        self._workplace.sync = status
        self._flow.show()
