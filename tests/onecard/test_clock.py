"""Time: what a card can hold, which day a moment belongs to, and a clock that moves only when told."""

import time
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.clock import (
    CARD_EPOCH_UNIX,
    FalseClock,
    SystemClock,
    business_day,
    card_day,
    card_seconds,
    day_of_card,
    local,
)


def unix(text: str) -> int:
    """``"2026-11-22 05:59"`` on the unit's wall → Unix seconds."""
    return int(datetime.fromisoformat(text + "+08:00").timestamp())


def test_card_counts_seconds_from_2020_in_utc() -> None:
    assert int(datetime(2020, 1, 1, tzinfo=UTC).timestamp()) == CARD_EPOCH_UNIX
    assert card_seconds(CARD_EPOCH_UNIX) == 0
    assert card_seconds(CARD_EPOCH_UNIX + 1) == 1


@pytest.mark.parametrize(
    ("moment", "seconds"), [(0, 0), (-1, 0), (CARD_EPOCH_UNIX - 1, 0), (2**40, 2**32 - 1)]
)
def test_seconds_of_a_clock_that_is_off_still_fit_the_card(moment: int, seconds: int) -> None:
    assert card_seconds(moment) == seconds


def test_card_counts_days_from_2020() -> None:
    assert card_day(date(2020, 1, 1)) == 0
    assert card_day(date(2026, 11, 22)) == 2517
    assert day_of_card(65535) == date(2199, 6, 6)


@pytest.mark.parametrize(
    ("day", "days"), [(date(1970, 1, 1), 0), (date(2019, 12, 31), 0), (date(9999, 12, 31), 65535)]
)
def test_days_beyond_the_card_are_held_inside_it(day: date, days: int) -> None:
    assert card_day(day) == days


@given(st.integers(0, 65535))
def test_every_day_of_a_card_reads_back_the_same(days: int) -> None:
    assert card_day(day_of_card(days)) == days


def test_wall_time_is_the_units_not_the_machines() -> None:
    assert local(0).isoformat() == "1970-01-01T08:00:00+08:00"


@pytest.mark.parametrize(
    ("moment", "starts_at_minute", "day"),
    [
        ("2026-11-22 00:00", 0, date(2026, 11, 22)),
        ("2026-11-21 23:59", 0, date(2026, 11, 21)),
        ("2026-11-22 05:59", 360, date(2026, 11, 21)),
        ("2026-11-22 06:00", 360, date(2026, 11, 22)),
        ("2027-01-01 01:00", 360, date(2026, 12, 31)),
    ],
)
def test_business_day_ends_when_the_unit_says(moment: str, starts_at_minute: int, day: date) -> None:
    # F: B10
    assert business_day(unix(moment), starts_at_minute) == day


def test_false_clock_stands_still_until_told() -> None:
    clock = FalseClock(1_000)
    assert (clock.now(), clock.monotonic()) == (1_000, 0.0)
    clock.sleep(1.5)
    assert (clock.now(), clock.monotonic()) == (1_001, 1.5)
    for _ in range(5):
        clock.advance(0.1)
    assert (clock.now(), clock.monotonic()) == (1_002, 2.0)


def test_setting_the_wall_clock_leaves_monotonic_time_alone() -> None:
    clock = FalseClock(CARD_EPOCH_UNIX)
    clock.step(-CARD_EPOCH_UNIX)
    assert (clock.now(), clock.monotonic()) == (0, 0.0)


def test_time_never_runs_backwards_by_waiting() -> None:
    with pytest.raises(AssertionError):
        FalseClock().advance(-1)


def test_system_clock_is_the_machines() -> None:
    clock = SystemClock()
    before, began = time.time(), clock.monotonic()
    clock.sleep(0.01)
    assert int(before) <= clock.now() <= int(time.time())
    assert clock.monotonic() - began >= 0.01
