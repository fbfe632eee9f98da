"""The till in its window: wires devices, core, flow and screens together. Decides nothing itself.

What happens on another thread (card, paper, answer, exchange) comes in through ``later``, in order.
"""

import gc
from collections.abc import Callable
from concurrent.futures import Future

import structlog
from kivy.core.window import Window
from kivy.uix.textinput import TextInput

from onecard.devices.health import HealthView
from onecard.devices.printers import Document, PrinterState, escpos
from onecard.devices.readers import Reader
from onecard.devices.readers.pcsc import open_reader
from onecard.devices.worker import PrinterWorker, ReaderWorker, Worker
from onecard.errors import OneCardError, Refused
from onecard.journal.sync import SyncStatus, SyncWorker
from onecard.ui.application import Application
from onecard.ui.sound import Sound
from onecard.ui.style import style
from onecard.ui.theme import Panel
from onecard.wire.client import ServerClient
from pos import question as asking
from pos.flow import Flow, Picture
from pos.gate import Gate
from pos.question import Answer, Question
from pos.scenery import Scenery, category_tabs, product_keys
from pos.setup import Setup
from pos.tap_events import Event
from pos.task import Task
from pos.teller import Teller
from pos.till import Till

_log = structlog.get_logger("pos")

#: The window ticks this often.
TICK_S = 0.25
#: So many ticks belong to whoever is at the till when it opens; screens not yet wanted are built after them.
SETTLED_TICKS = 12


class PosApp(Application):
    """One till. ``setup``: all that its settings and identity say; ``open_card_reader``: another reader."""

    def __init__(
        self, panel: Panel, setup: Setup, *, open_card_reader: Callable[[], Reader] | None = None
    ) -> None:
        super().__init__(panel, theme=setup.settings.text("screen.theme"), title="OneCard")
        self._setup = setup
        self._open_card_reader = open_card_reader
        self._sound = Sound()
        self._workers: list[Worker] = []
        self._ticks = 0

    # -- wiring ------------------------------------------------------------------------------------------

    def compose(self) -> None:
        """Every screen, then everything that reports to them."""
        setup = self._setup
        settings, clock = setup.settings, setup.clock
        self._till = Till(
            station=setup.station,
            sign_on=setup.sign_on,
            clock=clock,
            port=self,
            language=settings.text("screen.language"),
            theme=settings.text("screen.theme"),
            patience_s=settings.number("pos.retap_s"),
            has_printer=bool(settings.text("printer.line")),
        )
        columns, lines = product_keys(self.panel)
        self.flow = Flow(self._till, tiles=columns * lines, tabs=category_tabs(self.panel), shown=self._shown)
        self._scenery = Scenery(self.navigator, self.panel, send=self._press, type_in=self.flow.typed)
        self._teller = Teller(setup.station, self._operator)
        self._reader = self._make_reader()
        self._printer = self._make_printer() if self._till.has_printer else None
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
            app="pos",
            health=self._health,
        )
        setup.station.recover()
        self.flow.start()
        for worker in self._workers:
            worker.start()
        self._sync.start()
        self.every(TICK_S, self._tick)
        Window.bind(on_textinput=self._typed)
        # What was built until now lives as long as the app; looking through all of it for garbage in the
        # middle of a sale would hold the window for a fifth of a second.
        gc.freeze()

    def _make_reader(self) -> ReaderWorker:
        name = self._setup.settings.text("reader.name")
        self._gate = Gate(
            self._teller.run,
            self._tell,
            lambda call: self._reader.call(lambda _: call()),
            self._setup.clock,
        )
        reader = ReaderWorker(
            "reader",
            self._open_card_reader or (lambda: open_reader(name)),
            self._gate.changed,
            clock=self._setup.clock,
            on_refused=self._gate.refused,
            on_health=lambda view: self.later(lambda: self._reader_health(view)),
        )
        self._workers.append(reader)
        return reader

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
        for worker in self._workers:
            worker.stop()
        self._setup.close()

    # -- what comes in -----------------------------------------------------------------------------------

    def _shown(self, picture: Picture) -> None:
        self._scenery.show(picture)
        if self.flow.quit_asked:
            self.stop()

    def _tick(self) -> None:
        self.flow.tick()
        self._ticks += 1
        if self.flow.screen == "sign_on" and self._ticks > SETTLED_TICKS and self._scenery.build_one():
            gc.freeze()

    def _press(self, action: str) -> None:
        self.flow.act(action)

    def _typed(self, _window: object, text: str) -> bool:
        """What an input method sends beside plain keys: full-width digits and the like are kept as typed."""
        in_field = any(isinstance(one, TextInput) and one.focus for one in self.navigator.walk())
        if not in_field and not text.isascii():
            for letter in text:
                self.flow.act(f"char:{letter}")
        return False

    def _operator(self) -> int:
        return 0 if self._till.operator is None else self._till.operator.operator

    def _tell(self, event: Event) -> None:
        self.later(lambda: self.flow.event(event))

    def _reader_health(self, view: HealthView) -> None:
        self._till.reader_gone = view.reason if view.condition == "bad" else ""
        self.flow.show()

    def _printer_state(self, state: PrinterState) -> None:
        self._till.printed.state = state
        self.flow.show()

    def _synced(self, status: SyncStatus) -> None:
        self._till.sync = status
        self.flow.show()

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

    def ask(self, question: Question, then: Callable[[Answer], None]) -> None:
        def arrived(answer: Answer) -> None:
            then(answer)
            self.flow.show()

        def put(client: ServerClient) -> Answer:
            try:
                return asking.put(client, question)
            except OneCardError as error:
                return error
            except Exception as error:
                _log.exception("pos.ask_failed", question=type(question).__name__)
                return Refused("station.fault", what=type(error).__name__)

        def done(future: "Future[Answer]") -> None:
            # ``put`` raises nothing; an order fails only when the window closes and nobody listens any more.
            if future.exception() is None:
                self.later(lambda: arrived(future.result()))

        self._office.call(put).add_done_callback(done)

    def print(self, document: Document, then: Callable[[PrinterState], None]) -> None:
        assert self._printer is not None

        def arrived(state: PrinterState) -> None:
            then(state)
            self.flow.show()

        printed = self._printer.print(document)
        printed.add_done_callback(lambda done: self.later(lambda: arrived(done.result())))

    def play(self, sound: str) -> None:
        self._sound.play(sound)

    def quiet(self) -> None:
        self._sound.stop()

    def wake(self) -> None:
        self._sync.wake()

    def look(self, *, language: str = "", theme: str = "") -> None:
        if theme:
            style.apply(theme=theme)
