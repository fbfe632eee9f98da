"""Business days and meals: which of an outlet's a moment belongs to. Pure; knows no money. F: B10

The wall clock has one offset from UTC (``clock.CHINA``), so that day and minute are sums and no look-ups in
a calendar: every sale asks for them several times.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from onecard.clock import CARD_EPOCH_UNIX, CHINA, day_of_card
from onecard.errors import Refused
from onecard.settings import OFFICE, Settings
from onecard.wire.documents import TerminalDocument
from onecard.wire.terms import EVERY_DAY, HOLIDAY, CalendarTerms

_DAY_MINUTES = 24 * 60
_DAY_S = 86_400
_offset = CHINA.utcoffset(None)
assert _offset is not None
_OFFSET_S = int(_offset.total_seconds())
#: 2020-01-01, card day 0, was a Wednesday.
_FIRST_WEEKDAY: Final = 2
_U16 = 0xFFFF


@dataclass(frozen=True)
class Meal:
    """From minute ``start`` of the wall clock up to, not including, minute ``end``; may go over midnight.

    ``days``: kinds of day on which it is served, a bit each (``onecard.wire.terms``).
    """

    name: str
    start: int
    end: int
    days: int = EVERY_DAY

    def covers(self, minute: int) -> bool:
        if self.start <= self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


class When(NamedTuple):
    """A moment as rules see it: business day (card days), kind of day 0–7, name of the meal that is on."""

    at: int
    day: int
    kind: int
    meal: str


@dataclass(frozen=True)
class Calendar:
    """An outlet's day and meals. The first meal that covers a moment wins. ``special``: card day → kind."""

    day_starts_at_minute: int = 0
    meals: tuple[Meal, ...] = ()
    special: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, terms: CalendarTerms) -> "Calendar":
        meals = tuple(Meal(p.name, p.start, p.end, p.days) for p in terms.periods)
        return cls(terms.day_starts_at_minute, meals, dict(terms.special))

    def _day(self, unix: int) -> int:
        return (unix + _OFFSET_S - self.day_starts_at_minute * 60 - CARD_EPOCH_UNIX) // _DAY_S

    def card_day(self, unix: int) -> int:
        """The business day in card days, held inside the card's field."""
        return min(max(0, self._day(unix)), _U16)

    def day(self, unix: int) -> date:
        return day_of_card(self._day(unix))

    def kind(self, day: int) -> int:
        """What a business day counts as: 0–6 Monday to Sunday, 7 a holiday."""
        found = self.special.get(day)
        return (day + _FIRST_WEEKDAY) % 7 if found is None else found

    def meal(self, unix: int) -> int | None:
        """Index of the meal that is on, ``None`` between meals."""
        if not self.meals:
            return None
        minute = (unix + _OFFSET_S) // 60 % _DAY_MINUTES
        bit = 1 << self.kind(self.card_day(unix))
        for index, meal in enumerate(self.meals):
            if meal.days & bit and meal.covers(minute):
                return index
        return None

    def when(self, unix: int) -> When:
        """All that rules ask about a moment, at once."""
        # What ``card_day``, ``kind`` and ``meal`` say, with each sum done once.
        local_s = unix + _OFFSET_S
        day = min(max(0, (local_s - self.day_starts_at_minute * 60 - CARD_EPOCH_UNIX) // _DAY_S), _U16)
        special = self.special.get(day)
        kind = (day + _FIRST_WEEKDAY) % 7 if special is None else special
        minute = local_s // 60 % _DAY_MINUTES
        for meal in self.meals:
            if meal.days >> kind & 1 and meal.covers(minute):
                return When(unix, day, kind, meal.name)
        return When(unix, day, kind, "")

    def same_day(self, one: int, other: int) -> bool:
        return self._day(one) == self._day(other)

    def same_meal(self, one: int, other: int) -> bool:
        """Both in the same meal of the same business day."""
        meal = self.meal(one)
        return meal is not None and meal == self.meal(other) and self.same_day(one, other)


#: Midnight to midnight, no meals.
PLAIN: Final = Calendar()


def in_force(editions: Iterable[CalendarTerms], at: int) -> CalendarTerms | None:
    """The terms that hold at ``at``: of those whose moment has come the newest."""
    return max((one for one in editions if one.since <= at), key=lambda one: one.since, default=None)


def of_settings(place: TerminalDocument) -> Calendar:
    """The calendar of a terminal whose office keeps none: the unit's day, and meals as a setting."""
    meals = Settings.of_office(OFFICE, place.settings).text("meals")
    try:
        return Calendar(place.day_starts_at_minute, parse_meals(meals))
    except Refused:
        # A misspelt meal must not stop the till.
        return Calendar(place.day_starts_at_minute)


def fault(terms: CalendarTerms) -> str:
    """What the office may not set, as a code; "" if nothing is wrong."""
    names = [period.name for period in terms.periods]
    if len(set(names)) != len(names) or any(not name.strip() for name in names):
        return "calendar.names"
    if any(p.start == p.end or p.start >= _DAY_MINUTES for p in terms.periods):
        return "calendar.hours"
    for index, one in enumerate(terms.periods):
        if any(_overlap(one.start, one.end, two.start, two.end) and one.days & two.days
               for two in terms.periods[:index]):  # fmt: skip
            return "calendar.overlap"
    days = [day for day, _ in terms.special]
    if len(set(days)) != len(days) or any(not 0 <= kind <= HOLIDAY for _, kind in terms.special):
        return "calendar.special"
    return ""


def _overlap(start: int, end: int, other_start: int, other_end: int) -> bool:
    one, two = Meal("", start, end), Meal("", other_start, other_end)
    return one.covers(other_start) or two.covers(start)


_MEAL = re.compile(r"(?P<name>\S+) +(?P<h1>\d{2}):(?P<m1>\d{2})-(?P<h2>\d{2}):(?P<m2>\d{2})", re.ASCII)


def parse_meals(text: str) -> tuple[Meal, ...]:
    """``"早餐 06:00-09:30; 午餐 10:30-14:00"`` → meals. Raises ``Refused("settings.meals")``."""
    meals = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        match = _MEAL.fullmatch(part)
        if match is None:
            raise Refused("settings.meals", value=part)
        start = int(match["h1"]) * 60 + int(match["m1"])
        end = int(match["h2"]) * 60 + int(match["m2"])
        if start >= _DAY_MINUTES or end > _DAY_MINUTES or start == end:
            raise Refused("settings.meals", value=part)
        meals.append(Meal(match["name"], start, end))
    return tuple(meals)
