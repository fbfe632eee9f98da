"""Contract of the power supply: mains or battery, how full, how long. What is not told is ``None``, never
"full".

A driver is polled; it has no thread, sleeps never and asks no clock.
"""

from typing import Literal, Protocol

import msgspec


class PowerState(msgspec.Struct, frozen=True):
    """How the station is fed. ``low`` asks for a clean stop; ``unknown``: nothing says anything."""

    source: Literal["mains", "battery", "low", "unknown"]
    percent: int | None = None
    minutes_left: int | None = None


class Supply(Protocol):
    """What feeds the station."""

    def poll(self) -> list[PowerState]:
        """The state, if it changed. Never raises: a machine without any such thing is ``unknown``."""
        ...

    def close(self) -> None: ...
