"""The only door to time. Real code takes a ``Clock``; tests and the world simulator give a false one."""

import time
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

#: Cards count seconds and days from here (domain.md §4).
CARD_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
CARD_EPOCH_UNIX = int(CARD_EPOCH.timestamp())
#: The unit's wall clock. China has had one zone without daylight saving since 1991.
CHINA = timezone(timedelta(hours=8), "CST")

_MICRO = 1_000_000
_U16, _U32 = 0xFFFF, 0xFFFF_FFFF


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


def set_system_time(unix: int) -> None:
    """Put the machine's wall clock right. Raises ``OSError`` where this user or system may not."""
    if not hasattr(time, "clock_settime"):
        raise OSError("this system's clock cannot be set from here")
    time.clock_settime(time.CLOCK_REALTIME, unix)


class FalseClock:
    """A clock that stands still until it is told to go."""

    def __init__(self, now: int = CARD_EPOCH_UNIX + 200_000_000) -> None:
        # Whole microseconds: ten waits of 0.1 s are one second, which floats do not promise.
        self._now_us = now * _MICRO
        self._monotonic_us = 0

    def now(self) -> int:
        return self._now_us // _MICRO

    def monotonic(self) -> float:
        return self._monotonic_us / _MICRO

    def sleep(self, seconds: float) -> None:
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Time passes."""
        assert seconds >= 0
        self._now_us += round(seconds * _MICRO)
        self._monotonic_us += round(seconds * _MICRO)

    def step(self, seconds: float) -> None:
        """Somebody set the wall clock; monotonic time does not notice."""
        self._now_us += round(seconds * _MICRO)


def card_seconds(unix: int) -> int:
    """Unix seconds → the card's u32 seconds since 2020-01-01 00:00 UTC.

    Held inside the field: a terminal whose clock says 1970 or 2200 still writes a record that can be read.
    """
    return min(max(0, unix - CARD_EPOCH_UNIX), _U32)


def card_day(day: date) -> int:
    """A calendar day → the card's u16 days since 2020-01-01, held inside the field (≤ 2199-06-06)."""
    return min(max(0, (day - CARD_EPOCH.date()).days), _U16)


def day_of_card(days: int) -> date:
    """The card's u16 day → calendar day."""
    return CARD_EPOCH.date() + timedelta(days=days)


def local(unix: int) -> datetime:
    """Unix seconds → the unit's wall time."""
    return datetime.fromtimestamp(unix, CHINA)


def business_day(unix: int, day_starts_at_minute: int = 0) -> date:
    """The business day a moment belongs to; a KTV's day that ends at 06:00 starts at minute 360. F: B10"""
    return (local(unix) - timedelta(minutes=day_starts_at_minute)).date()
