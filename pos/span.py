"""Spans of time that a cashier asks about: this shift, today, yesterday, a week, by business days; or from
one minute to another."""

from typing import Final

from onecard.rules.periods import Calendar
from pos.presenters.frame import TileView
from pos.till import Till

#: Those with a name; any other is written by ``between``.
SPANS: Final = ("shift", "today", "yesterday", "week")
_DAY_S: Final = 86_400


def begin_of_day(calendar: Calendar, at: int) -> int:
    """When the business day of this moment began; halves its hours, since only the calendar knows them."""
    day = calendar.card_day(at)
    low, high = at - _DAY_S, at
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (low, middle) if calendar.card_day(middle) == day else (middle, high)
    return high


def between(since: int, until: int) -> str:
    """A span of its own."""
    return f"{since}-{until}"


def bounds(till: Till, span: str) -> tuple[int, int]:
    """From this moment up to, not including, that one."""
    if span not in SPANS:
        since, _, until = span.partition("-")
        return int(since), int(until)
    now = till.station.now()
    today = begin_of_day(till.station.upkeep.calendar, now)
    match span:
        case "shift" if till.shift is not None:
            return till.shift.at, now + 1
        case "yesterday":
            return today - _DAY_S, today
        case "week":
            return today - 6 * _DAY_S, now + 1
    return today, now + 1


def tiles(till: Till, chosen: str) -> tuple[TileView, ...]:
    """The choice of them."""
    return tuple(
        TileView(action=f"span:{name}", text=till.tr(f"pos.span.{name}"), selected=name == chosen)
        for name in SPANS
    )


def moved(chosen: str, action: str) -> str:
    """The span after a touch, or left and right."""
    if action.startswith("span:"):
        return action.removeprefix("span:")
    at = (SPANS.index(chosen) if chosen in SPANS else 0) + {"left": -1, "right": 1}.get(action, 0)
    return SPANS[at % len(SPANS)]
