"""The only door to time. Real code takes a ``Clock``; tests and the world simulator give a false one."""

import time
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

#: Cards count seconds and days from here (domain.md §4).
CARD_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
CARD_EPOCH_UNIX = int(CARD_EPOCH.timestamp())
#: The unit's wall clock. China has had one zone without daylight saving since 1991.
CHINA = timezone(timedelta(hours=8), "CST")


class Clock(Protocol):
    """Wall time, monotonic time and waiting."""

    def now(self) -> int:
        """Unix seconds, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since some fixed moment of this boot; never goes back."""
        ...

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        return int(time.time())

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class FalseClock:
    """A clock that stands still until it is told to go."""

    def __init__(self, now: int = CARD_EPOCH_UNIX + 200_000_000) -> None:
        self._now = float(now)
        self._monotonic = 0.0

    def now(self) -> int:
        return int(self._now)

    def monotonic(self) -> float:
        return self._monotonic

    def sleep(self, seconds: float) -> None:
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Time passes."""
        assert seconds >= 0
        self._now += seconds
        self._monotonic += seconds

    def step(self, seconds: float) -> None:
        """Somebody set the wall clock; monotonic time does not notice."""
        self._now += seconds


def card_seconds(unix: int) -> int:
    """Unix seconds → the card's u32 seconds since 2020-01-01 00:00 UTC (0 before that moment)."""
    return max(0, unix - CARD_EPOCH_UNIX)


def card_day(day: date) -> int:
    """A calendar day → the card's u16 days since 2020-01-01."""
    return (day - CARD_EPOCH.date()).days


def day_of_card(days: int) -> date:
    """The card's u16 day → calendar day."""
    return CARD_EPOCH.date() + timedelta(days=days)


def local(unix: int) -> datetime:
    """Unix seconds → the unit's wall time."""
    return datetime.fromtimestamp(unix, CHINA)


def business_day(unix: int, day_starts_at_minute: int = 0) -> date:
    """The business day a moment belongs to; a KTV's day that ends at 06:00 starts at minute 360. F: B10"""
    return (local(unix) - timedelta(minutes=day_starts_at_minute)).date()
