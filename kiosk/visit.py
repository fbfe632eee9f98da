"""One member's visit as a pure step: home → card → balance or cash → result → home.

``step(visit, event) → (visit, commands)``. Knows when a card is wanted, when the mouth is open, how long
nobody has moved and what follows from it. Money that has gone in is ``delivery.py``.
"""

from dataclasses import replace

from kiosk import delivery
from kiosk.task import Show
from kiosk.visit_events import (
    Answered,
    CashMoved,
    Commands,
    Event,
    Forget,
    OpenMouth,
    Pressed,
    Printed,
    Result,
    Speak,
    Ticked,
    Touched,
    Waited,
)
from kiosk.visit_state import BUSY, Kind, Limits, Phase, Visit, to
from onecard.errors import CardForeign
from onecard.terminal.card_event import Arm, Began, Disarm, Disarmed, Ended, Failed, Lifted, Placed, Sound
from onecard.terminal.look import Look

#: A card that was only tapped: what it says stays legible this long.
TAP_STAYS_S = 5.0
_LINGERING = frozenset({Phase.BALANCE, Phase.RESULT, Phase.REFUSED, Phase.PERSON})
_ARMED_AT_HOME = frozenset({Phase.HOME, Phase.CARD})


def start(at: float) -> tuple[Visit, Commands]:
    """The kiosk is on; nobody is there."""
    return Visit(since=at), (Arm(task=Show()),)


def step(visit: Visit, event: Event, limits: Limits) -> tuple[Visit, Commands]:
    """The only way the state changes. Events that do not fit a state change nothing."""
    match event:
        case Pressed():
            return _press(visit, event)
        case Touched():
            return _touch(visit, event.at), ()
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
            return replace(visit, status=event.status, asking_office=False), ()
        case Disarmed():
            return _disarmed(visit, event)
        case Waited():
            return delivery.waited(visit, event)
        case Printed():
            if event.id != visit.paper:
                return visit, ()
            return replace(visit, printed=event.ok, is_paper_unsure=event.unsure), ()
        case Ticked():
            return _tick(visit, event.at, limits)


def end(visit: Visit, at: float) -> tuple[Visit, Commands]:
    """Home, and nothing of this visit is left: name, balance, language, paper."""
    fresh = Visit(number=visit.number + 1, since=at, present=visit.present)
    return fresh, (Sound(name="quiet"), Speak(language=""), Forget(), Arm(task=Show()))


# -- keys ----------------------------------------------------------------------------------------------------


def _press(visit: Visit, event: Pressed) -> tuple[Visit, Commands]:
    key, at = event.key, event.at
    if key.startswith("language:"):
        language = key.removeprefix("language:")
        return replace(_touch(visit, at), language=language), (Speak(language=language),)
    if visit.is_asking:
        return _answer(visit, key, at)
    visit = _touch(visit, at)
    match visit.phase, key:
        case ((Phase.HOME | Phase.CARD), ("balance" | "cash")):
            return replace(to(visit, Phase.CARD, at), want=key), ()
        case Phase.CARD, "back":
            return replace(to(visit, Phase.HOME, at), want=""), ()
        case Phase.BALANCE, "cash" if event.room_fen > 0 and visit.present:
            return _open_mouth(visit, event.room_fen, at)
        case Phase.BALANCE, "load" if visit.present:
            return delivery.collect(visit, at)
        case Phase.CASH, ("finish" | "back"):
            return delivery.close(visit, at)
        case ((Phase.BALANCE | Phase.RESULT | Phase.REFUSED | Phase.PERSON), "end"):
            return end(visit, at)
        case Phase.RESULT, "balance" if visit.present:
            return _look_again(visit, at)
    return visit, ()


def _answer(visit: Visit, key: str, at: float) -> tuple[Visit, Commands]:
    """The answer to "still there?"."""
    if key == "yes":
        return _touch(visit, at), ()
    if key == "end":
        return _gone(visit, at)
    return visit, ()


def _touch(visit: Visit, at: float) -> Visit:
    return replace(visit, since=at, asked_at=None)


def _look_again(visit: Visit, at: float) -> tuple[Visit, Commands]:
    card, _ = visit.card
    fresh = Visit(number=visit.number, present=True, language=visit.language, armed=True, since=at)
    return replace(fresh, phase=Phase.READING), (Arm(task=Show(card=card), lying=True),)


def _open_mouth(visit: Visit, room_fen: int, at: float) -> tuple[Visit, Commands]:
    card, issue = visit.card
    opened = replace(to(visit, Phase.CASH, at), want="")
    return opened, (OpenMouth(visit=visit.number, card=card, issue=issue, room_fen=room_fen),)


# -- the card ------------------------------------------------------------------------------------------------


def _placed(visit: Visit, at: float) -> tuple[Visit, Commands]:
    visit = replace(visit, present=True)
    if visit.phase in _LINGERING:
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
    if visit.phase not in (*_ARMED_AT_HOME, Phase.READING):
        return delivery.ended(visit, event)
    visit = replace(visit, busy=False, armed=False)
    match event.result:
        case Look() as look if look.image is None:
            return _refuse(visit, Failed(error=CardForeign("card.blank")), event.at)
        case Look() as look if look.own_open:
            return delivery.complete(replace(visit, look=look), look.own_open[0], event.at)
        case Look() as look:
            shown = replace(to(visit, Phase.BALANCE, event.at), look=look)
            return delivery.ask(shown)
        case Failed() as failed:
            return _refuse(visit, failed, event.at)
    return end(visit, event.at)  # another card than the one that was to be read again


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
            visit = _touch(visit, event.at)
        if visit.cash.stuck or visit.cash.doubts:
            visit, more_commands = delivery.close(visit, event.at)
            return visit, (*commands, *more_commands)
    elif visit.phase is Phase.CLOSING:
        visit, more_commands = _closed(visit, event.at)
        return visit, (*commands, *more_commands)
    return visit, commands


def _closed(visit: Visit, at: float) -> tuple[Visit, Commands]:
    """The mouth is shut, or needs a person: what now?"""
    if not delivery.is_settled(visit, at):
        return visit, ()
    if visit.cash.total_fen > 0:
        return delivery.deliver(visit, at)
    if visit.cash.doubts or not visit.cash.at_rest:
        return delivery.person(visit, at)
    if visit.present and not visit.walked_away:
        return to(visit, Phase.BALANCE, at), ()
    return end(visit, at)


# -- time ----------------------------------------------------------------------------------------------------


def _tick(visit: Visit, at: float, limits: Limits) -> tuple[Visit, Commands]:
    if visit.phase is Phase.CLOSING:
        return _closed(visit, at)
    if visit.phase in (Phase.RETAP, Phase.RETURN) and not visit.is_asking:
        visit, commands = delivery.rearm(visit)
        if commands:
            return visit, commands
    if visit.is_asking:
        assert visit.asked_at is not None
        if at - visit.asked_at >= limits.warning_s and not visit.busy:
            return _gone(visit, at)
        return visit, ()
    if visit.phase in _LINGERING and not visit.present and at - visit.since >= TAP_STAYS_S:
        return _linger_over(visit, at, limits)
    limit_s = _limit(visit, limits)
    if limit_s is None or at - visit.since < limit_s:
        return visit, ()
    if visit.phase is Phase.HOME:
        return end(visit, at)
    if visit.walked_away:
        # Nobody is asked twice; a write that nobody proved is given up all the same.
        return _gone(visit, at)
    return replace(visit, asked_at=at), (Sound(name="ready"),)


def _linger_over(visit: Visit, at: float, limits: Limits) -> tuple[Visit, Commands]:
    # Who has to look for a person, or was told that the money waits, needs longer than a glance.
    plain = visit.outcome is not None and visit.outcome.kind in (Kind.RECHARGED, Kind.LOADED)
    needs_reading = visit.phase in (Phase.PERSON, Phase.RESULT) and (visit.person or not plain)
    if needs_reading and at - visit.since < limits.result_s:
        return visit, ()
    return end(visit, at)


def _limit(visit: Visit, limits: Limits) -> float | None:
    """Seconds without a sign of life; ``None``: the clock stands still."""
    if visit.phase in BUSY or visit.busy or visit.leaving:
        return None
    match visit.phase:
        case Phase.HOME:
            return limits.menu_s if visit.language else None
        case Phase.CARD:
            return limits.form_s
        case Phase.CASH:
            return limits.cash_s if visit.cash.moving_fen == 0 else None
        case Phase.RETURN | Phase.RETAP | Phase.PERSON:
            return limits.cash_s
    return limits.result_s


def _gone(visit: Visit, at: float) -> tuple[Visit, Commands]:
    """Nobody answered, or somebody said that this is the end."""
    visit = replace(visit, asked_at=None, since=at, walked_away=True)
    if visit.phase is Phase.CASH:
        return delivery.close(visit, at, walked_away=True)
    if visit.phase in (Phase.RETURN, Phase.RETAP):
        return replace(visit, leaving=True), (Disarm(),)
    return end(visit, at)


def _disarmed(visit: Visit, event: Disarmed) -> tuple[Visit, Commands]:
    if not visit.leaving:
        return visit, ()
    if not event.in_time and visit.armed:
        return replace(visit, leaving=False), ()  # a card has it after all: its word comes
    visit = replace(visit, leaving=False, armed=False)
    if visit.owed is not None:
        return delivery.wait(visit, event.at)
    if visit.phase is Phase.RETAP:
        return delivery.give_up(visit, event.at)
    return end(visit, event.at)
