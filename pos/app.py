"""The till in its window: wires core, flow and screens together. Decides nothing itself."""

from collections.abc import Callable

from kivy.core.window import Window

from onecard.clock import set_system_time
from onecard.devices.fitted import types
from onecard.errors import OneCardError
from onecard.terminal import training
from onecard.terminal.collector import Carried, Collector
from onecard.terminal.counter import Counter
from onecard.terminal.signon import SignOn
from onecard.ui import stripes
from onecard.ui.navigator import Navigator
from onecard.ui.station import StationApp
from onecard.ui.style import style
from onecard.ui.typed_scan import TypedScans
from pos import devices, terminals
from pos import question as asking
from pos.flow import Flow, Picture
from pos.question import Answer, Question
from pos.scenery import Scenery, category_tabs, product_keys
from pos.second import SecondWindow
from pos.shelf import Shelf
from pos.tap_events import Result
from pos.task import Task
from pos.teller import Teller
from pos.till import Till


class PosApp(StationApp[Task, Result]):
    """One till."""

    def compose(self) -> None:
        """Every screen, then everything that reports to them."""
        setup, settings = self.setup, self.setup.settings
        station = setup.station
        self.till = Till(
            station=station,
            sign_on=SignOn(station.facts, station.journal, station.moment),
            clock=setup.clock,
            port=self,
            language=settings.text("screen.language"),
            theme=settings.text("screen.theme"),
            patience_s=settings.number("pos.retap_s"),
            has_printer=bool(settings.text("printer.line")),
            shelf=Shelf(self.setup.folder / "shelf.json"),
        )
        self.till.settings, self.till.restart = settings, self._begin_anew
        self.till.set_clock = set_system_time
        self.till.train = lambda on: training.switch(setup.folder, on=on)
        self.till.counter = Counter(settings, setup.clock, self.later)
        terminals.put(self.till, settings, setup.clock, self.later)
        columns, lines = product_keys(self.panel)
        self.flow = Flow(self.till, tiles=columns * lines, tabs=category_tabs(self.panel), shown=self._shown)
        devices.hear(self.till, self.flow)
        self.second = SecondWindow(settings, setup.clock)
        self.flow.customer = self.second.show
        self.collector = Collector.of(setup, lambda: self.wiring.health())
        if self.collector is not None:
            self.till.carry = self._carry
        self.scenery = Scenery(self.navigator, self.panel, send=self.flow.act, type_in=self.flow.typed)
        self.teller = Teller(station, self._operator)
        self.open(self.till, self.flow, self.teller.run)
        Window.bind(on_textinput=self._typed)
        if setup.is_training:
            stripes.draw(self.navigator)

    def build(self) -> Navigator:
        """Called by Kivy; what types into the window is told apart from people before the keys are."""
        root = super().build()
        if types(self.setup.settings):
            self.hear_typing()
        return root

    def hear_typing(self) -> None:
        """A scanner types into the window from now on."""
        self._typed_scans = TypedScans(
            self.router, self.setup.clock, self.till.counter.typed, lambda text: self._typed(None, text)
        )

    def _carry(self, card: int, by: int, then: Callable[[Carried | OneCardError], None]) -> None:
        """Not on the window's thread: a stick may be slow."""
        collector = self.collector
        assert collector is not None
        self.wiring.ask(lambda _: collector.carry(card, by), then)

    def on_stop(self) -> None:
        """Called by Kivy: the windows close."""
        self.second.stop()
        super().on_stop()

    def build_more(self) -> bool:
        return self.flow.screen == "sign_on" and self.scenery.build_one()

    def _shown(self, picture: Picture) -> None:
        self.scenery.show(picture)
        if self.flow.quit_asked:
            self.stop()

    def _typed(self, _window: object, text: str) -> bool:
        """What an input method sends beside plain keys: full-width digits and the like are kept as typed."""
        if not text.isascii() and not self.router.is_typing:
            for letter in text:
                self.flow.act(f"char:{letter}")
        return False

    def _operator(self) -> int:
        return 0 if self.till.operator is None else self.till.operator.operator

    # -- the port ----------------------------------------------------------------------------------------

    def ask(self, question: Question, then: Callable[[Answer], None]) -> None:
        self.wiring.ask(lambda client: asking.put(client, question), then)

    def look(self, *, language: str = "", theme: str = "") -> None:
        if theme:
            style.apply(theme=theme)
