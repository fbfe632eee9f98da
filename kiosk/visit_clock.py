"""What time does to a visit: the question, the end of it, and what becomes of who walked away. Pure."""

from dataclasses import replace

from kiosk import delivery
from kiosk.visit_end import end
from kiosk.visit_events import Commands, Ticked
from kiosk.visit_state import BUSY, LINGERING, Kind, Limits, Phase, Visit, to
from onecard.terminal.card_event import Disarm, Disarmed, Sound


def touch(visit: Visit, at: float) -> Visit:
    """Somebody is there."""
    return replace(visit, since=at, asked_at=None)


def tick(visit: Visit, event: Ticked, limits: Limits) -> tuple[Visit, Commands]:
    """A moment has passed."""
    at = event.at
    if visit.phase is Phase.CLOSING:
        return closed(visit, at)
    if visit.phase in (Phase.RETAP, Phase.RETURN) and not visit.is_asking:
        visit, commands = delivery.rearm(visit)
        if commands:
            return visit, commands
    if visit.is_asking:
        assert visit.asked_at is not None
        if at - visit.asked_at >= limits.warning_s and not visit.busy:
            return gone(visit, at)
        return visit, ()
    if visit.phase in LINGERING and not visit.present and at - visit.since >= limits.tap_s:
        return _linger_over(visit, at, limits)
    if visit.phase is Phase.AREA and event.idle_s is None:
        return replace(visit, since=at), ()  # it is at work: the time to read what comes of it begins after
    limit_s = event.idle_s if visit.phase is Phase.AREA else _limit(visit, limits)
    if limit_s is None or at - visit.since < limit_s:
        return visit, ()
    if visit.phase is Phase.HOME:
        return end(visit, at)
    if visit.walked_away:
        # Nobody is asked twice; a write that nobody proved is given up all the same.
        return gone(visit, at)
    return replace(visit, asked_at=at), (Sound(name="ready"),)


def closed(visit: Visit, at: float) -> tuple[Visit, Commands]:
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
            return limits.menu_s if visit.language or visit.is_eased else None
        case Phase.CARD:
            return limits.form_s
        case Phase.CASH:
            return limits.cash_s if visit.cash.moving_fen == 0 else None
        case Phase.RETURN | Phase.RETAP | Phase.PERSON:
            return limits.cash_s
    return limits.result_s


def gone(visit: Visit, at: float) -> tuple[Visit, Commands]:
    """Nobody answered, or somebody said that this is the end."""
    visit = replace(visit, asked_at=None, since=at, walked_away=True)
    if visit.phase is Phase.CASH:
        return delivery.close(visit, at, walked_away=True)
    if visit.phase in (Phase.RETURN, Phase.RETAP):
        return replace(visit, leaving=True), (Disarm(),)
    return end(visit, at)


def disarmed(visit: Visit, event: Disarmed) -> tuple[Visit, Commands]:
    """The reader let go, or a card has it after all."""
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
