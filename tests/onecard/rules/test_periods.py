"""Which business day and meal a moment belongs to. F: B10"""

from datetime import date

import pytest

from onecard.clock import CHINA
from onecard.errors import Refused
from onecard.rules.periods import Calendar, Meal, parse_meals

MEALS = parse_meals("早餐 06:00-09:30; 午餐 10:30-14:00; 夜宵 22:00-02:00")


def at(text: str) -> int:
    from datetime import datetime

    return int(datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp())


@pytest.mark.parametrize(
    ("when", "meal"),
    [
        ("2026-05-04T05:59", None),
        ("2026-05-04T06:00", 0),
        ("2026-05-04T09:29", 0),
        ("2026-05-04T09:30", None),
        ("2026-05-04T12:00", 1),
        ("2026-05-04T23:00", 2),
        ("2026-05-05T01:59", 2),
        ("2026-05-05T02:00", None),
    ],
)
def test_meals_begin_and_end_to_the_minute(when, meal):
    assert Calendar(0, MEALS).meal(at(when)) == meal


def test_a_ktv_day_ends_in_the_morning():
    calendar = Calendar(6 * 60)
    assert calendar.day(at("2026-05-05T05:59")) == date(2026, 5, 4)
    assert calendar.day(at("2026-05-05T06:00")) == date(2026, 5, 5)
    assert calendar.same_day(at("2026-05-04T20:00"), at("2026-05-05T05:00"))
    assert not calendar.same_day(at("2026-05-04T05:00"), at("2026-05-04T20:00"))


def test_the_same_meal_is_of_the_same_day():
    calendar = Calendar(4 * 60, MEALS)
    assert calendar.same_meal(at("2026-05-04T11:00"), at("2026-05-04T13:00"))
    assert not calendar.same_meal(at("2026-05-04T11:00"), at("2026-05-05T11:00"))
    assert not calendar.same_meal(at("2026-05-04T15:00"), at("2026-05-04T15:01"))
    assert calendar.same_meal(at("2026-05-04T23:00"), at("2026-05-05T01:00"))


@pytest.mark.parametrize(
    "text", ["早餐", "早餐 6:00-9:30", "早餐 06:00-25:00", "早餐 06:00-06:00", "a 06:00-07:0０"]
)
def test_misspelt_meals_are_refused(text):
    with pytest.raises(Refused) as refused:
        parse_meals(text)
    assert refused.value.code == "settings.meals"


def test_no_meals_is_fine():
    assert parse_meals("") == ()
    assert Meal("x", 0, 60).covers(0)
