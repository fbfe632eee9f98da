"""The kiosk in its window: wires devices, core, flow and screens together. Decides nothing itself."""

from collections.abc import Callable
from concurrent.futures import Future

import structlog

from kiosk.booth import Booth
from kiosk.cash_desk import CashDesk, Session
from kiosk.cash_intake import CNY_FEN, Intake
from kiosk.cash_intake import Phase as Mouth
from kiosk.flow import Flow
from kiosk.gate import Gate
from kiosk.scenery import Scenery
from kiosk.setup import Setup
from kiosk.task import Task
from kiosk.teller import Teller
from kiosk.visit_events import Event
from onecard.devices.acceptors import id003
from onecard.devices.health import HealthView
from onecard.devices.printers import Document, PrinterState, escpos
from onecard.devices.readers import Reader
from onecard.devices.readers.pcsc import open_reader
from onecard.devices.worker import PrinterWorker, ReaderWorker, Worker
from onecard.journal.sync import SyncStatus, SyncWorker
from onecard.ui.application import Application
from onecard.ui.sound import Sound
from onecard.ui.theme import Panel
from onecard.wire.client import ServerClient
from onecard.wire.messages import CardStatus

_log = structlog.get_logger("kiosk")

#: The window ticks this often.
TICK_S = 0.25
#: An acceptor needs so long to hear that it takes nothing any more.
SHUT_S = 0.6


class KioskApp(Application):
    """One kiosk. ``setup``: everything that its settings and its identity say.

    ``make_reader`` opens another reader than the PC/SC one of the settings.
    """

    def __init__(
        self, panel: Panel, setup: Setup, *, make_reader: Callable[[], Reader] | None = None
    ) -> None:
        super().__init__(panel, theme=setup.settings.text("screen.theme"), title="OneCard")
        self._setup = setup
        name = setup.settings.text("reader.name")
        self._open_reader: Callable[[], Reader] = make_reader or (lambda: open_reader(name))
        self._sound = Sound()
        self._workers: list[Worker] = []

    # -- wiring ------------------------------------------------------------------------------------------

    def compose(self) -> None:
        """Every screen, then everything that reports to them."""
        setup = self._setup
        settings, clock = setup.settings, setup.clock
        has_acceptor, has_printer = (
            bool(settings.text("acceptor.line")),
            bool(settings.text("printer.line")),
        )
        self._booth = Booth(
            station=setup.station,
            clock=clock,
            port=self,
            language=settings.text("screen.language"),
            values_fen=CNY_FEN if has_acceptor else (),
            has_printer=has_printer,
        )
        self._flow = Flow(self._booth, setup.limits, lambda picture: scenery.draw(picture))
        scenery = Scenery(self.navigator, send=self._press)
        self._reader = self._make_reader()
        self._acceptor = self._make_acceptor() if has_acceptor else None
        self._printer = self._make_printer() if has_printer else None
        self._office = Worker(
            "office", setup.client, lambda client: None, clock=clock, interval_s=3600, reports_health=True
        )
        self._workers.append(self._office)
        self._sync = SyncWorker(
            setup.client(),
            setup.journal,
            setup.facts,
            clock,
            interval_s=settings.number("sync.interval_s"),
            on_status=lambda status: self.later(lambda: self._synced(status)),
            app="kiosk",
            health=self._health,
        )
        setup.station.recover()
        self._flow.start()
        for worker in self._workers:
            worker.start()
        self._sync.start()
        self.every(TICK_S, self._flow.tick)

    def _make_reader(self) -> ReaderWorker:
        setup = self._setup
        self._gate = Gate(
            Teller(setup.station).run,
            self._tell,
            lambda call: self._reader.call(lambda _: call()),
            setup.clock,
        )
        reader = ReaderWorker(
            "reader",
            self._open_reader,
            self._gate.changed,
            clock=setup.clock,
            on_refused=self._gate.refused,
            on_health=lambda view: self.later(lambda: self._reader_health(view)),
        )
        self._workers.append(reader)
        return reader

    def _make_acceptor(self) -> CashDesk:
        setup = self._setup
        section = {
            "line": setup.settings.text("acceptor.line"),
            "serial": setup.settings.text("acceptor.serial"),
        }
        desk = CashDesk(
            setup.station,
            setup.clock,
            lambda: id003.open(section),
            section["serial"],
            CNY_FEN,
            self._cash_moved,
            lambda view: self.later(lambda: self._acceptor_health(view)),
        )
        self._workers.append(desk.worker)
        return desk

    def _make_printer(self) -> PrinterWorker:
        settings = self._setup.settings
        section = {
            "line": settings.text("printer.line"),
            "paper": "58" if settings.number("printer.columns") <= 32 else "80",
        }
        printer = PrinterWorker(
            "printer",
            lambda: escpos.open(section),
            clock=self._setup.clock,
            on_state=lambda state: self.later(lambda: self._printer_state(state)),
        )
        self._workers.append(printer)
        return printer

    def on_stop(self) -> None:
        """Called by Kivy: the window closes."""
        self._sync.stop()
        if self._acceptor is not None and self._acceptor.intake.phase is not Mouth.CLOSED:
            # The slot shuts while somebody can still tell the acceptor so; a note in flight is found again.
            self._acceptor.close()
            self._setup.clock.sleep(SHUT_S)
        for worker in self._workers:
            worker.stop()
        self._setup.close()

    # -- what comes in -----------------------------------------------------------------------------------

    def activity(self) -> None:
        self._flow.touched()

    def _press(self, key: str) -> None:
        self._sound.play("click")
        self._flow.press(key)

    def _tell(self, event: Event) -> None:
        self.later(lambda: self._flow.event(event))

    def _cash_moved(self, intake: Intake, session: Session) -> None:
        self.later(lambda: self._flow.cash_moved(intake, session))

    def _reader_health(self, view: HealthView) -> None:
        self._booth.reader_trouble = view.reason if view.condition == "bad" else ""
        self._flow.show()

    def _acceptor_health(self, view: HealthView) -> None:
        self._booth.acceptor_trouble = view.reason if view.condition == "bad" else ""
        self._flow.show()

    def _printer_state(self, state: PrinterState) -> None:
        self._booth.printer = state
        self._flow.show()

    def _synced(self, status: SyncStatus) -> None:
        self._booth.sync = status
        self._flow.show()

    def _health(self) -> dict[str, str]:
        """What the office sees of our devices."""
        views = (worker.health.view for worker in self._workers if worker is not self._office)
        return {
            view.device: "ok" if view.condition == "good" else view.reason or "starting" for view in views
        }

    # -- the port ----------------------------------------------------------------------------------------

    def arm(self, task: Task, *, lying: bool) -> None:
        self._gate.arm(task, lying=lying)

    def disarm(self) -> bool:
        return self._gate.disarm()

    def open_mouth(self, visit: int, card: int, issue: int, room_fen: int) -> None:
        if self._acceptor is not None:
            self._acceptor.open(visit, card, issue, room_fen)

    def close_mouth(self) -> None:
        if self._acceptor is not None:
            self._acceptor.close()

    def ask(self, card: int, issue: int, then: Callable[[CardStatus | None], None]) -> None:
        def answered(future: "Future[CardStatus]") -> None:
            error = future.exception()
            if error is not None:
                _log.info("kiosk.office_unasked", why=type(error).__name__)
            status = None if error is not None else future.result()
            self.later(lambda: then(status))

        def ask(client: ServerClient) -> CardStatus:
            return client.ask_card(card, issue)

        self._office.call(ask).add_done_callback(answered)

    def print(self, document: Document, then: Callable[[PrinterState], None]) -> None:
        assert self._printer is not None
        printed = self._printer.print(document)
        printed.add_done_callback(lambda future: self.later(lambda: then(future.result())))

    def play(self, sound: str) -> None:
        self._sound.play(sound)

    def quiet(self) -> None:
        self._sound.stop()

    def wake(self) -> None:
        self._sync.wake()
