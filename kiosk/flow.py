"""Which screen follows which, and who hears a touch, a card, a note and a clock tick.

The whole app without window, threads and devices: what people and devices do comes in, what there is to see
goes out as one frozen ``Picture``. Carries out what ``visit.py`` commands; decides nothing about money.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from kiosk import leftover
from kiosk import visit as visiting
from kiosk.area import Area
from kiosk.areas import all_areas
from kiosk.booth import Booth
from kiosk.by_uid import Stranger
from kiosk.cash_desk import Session
from kiosk.cash_intake import Intake
from kiosk.mouths import Mouths
from kiosk.orders import Orders
from kiosk.presenters import (
    attract,
    balance,
    busy,
    card,
    cash,
    home,
    out,
    person,
    put_back,
    result,
    still_there,
)
from kiosk.visit_events import (
    Answered,
    Ask,
    AskUid,
    CashMoved,
    CloseMouth,
    Command,
    Eased,
    Event,
    Forget,
    Left,
    Named,
    OpenMouth,
    Pressed,
    Print,
    Speak,
    Ticked,
    Touched,
    Wait,
)
from kiosk.visit_state import Limits, Phase
from onecard.errors import Refused
from onecard.terminal.card_event import Arm, Disarm, Disarmed, Ended, Failed, GiveUp, SetAside, Sound
from onecard.terminal.look import Look

_log = structlog.get_logger("kiosk")

#: After this nobody is near any more: logo and notices.
DESERTED_S = 45.0
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
        self.booth, self._limits = booth, limits
        self._shown = shown
        self._picture: Picture | None = None
        self._said = ""
        self.areas = all_areas(self)
        self._area: Area | None = None
        self._orders = Orders(booth)
        self._mouths = Mouths()
        self.visit, self._first = visiting.start(booth.now())

    @property
    def limits(self) -> Limits:
        """Who reads slowly has more time."""
        return self._limits.longer(2) if self.booth.large else self._limits

    def start(self) -> None:
        """The window is there; devices may come."""
        leftover.sweep(self.booth.station)
        self._orders.print_left()
        self._do_all(self._first)
        self.show()

    # -- what comes in -----------------------------------------------------------------------------------

    def press(self, key: str) -> None:
        """A key of the screen by name."""
        booth, now = self.booth, self.booth.now()
        if key in ("large", "low"):
            booth.ease(key)
            self.event(Eased(on=booth.large or booth.low, at=now))
            return
        if key == "others":
            booth.shows_others = not booth.shows_others
            self.event(Touched(at=now))
            return
        if key == "language":
            key = f"language:{booth.other_language}"
        room = booth.room_fen(self.visit) if key == "cash" else 0
        area = self._area
        if area is not None and not self.visit.is_asking and not key.startswith("language:"):
            self._step(Touched(at=now))
            area.press(key)
            self._entered()
            self.show()
        else:
            self.event(Pressed(key=key, at=now, room_fen=room))

    def touched(self) -> None:
        """A finger on the glass, wherever. A question on the screen wants an answer, not a touch."""
        if not self.visit.is_asking:
            self.event(Touched(at=self.booth.now()))

    def tick(self) -> None:
        """A quarter of a second has passed."""
        if self._area is not None:
            self._area.tick()
        idle_s = None if self._area is None else self._area.idle_s(self.limits)
        self.event(Ticked(at=self.booth.now(), idle_s=idle_s))
        if self.visit.phase is Phase.HOME:
            self._orders.quiet()

    def let_go(self) -> bool:
        """The office wants a new start: only between two visits, and with nobody at the attendant's pages."""
        return self.visit.phase is Phase.HOME and self._area is None

    def cash_moved(self, intake: Intake, session: Session) -> None:
        """An acceptor's thread did something."""
        visit, cash = self._mouths.moved(intake, session)
        self.event(CashMoved(visit=visit, cash=cash, at=self.booth.now()))
        if self._area is not None:
            self._area.cash(intake, session)
            self.show()
        if self.visit.phase in _QUIET and leftover.sweep(self.booth.station):
            self.booth.port.wake()

    def event(self, event: Event) -> None:
        """Anything else that happened; its consequences are carried out before this returns."""
        if isinstance(event, Ended) and isinstance(event.result, Look | Stranger) and self._is_shut:
            event = replace(event, result=Failed(error=Refused("station.locked")))
        self._step(event)
        if isinstance(event, Ended | Named) and self.visit.phase is Phase.BALANCE and self.visit.want:
            self._go_on()
        self._entered()
        if isinstance(event, Ended) and self._area is not None:
            self._area.read(event.result)
        if isinstance(event, Answered) and self._area is not None:
            self._area.tick()
        self.show()

    @property
    def _is_deserted(self) -> bool:
        """Nobody has touched anything for a while, and no card was forgotten."""
        visit = self.visit
        return not visit.present and self.booth.now() - visit.since >= DESERTED_S

    @property
    def _is_shut(self) -> bool:
        """Out of service: a member's card is read by nobody, an attendant's still opens its pages."""
        return bool(self.booth.out_of_service) and self.visit.phase is Phase.READING

    def _go_on(self) -> None:
        """What was chosen before the card came: the balance is skipped when it is possible."""
        want, at = self.visit.want, self.booth.now()
        self.visit = replace(self.visit, want="")
        room = self.booth.room_fen(self.visit) if want == "cash" else 0
        if want != "balance" and (want == "cash" or not self.booth.off(want, self.visit)):
            self._step(Pressed(key=want, at=at, room_fen=room))

    def _entered(self) -> None:
        """The area whose turn it is now begins, and the one before it forgets."""
        wanted = self.areas.get(self.visit.area) if self.visit.phase is Phase.AREA else None
        if wanted is self._area:
            return
        if self._area is not None:
            self._area.leave()
        self._area = wanted
        if wanted is not None:
            wanted.begin()
            wanted.enter(self.visit)

    # -- what areas want ---------------------------------------------------------------------------------

    def leave(self) -> None:
        self.event(Left(at=self.booth.now()))

    def try_mouth(self, serial: str) -> int:
        opening = self._mouths.open(0, (serial,))
        self.booth.port.try_mouth(opening, serial)
        return opening

    def do(self, key: str) -> None:
        self.event(Pressed(key=key, at=self.booth.now()))

    # -- what goes out -----------------------------------------------------------------------------------

    def show(self) -> None:
        """Draw what is to be seen now, if it has changed."""
        picture = self.picture()
        if picture != self._picture:
            self._picture = picture
            self._shown(picture)
            self._read_aloud(picture)

    def _read_aloud(self, picture: Picture) -> None:
        """In large print each new page says what it wants; no amount, no name: others hear it. F: D6"""
        view, booth = picture.view, self.booth
        parts = ("title",) if picture.screen == "menu" else ("title", "detail")
        parts = ("spoken",) if hasattr(view, "spoken") else parts
        said = "\n".join(str(getattr(view, one, "")) for one in parts).strip() if booth.large else ""
        if said != self._said:
            self._said = said
            booth.port.say(said, booth.tr.language)

    def picture(self) -> Picture:
        """What is to be seen now."""
        booth, visit = self.booth, self.visit
        if visit.is_asking:
            return Picture(screen="still_there", view=still_there.view(booth, visit, self.limits))
        match visit.phase:
            case Phase.HOME | Phase.CARD if booth.out_of_service:
                return Picture(screen="out", view=out.view(booth))
            case Phase.HOME if self._is_deserted:
                return Picture(screen="attract", view=attract.view(booth, booth.now() - visit.since))
            case Phase.HOME:
                return Picture(screen="home", view=home.view(booth, visit))
            case Phase.CARD:
                return Picture(screen="card", view=card.view(booth, visit))
            case Phase.BALANCE:
                return Picture(screen="balance", view=balance.view(booth, visit))
            case Phase.CASH:
                return Picture(screen="cash", view=cash.view(booth, visit))
            case Phase.AREA if self._area is not None:
                return Picture(screen=self._area.screen, view=self._area.view())
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
        port, now, orders = self.booth.port, self.booth.now(), self._orders
        match command:
            case Arm(task=task, lying=lying):
                port.arm(task, lying=lying)
            case Disarm():
                self._step(Disarmed(in_time=port.disarm(), at=now))
            case OpenMouth():
                opening = self._mouths.open(command.visit, (box.serial for box in self.booth.boxes))
                port.open_mouth(opening, command.card, command.issue, command.room_fen)
            case CloseMouth():
                port.close_mouth()
            case Ask(card=number, issue=issue):
                orders.ask(number, issue, self.event)
            case AskUid(stranger=stranger):
                orders.name(stranger, self.event)
            case Wait():
                self._step(orders.wait(command))
            case SetAside() | GiveUp():
                orders.let_go(command)
            case Print():
                self.visit = orders.print(self.visit, self.event)
            case Sound(name="quiet"):
                port.quiet()
            case Sound(name=name):
                port.play(name)
            case Speak(language=language):
                self.booth.speak(language)
            case Forget():
                self.booth.ease("")
                leftover.sweep(self.booth.station)
                port.wake()
