"""How a visit ends: home, with nothing of it left. Pure."""

from kiosk.task import Show
from kiosk.visit_events import Commands, Forget, Speak
from kiosk.visit_state import Visit
from onecard.terminal.card_event import Arm, Sound


def end(visit: Visit, at: float) -> tuple[Visit, Commands]:
    """Home, and nothing of this visit is left: name, balance, language, paper."""
    fresh = Visit(number=visit.number + 1, since=at, present=visit.present)
    return fresh, (Sound(name="quiet"), Speak(language=""), Forget(), Arm(task=Show()))
