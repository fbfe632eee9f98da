"""The kiosk in its window: wires core, acceptor, flow and screens together. Decides nothing itself."""

from collections.abc import Callable
from typing import TypeVar

import structlog

from kiosk.booth import Booth
from kiosk.cash_box import CashBox
from kiosk.cash_desk import CashDesk, Session
from kiosk.cash_intake import Intake
from kiosk.cash_intake import Phase as Mouth
from kiosk.cash_room import CashRoom
from kiosk.fitted_acceptor import FittedAcceptor, fitted_acceptors
from kiosk.flow import Flow
from kiosk.powering import ends
from kiosk.scenery import Scenery
from kiosk.task import Task
from kiosk.teller import Teller
from kiosk.visit_events import Result
from kiosk.visit_state import Limits
from onecard.devices.health import HealthView
from onecard.errors import OneCardError
from onecard.settings import Settings
from onecard.terminal.collector import Carried, Collector
from onecard.terminal.counter import Counter
from onecard.terminal.powering import Powering
from onecard.ui.station import StationApp
from onecard.ui.voice import Voice
from onecard.wire.client import ServerClient
from onecard.wire.messages import CardStatus

_log = structlog.get_logger("kiosk")

A = TypeVar("A")

#: An acceptor needs so long to hear that it takes nothing any more.
SHUT_S = 0.6
#: Between two looks at what feeds the machine.
POWER_S = 1.0


class KioskApp(StationApp[Task, Result]):
    """One kiosk."""

    def compose(self) -> None:
        """Every screen, then everything that reports to them."""
        setup, settings = self.setup, self.setup.settings
        self.voice = Voice()
        fitted = fitted_acceptors(settings)
        self.booth = Booth(
            station=setup.station,
            clock=setup.clock,
            port=self,
            language=settings.text("screen.language"),
            boxes=tuple(one.box for one in fitted),
            has_printer=bool(settings.text("printer.line")),
            values={key: settings.values.get(key, row.default) for key, row in settings.rows.items()},
        )
        self._collector = Collector.of(setup, lambda: self.wiring.health())
        if self._collector is not None:
            self.booth.carry = self._carry
        self.booth.counter = Counter(settings, setup.clock, self.later)
        self.flow = Flow(self.booth, _limits(settings), lambda picture: self.scenery.draw(picture))
        self.scenery = Scenery(self.navigator, send=self._press)
        room = CashRoom()
        self._cash = tuple(self._cash_desk(one, room) for one in fitted)
        self.open(self.booth, self.flow, Teller(setup.station).run, *(one.worker for one in self._cash))
        self._supply = Powering(
            lambda: self.booth.counter, lambda: settings.text("power.backlight"), setup.clock.monotonic
        )
        self.every(POWER_S, self._look_at_power)

    def _carry(self, card: int, by: int, then: Callable[[Carried | OneCardError], None]) -> None:
        """Not on the window's thread: a stick may be slow."""
        collector = self._collector
        assert collector is not None
        self.wiring.ask(lambda _: collector.carry(card, by), then)

    def on_stop(self) -> None:
        """The slots shut while somebody can still tell them so; a note in flight is found again."""
        if any(one.intake.phase is not Mouth.CLOSED for one in self._cash):
            self.close_mouth()
            self.setup.clock.sleep(SHUT_S)
        self.voice.stop()
        super().on_stop()

    def activity(self) -> None:
        self.flow.touched()

    def build_more(self) -> bool:
        return self.navigator.build_one()

    def _press(self, key: str) -> None:
        self.sound.play("click")
        self.flow.press(key)

    def _look_at_power(self) -> None:
        if ends(self._supply, self.flow):
            self.stop()

    # -- the acceptors -----------------------------------------------------------------------------------

    def _cash_desk(self, one: FittedAcceptor, room: CashRoom) -> CashDesk:
        return CashDesk(
            self.setup.station,
            self.setup.clock,
            one.open,
            one.box.serial,
            one.box.values_fen,
            self._cash_moved,
            lambda view: self.later(lambda: self._acceptor_told(one.box, view)),
            name=one.box.name,
            room=room,
        )

    def _cash_moved(self, intake: Intake, session: Session) -> None:
        self.later(lambda: self.flow.cash_moved(intake, session))

    def _acceptor_told(self, box: CashBox, view: HealthView) -> None:
        box.told(view)
        self.flow.show()

    # -- the port ----------------------------------------------------------------------------------------

    def open_mouth(self, opening: int, card: int, issue: int, room_fen: int) -> None:
        for one in self._cash:
            one.open(opening, card, issue, room_fen)

    def try_mouth(self, opening: int, serial: str) -> None:
        for one in self._cash:
            if one.serial == serial:
                one.try_out(opening)

    def close_mouth(self) -> None:
        for one in self._cash:
            one.close()

    def inquire(
        self, question: Callable[[ServerClient], A], then: Callable[[A | OneCardError], None]
    ) -> None:
        self.wiring.ask(question, then)

    def say(self, text: str, language: str) -> None:
        self.voice.say(text, language)

    def ask(self, card: int, issue: int, then: Callable[[CardStatus | None], None]) -> None:
        def answered(answer: CardStatus | OneCardError) -> None:
            if isinstance(answer, OneCardError):
                _log.info("kiosk.office_unasked", why=answer.code)
                then(None)
            else:
                then(answer)

        self.wiring.ask(lambda client: client.ask_card(card, issue), answered)


def _limits(settings: Settings) -> Limits:
    return Limits(
        menu_s=settings.number("idle.menu_s"),
        form_s=settings.number("idle.form_s"),
        result_s=settings.number("idle.result_s"),
        cash_s=settings.number("idle.cash_s"),
        warning_s=settings.number("idle.warning_s"),
    )
