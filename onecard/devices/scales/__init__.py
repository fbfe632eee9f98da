"""Contract of a scale: what it says, as often as it says it. Only a stable weight of whole grams is priced.

A driver is polled; it has no thread, sleeps never and asks no clock. Which reading may become an item is
decided in ``weighing.py``, the same for every scale.
"""

from enum import StrEnum
from typing import Protocol

import msgspec


class State(StrEnum):
    """What a reading is."""

    STABLE = "stable"
    MOVING = "moving"
    UNDER_ZERO = "under_zero"
    OVER = "over"
    #: It is there and has no weight to give: warming up, or outside its zero range.
    BUSY = "busy"
    #: An answer that is no weight in grams: another unit, tenths of a gram, a wrong check.
    UNREADABLE = "unreadable"
    #: Nothing came for long.
    SILENT = "silent"


class Reading(msgspec.Struct, frozen=True):
    """One thing the scale said. ``weight_g`` is net of tare, and ``None`` unless it is stable or moving."""

    state: State
    weight_g: int | None = None

    def __post_init__(self) -> None:
        assert self.state is not State.STABLE or (self.weight_g is not None and self.weight_g >= 0)


class Scale(Protocol):
    """One scale on one line."""

    #: Below this nothing is sold: the least load the scale is approved for.
    min_g: int
    #: Whether each answer carries a check. Without one a damaged digit is a digit like any other.
    has_check: bool

    def poll(self) -> list[Reading]:
        """Exchange what is due and say what came, oldest first. Raises ``DeviceGone``."""
        ...

    def refresh(self) -> None:
        """Whatever ``poll`` says from now on was measured from now on; what was under way is dropped."""
        ...

    def tare(self) -> bool:
        """Take what stands on it as packaging; False when this scale has no such command."""
        ...

    def zero(self) -> bool:
        """Call the empty pan zero; False when this scale has no such command."""
        ...

    def close(self) -> None: ...


def stable(weight_g: int | None) -> Reading:
    """A stable weight, or what it is when it is none."""
    if weight_g is None:
        return Reading(State.UNREADABLE)
    return Reading(State.STABLE, weight_g) if weight_g >= 0 else Reading(State.UNDER_ZERO)
