"""Which screen follows which, and who hears a touch, a card, a note and a clock tick.

The whole app without window, threads and devices: what people and devices do comes in, what there is to see
goes out as one frozen ``Picture``. Carries out what ``visit.py`` commands; decides nothing about money.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from kiosk import leftover, paper
from kiosk import visit as visiting
from kiosk.booth import Booth
from kiosk.cash_desk import Session
from kiosk.cash_intake import Intake
from kiosk.cash_intake import Phase as Mouth
from kiosk.presenters import balance, busy, card, cash, home, out, person, put_back, result, still_there
from kiosk.visit_events import (
    Answered,
    Ask,
    Cash,
    CashMoved,
    CloseMouth,
    Command,
    Event,
    Forget,
    OpenMouth,
    Pressed,
    Print,
    Printed,
    Speak,
    Ticked,
    Touched,
    Wait,
    Waited,
)
from kiosk.visit_state import Limits, Phase
from onecard.devices.printers import PrinterState
from onecard.errors import OneCardError, Refused
from onecard.terminal.card_event import Arm, Disarm, Disarmed, Ended, GiveUp, SetAside, Sound
from onecard.wire.messages import CardStatus, Waiting

_log = structlog.get_logger("kiosk")

#: Phases in which no money of the visit can be on its way: leftovers may be put on their road.
_QUIET = frozenset({Phase.HOME, Phase.CARD, Phase.REFUSED})


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What is to be seen."""

    screen: str
    view: object


class Flow:
    """One kiosk's screens. ``shown`` hears of every change."""

    def __init__(self, booth: Booth, limits: Limits, shown: Callable[[Picture], None]) -> None:
        self.booth, self.limits = booth, limits
        self._shown = shown
        self._started_at = booth.now()
        self._old_writes = True
        self._picture: Picture | None = None
        self.visit, self._first = visiting.start(booth.now())

    def start(self) -> None:
        """The window is there; devices may come."""
        leftover.sweep(self.booth.station)
        self._do_all(self._first)
        self.show()

    # -- what comes in -----------------------------------------------------------------------------------

    def press(self, key: str) -> None:
        """A key of the screen by name."""
        booth = self.booth
        if key == "language":
            key = f"language:{booth.other_language}"
        room = booth.room_fen(self.visit.look) if key == "cash" else 0
        self.event(Pressed(key=key, at=booth.now(), room_fen=room))

    def touched(self) -> None:
        """A finger on the glass, wherever. A question on the screen wants an answer, not a touch."""
        if not self.visit.is_asking:
            self.event(Touched(at=self.booth.now()))

    def tick(self) -> None:
        """A quarter of a second has passed."""
        self.event(Ticked(at=self.booth.now()))
        quiet = self.visit.phase is Phase.HOME
        if self._old_writes and quiet and self.booth.now() - self._started_at >= leftover.GRACE_S:
            self._old_writes = False
            if leftover.give_up_old(self.booth.station):
                self.booth.port.wake()

    def cash_moved(self, intake: Intake, session: Session) -> None:
        """The acceptor's thread did something."""
        self.event(CashMoved(visit=session.visit, cash=snapshot(intake, session), at=self.booth.now()))
        if self.visit.phase in _QUIET and leftover.sweep(self.booth.station):
            self.booth.port.wake()

    def event(self, event: Event) -> None:
        """Anything else that happened; its consequences are carried out before this returns."""
        self._step(event)
        if isinstance(event, Ended) and self.visit.phase is Phase.BALANCE and self.visit.want == "cash":
            # The member chose cash before the card came: the balance is skipped when cash is possible.
            self.visit = replace(self.visit, want="")
            room = self.booth.room_fen(self.visit.look)
            if room:
                self._step(Pressed(key="cash", at=self.booth.now(), room_fen=room))
        self.show()

    # -- what goes out -----------------------------------------------------------------------------------

    def show(self) -> None:
        """Draw what is to be seen now, if it has changed."""
        picture = self.picture()
        if picture != self._picture:
            self._picture = picture
            self._shown(picture)

    def picture(self) -> Picture:
        """What is to be seen now."""
        booth, visit = self.booth, self.visit
        if visit.is_asking:
            return Picture(screen="still_there", view=still_there.view(booth, visit, self.limits))
        match visit.phase:
            case Phase.HOME | Phase.CARD if booth.out_of_service:
                return Picture(screen="out", view=out.view(booth))
            case Phase.HOME:
                return Picture(screen="home", view=home.view(booth, visit))
            case Phase.CARD:
                return Picture(screen="card", view=card.view(booth, visit))
            case Phase.BALANCE:
                return Picture(screen="balance", view=balance.view(booth, visit))
            case Phase.CASH:
                return Picture(screen="cash", view=cash.view(booth, visit))
            case Phase.RETURN | Phase.RETAP:
                return Picture(screen="put_back", view=put_back.view(booth, visit))
            case Phase.READING | Phase.COLLECTING | Phase.CLOSING | Phase.WRITING:
                return Picture(screen="busy", view=busy.view(booth, visit))
            case Phase.RESULT | Phase.REFUSED if not visit.person:
                return Picture(screen="result", view=result.view(booth, visit))
        return Picture(screen="person", view=person.view(booth, visit))

    # -- inside ------------------------------------------------------------------------------------------

    def _step(self, event: Event) -> None:
        before = self.visit.phase
        self.visit, commands = visiting.step(self.visit, event, self.limits)
        if self.visit.phase is not before:
            _log.info("kiosk.phase", phase=self.visit.phase.value, visit=self.visit.number)
        self._do_all(commands)

    def _do_all(self, commands: tuple[Command, ...]) -> None:
        for command in commands:
            self._do(command)

    def _do(self, command: Command) -> None:
        port, now = self.booth.port, self.booth.now()
        match command:
            case Arm(task=task, lying=lying):
                port.arm(task, lying=lying)
            case Disarm():
                self._step(Disarmed(in_time=port.disarm(), at=now))
            case OpenMouth():
                port.open_mouth(command.visit, command.card, command.issue, command.room_fen)
            case CloseMouth():
                port.close_mouth()
            case Ask(card=number, issue=issue):
                port.wake()
                port.ask(number, issue, lambda status: self._answered(number, issue, status))
            case Wait():
                self._step(Waited(waiting=self._wait(command), at=now))
            case SetAside() | GiveUp():
                self._let_go(command)
            case Print():
                self._print()
            case Sound(name="quiet"):
                port.quiet()
            case Sound(name=name):
                port.play(name)
            case Speak(language=language):
                self.booth.speak(language)
            case Forget():
                leftover.sweep(self.booth.station)
                port.wake()

    def _answered(self, card: int, issue: int, status: CardStatus | None) -> None:
        self.event(Answered(card=card, issue=issue, status=status))

    def _wait(self, order: Wait) -> Waiting | None:
        try:
            waiting = self.booth.station.wait_credits(order.card, order.issue, order.credits)
        except OneCardError as error:
            _log.error("kiosk.wait_failed", code=error.code)
            return None
        self.booth.port.wake()
        return waiting

    def _let_go(self, order: SetAside | GiveUp) -> None:
        station = self.booth.station
        try:
            if isinstance(order, SetAside):
                station.set_aside(order.id)
            else:
                station.give_up(order.id, order.why)
        except Refused as refused:
            # Five may lie aside; each is given up in the next breath, so this one is as well.
            _log.warning("kiosk.let_go_refused", code=refused.code)
        except OneCardError as error:
            # The disk refuses: the visit is over all the same, so this is one of the old writes from here on.
            _log.error("kiosk.let_go_failed", code=error.code)
            self._old_writes, self._started_at = True, self.booth.now()
        self.booth.port.wake()

    def _print(self) -> None:
        self.booth.port.wake()
        document = paper.after(self.booth, self.visit)
        if document is None or not self.booth.has_printer:
            self.visit = replace(self.visit, printed=False)
            return
        self.visit = replace(self.visit, paper=document.id, printed=None)
        self.booth.port.print(document, lambda state: self._printed(document.id, state))

    def _printed(self, id: str, state: PrinterState) -> None:
        self.event(Printed(id=id, ok=state.has_printed, unsure=state is PrinterState.UNKNOWN))


def snapshot(intake: Intake, session: Session) -> Cash:
    """What a visit needs to know of the mouth."""
    note = intake.note
    return Cash(
        notes=session.credits,
        doubts=session.doubts,
        room_fen=intake.room_fen,
        open=intake.phase is Mouth.OPEN,
        moving_fen=0 if note is None else note.value_fen,
        moving=None if note is None else note.stack,
        stuck=intake.phase is Mouth.STUCK and note is not None,
        fault=intake.fault,
    )
