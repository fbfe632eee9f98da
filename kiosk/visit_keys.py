"""What a key does to a visit, by its name and by where the visit stands. Pure."""

from dataclasses import replace

from kiosk import delivery
from kiosk.task import Probe, Renew, Show
from kiosk.visit_clock import gone, touch
from kiosk.visit_end import end
from kiosk.visit_events import Commands, OpenMouth, Pressed, Speak
from kiosk.visit_state import Phase, Visit, to
from onecard.terminal.card_event import Arm, Disarm

#: What can be chosen before the card is there, and is gone on with as soon as it is.
WITH_CARD = frozenset({"balance", "cash", "collect", "code", "service"})
#: What needs no card of the member's.
WITHOUT_CARD = frozenset({"loss"})
#: What a card that was read can be wanted for, beside cash.
OF_CARD = frozenset({"collect", "code", "pin", "statement", "loss", "service", "who"})
_AT_HOME = frozenset({Phase.HOME, Phase.CARD})
_SHOWING = frozenset({Phase.BALANCE, Phase.RESULT, Phase.REFUSED, Phase.PERSON, Phase.AREA})


def press(visit: Visit, event: Pressed) -> tuple[Visit, Commands]:
    """A key of the screen."""
    key, at = event.key, event.at
    if key.startswith("language:"):
        language = key.removeprefix("language:")
        return replace(touch(visit, at), language=language), (Speak(language=language),)
    if visit.is_asking:
        return _answer(visit, key, at)
    visit = touch(visit, at)
    if visit.phase in _AT_HOME:
        return _choose(visit, key, at)
    match visit.phase, key:
        case Phase.BALANCE, "cash" if event.room_fen > 0 and visit.present:
            return _open_mouth(visit, event.room_fen, at)
        case Phase.BALANCE, "load" if visit.present:
            return delivery.collect(visit, at)
        case Phase.BALANCE | Phase.AREA, name if name in OF_CARD and visit.look and visit.present:
            return _enter(visit, name, at)
        case Phase.CASH, ("finish" | "back"):
            return delivery.close(visit, at)
        case phase, "end" if phase in _SHOWING:
            return end(visit, at)
        case Phase.RESULT | Phase.AREA, "balance" if visit.present:
            return _look_again(visit, at)
        case Phase.AREA, "probe" if visit.managed is not None:
            return replace(visit, armed=True), (Arm(task=Probe(), lying=True),)
        case Phase.AREA, "renew_keys" if visit.managed is not None:
            return replace(visit, armed=True), (Arm(task=Renew(), lying=True),)
        case Phase.AREA, "let_go" if visit.managed is not None and visit.armed and not visit.busy:
            return replace(visit, armed=False), (Disarm(),)
        case Phase.AREA, "load" if visit.present:
            return delivery.collect(replace(visit, area=""), at)
    return visit, ()


def _choose(visit: Visit, key: str, at: float) -> tuple[Visit, Commands]:
    if key in WITH_CARD:
        return replace(to(visit, Phase.CARD, at), want=key), ()
    if key in WITHOUT_CARD:
        entered, _ = _enter(visit, key, at)
        # Until the end of it a card on the reader is nobody's.
        return entered, (Disarm(),)
    if visit.phase is Phase.CARD and key == "back":
        return replace(to(visit, Phase.HOME, at), want=""), ()
    return visit, ()


def _enter(visit: Visit, area: str, at: float) -> tuple[Visit, Commands]:
    return replace(to(visit, Phase.AREA, at), area=area, want=""), ()


def _answer(visit: Visit, key: str, at: float) -> tuple[Visit, Commands]:
    """The answer to "still there?"."""
    if key == "yes":
        return touch(visit, at), ()
    if key == "end":
        return gone(visit, at)
    return visit, ()


def _look_again(visit: Visit, at: float) -> tuple[Visit, Commands]:
    card, _ = visit.card
    fresh = Visit(number=visit.number, present=True, language=visit.language, armed=True, since=at)
    return replace(fresh, phase=Phase.READING), (Arm(task=Show(card=card), lying=True),)


def _open_mouth(visit: Visit, room_fen: int, at: float) -> tuple[Visit, Commands]:
    card, issue = visit.card
    opened = replace(to(visit, Phase.CASH, at), want="")
    return opened, (OpenMouth(visit=visit.number, card=card, issue=issue, room_fen=room_fen),)
