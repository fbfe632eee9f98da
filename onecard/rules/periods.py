"""Business days and meals: which of the unit's a moment belongs to. Pure; knows no money. F: B10"""

import re
from dataclasses import dataclass
from datetime import date

from onecard.clock import business_day, card_day, local
from onecard.errors import Refused

_DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Meal:
    """From minute ``start`` of the wall clock up to, not including, minute ``end``; may go over midnight."""

    name: str
    start: int
    end: int

    def covers(self, minute: int) -> bool:
        if self.start <= self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


@dataclass(frozen=True)
class Calendar:
    """The unit's day and meals. The first meal that covers a moment wins."""

    day_starts_at_minute: int = 0
    meals: tuple[Meal, ...] = ()

    def day(self, unix: int) -> date:
        return business_day(unix, self.day_starts_at_minute)

    def card_day(self, unix: int) -> int:
        """The business day in card days."""
        return card_day(self.day(unix))

    def meal(self, unix: int) -> int | None:
        """Index of the meal that is on, ``None`` between meals."""
        moment = local(unix)
        minute = moment.hour * 60 + moment.minute
        return next((i for i, meal in enumerate(self.meals) if meal.covers(minute)), None)

    def same_day(self, one: int, other: int) -> bool:
        return self.day(one) == self.day(other)

    def same_meal(self, one: int, other: int) -> bool:
        """Both in the same meal of the same business day."""
        meal = self.meal(one)
        return meal is not None and meal == self.meal(other) and self.same_day(one, other)


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
