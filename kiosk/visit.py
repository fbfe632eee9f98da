"""One member's visit as a pure step: home → card → balance → cash, an area of its own, a result → home.

``step(visit, event) → (visit, commands)``. Knows when a card is wanted, when the mouth is open and who has
the screen. Keys are ``visit_keys.py``, time is ``visit_clock.py``, money that has gone in is ``delivery.py``.
"""

from dataclasses import replace

from kiosk import delivery
from kiosk.by_uid import Stranger
from kiosk.task import Show
from kiosk.visit_clock import closed, disarmed, tick, touch
from kiosk.visit_end import end
from kiosk.visit_events import (
    Answered,
    AskUid,
    CashMoved,
    Commands,
    Eased,
    Event,
    Left,
    Managed,
    Named,
    OtherCard,
    Pressed,
    Printed,
    Result,
    Ticked,
    Touched,
    Waited,
)
from kiosk.visit_keys import press
from kiosk.visit_state import LINGERING, Limits, Phase, Visit, to
from onecard.errors import CardForeign
from onecard.terminal.card_event import Arm, Began, Disarm, Disarmed, Ended, Failed, Lifted, Placed, Sound
from onecard.terminal.look import Look
from onecard.terminal.whose import NamedLook

_ARMED_AT_HOME = frozenset({Phase.HOME, Phase.CARD})


def start(at: float) -> tuple[Visit, Commands]:
    """The kiosk is on; nobody is there."""
    return Visit(since=at), (Arm(task=Show()),)


def step(visit: Visit, event: Event, limits: Limits) -> tuple[Visit, Commands]:
    """The only way the state changes. Events that do not fit a state change nothing."""
    match event:
        case Pressed():
            return press(visit, event)
        case Touched():
            return touch(visit, event.at), ()
        case Placed():
            return _placed(visit, event.at)
        case Lifted():
            return _lifted(visit, event.at)
        case Began():
            return _began(visit, event.at)
        case Ended():
            return _ended(visit, event)
        case CashMoved():
            return _cash(visit, event)
        case Answered():
            if (event.card, event.issue) != visit.card:
                return visit, ()
            return replace(visit, status=event.status, pockets=event.pockets, asking_office=False), ()
        case Named():
            return _named(visit, event)
        case Eased():
            return replace(touch(visit, event.at), is_eased=event.on), ()
        case Left():
            return end(visit, event.at) if visit.phase is Phase.AREA else (visit, ())
        case Disarmed():
            return disarmed(visit, event)
        case Waited():
            return delivery.waited(visit, event)
        case Printed():
            if event.id != visit.paper:
                return visit, ()
            return replace(visit, printed=event.ok, is_paper_unsure=event.unsure), ()
        case Ticked():
            return tick(visit, event, limits)


# -- the card ------------------------------------------------------------------------------------------------


def _placed(visit: Visit, at: float) -> tuple[Visit, Commands]:
    visit = replace(visit, present=True)
    if visit.phase in LINGERING or visit.uid:
        return end(visit, at)  # the next member, or the same one again: a visit of its own
    if visit.phase in (Phase.RETURN, Phase.RETAP):
        return replace(visit, asked_at=None), ()
    return visit, ()


def _lifted(visit: Visit, at: float) -> tuple[Visit, Commands]:
    visit = replace(visit, present=False, wrong=False)
    match visit.phase:
        case Phase.CASH:
            # Without the card no further note; what went in comes back to it or waits for it.
            return delivery.close(visit, at)
        case Phase.AREA if visit.look is not None:
            # What is shown or typed there is this card's, and its holder has taken it away.
            return end(visit, at)
        case Phase.WRITING if visit.armed and not visit.busy and visit.owed is not None:
            if visit.walked_away:
                return replace(visit, leaving=True), (Disarm(),)
            return to(visit, Phase.RETURN, at), (Sound(name="retap"),)
        case Phase.COLLECTING | Phase.READING if visit.armed and not visit.busy:
            return replace(visit, leaving=True), (Disarm(),)
    return visit, ()


def _began(visit: Visit, at: float) -> tuple[Visit, Commands]:
    if visit.phase in _ARMED_AT_HOME:
        return replace(to(visit, Phase.READING, at), busy=True), ()
    return replace(visit, busy=True, armed=False, leaving=False), ()


def _ended(visit: Visit, event: Ended[Result]) -> tuple[Visit, Commands]:
    if visit.phase is Phase.AREA:
        return replace(visit, busy=False, armed=False), ()
    if visit.phase not in (*_ARMED_AT_HOME, Phase.READING):
        return delivery.ended(visit, event)
    visit = replace(visit, busy=False, armed=False)
    match event.result:
        case Managed() as managed:
            shown = replace(to(visit, Phase.AREA, event.at), area="attendant", managed=managed, want="")
            return shown, (Sound(name="ok"),)
        case Stranger() as stranger:
            # The visit stays where it is, and the clock with it: an answer or its absence always comes.
            return replace(visit, uid=stranger.uid), (AskUid(stranger=stranger),)
        case Look() as look if look.image is None and not isinstance(look, NamedLook):
            return _refuse(visit, Failed(error=CardForeign("card.blank")), event.at)
        case Look() as look if look.own_open:
            return delivery.complete(replace(visit, look=look), look.own_open[0], event.at)
        case Look() as look:
            shown = replace(to(visit, Phase.BALANCE, event.at), look=look)
            return delivery.ask(shown)
        case Failed() as failed:
            return _refuse(visit, failed, event.at)
        case OtherCard():
            return end(visit, event.at)
    return end(visit, event.at)  # another card than the one that was to be read again


def _named(visit: Visit, event: Named) -> tuple[Visit, Commands]:
    """The office's word about a UID, if it is still waited for."""
    if visit.phase is not Phase.READING or not visit.uid or visit.uid != event.uid:
        return visit, ()
    visit = replace(visit, uid="")
    if event.look is None:
        error = event.error or CardForeign("card.foreign")
        return _refuse(visit, Failed(error=error), event.at)
    shown, commands = delivery.ask(replace(to(visit, Phase.BALANCE, event.at), look=event.look))
    return replace(shown, status=event.status), commands


def _refuse(visit: Visit, failed: Failed, at: float) -> tuple[Visit, Commands]:
    refused = replace(to(visit, Phase.REFUSED, at), error=failed.error)
    return refused, (Sound(name="refused"),)


# -- cash ----------------------------------------------------------------------------------------------------


def _cash(visit: Visit, event: CashMoved) -> tuple[Visit, Commands]:
    if event.visit != visit.number:
        return visit, ()
    more = event.cash.total_fen > visit.cash.total_fen
    moved = event.cash.notes != visit.cash.notes or event.cash.moving_fen != visit.cash.moving_fen
    visit = replace(visit, cash=event.cash)
    commands: Commands = (Sound(name="note"),) if more else ()
    if visit.phase is Phase.CASH:
        if moved:
            visit = touch(visit, event.at)
        if visit.cash.stuck or visit.cash.doubts:
            visit, more_commands = delivery.close(visit, event.at)
            return visit, (*commands, *more_commands)
    elif visit.phase is Phase.CLOSING:
        visit, more_commands = closed(visit, event.at)
        return visit, (*commands, *more_commands)
    return visit, commands
