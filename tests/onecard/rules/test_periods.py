"""Which business day and meal a moment belongs to. F: B10"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.clock import CARD_EPOCH_UNIX, CHINA, business_day, card_day
from onecard.errors import Refused
from onecard.rules.periods import Calendar, Meal, When, fault, in_force, parse_meals
from onecard.wire.terms import CalendarTerms, Period

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


#: 2026-05-01 is a Friday and a holiday here; Saturday the 9th is worked like a Monday for it.
SPECIAL = {2312: 7, 2320: 0}
WORKDAYS = Calendar(0, (Meal("午餐", 630, 840, 0b1_1111), Meal("加餐", 630, 840, 0b1000_0000)), SPECIAL)


@pytest.mark.parametrize(
    ("when", "day", "kind", "meal"),
    [
        ("2026-04-30T12:00", 2311, 3, "午餐"),
        ("2026-05-01T12:00", 2312, 7, "加餐"),
        ("2026-05-02T12:00", 2313, 5, ""),
        ("2026-05-03T12:00", 2314, 6, ""),
        ("2026-05-04T12:00", 2315, 0, "午餐"),
        ("2026-05-04T14:00", 2315, 0, ""),
        ("2026-05-09T12:00", 2320, 0, "午餐"),
    ],
)
def test_holidays_and_bridge_days(when, day, kind, meal):
    moment = at(when)
    assert WORKDAYS.when(moment) == When(moment, day, kind, meal)


def test_a_night_belongs_to_the_kind_of_day_that_it_began_on():
    friday_night = Calendar(6 * 60, (Meal("夜场", 1200, 300, 1 << 4),))
    assert friday_night.when(at("2026-05-02T01:00")).meal == "夜场"
    assert friday_night.when(at("2026-05-03T01:00")).meal == ""


@given(
    unix=st.integers(CARD_EPOCH_UNIX + 86_400, CARD_EPOCH_UNIX + 150 * 366 * 86_400),
    minute=st.integers(0, 1439),
)
def test_the_sums_say_what_the_calendar_says(unix, minute):
    """Day, weekday and minute against the standard library's own."""
    calendar = Calendar(minute)
    day = business_day(unix, minute)
    assert calendar.day(unix) == day
    assert calendar.card_day(unix) == card_day(day)
    assert calendar.kind(calendar.card_day(unix)) == day.weekday()


def test_the_newest_terms_whose_moment_has_come_are_in_force():
    old, new = CalendarTerms(), CalendarTerms(since=1_000, day_starts_at_minute=360)
    assert in_force((new, old), 999) == old
    assert in_force((new, old), 1_000) == new
    assert in_force((new,), 999) is None
    assert Calendar.of(new).day_starts_at_minute == 360


def period(name="午餐", start=630, end=840, days=255):
    return Period(name=name, start=start, end=end, days=days)


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (CalendarTerms(), ""),
        (CalendarTerms(periods=(period(), period("晚餐", 1020, 1200))), ""),
        (CalendarTerms(periods=(period(), period("下午", 840, 900))), ""),
        (CalendarTerms(periods=(period(days=31), period("周末", 600, 900, 96))), ""),
        (CalendarTerms(periods=(period(), period())), "calendar.names"),
        (CalendarTerms(periods=(period(" "),)), "calendar.names"),
        (CalendarTerms(periods=(period(end=630),)), "calendar.hours"),
        (CalendarTerms(periods=(period(start=1440),)), "calendar.hours"),
        (CalendarTerms(periods=(period(), period("b", 800, 900))), "calendar.overlap"),
        (CalendarTerms(periods=(period("夜", 1320, 120), period("b", 60, 180))), "calendar.overlap"),
        (CalendarTerms(special=((9, 7), (9, 0))), "calendar.special"),
    ],
)
def test_what_an_office_may_not_set(terms, code):
    assert fault(terms) == code
