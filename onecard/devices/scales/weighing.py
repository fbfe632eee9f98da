"""The rule that turns readings into a weight that is sold, for one press of "add item". Pure; knows no scale.

Shown weight = priced weight = printed weight, so the weight is read again at the press and never taken from
what the screen showed. Moving, negative, too heavy, too light or older than a second is never sold.
"""

from typing import Literal

import msgspec

from onecard.devices.scales import Reading, State

#: A weight older than this is no weight any more, and a press waits no longer than this for one.
FRESH_S = 1.0
Reason = Literal["moving", "under_zero", "over", "under_min", "busy", "unreadable", "stale", "gone"]
#: What waiting does not mend within a second is said at once.
_AT_ONCE: dict[State, Reason] = {State.UNDER_ZERO: "under_zero", State.OVER: "over"}
_AT_LAST: dict[State, Reason] = {
    State.MOVING: "moving",
    State.BUSY: "busy",
    State.UNREADABLE: "unreadable",
    State.SILENT: "stale",
}


class Weighed(msgspec.Struct, frozen=True):
    """A weight that may be priced now; ``at`` is the monotonic second in which it was read."""

    weight_g: int
    at: float

    def is_fresh(self, now: float) -> bool:
        """Whether it may still be priced."""
        return 0 <= now - self.at <= FRESH_S


class NotWeighed(msgspec.Struct, frozen=True):
    """Nothing to sell, and why."""

    reason: Reason


Outcome = Weighed | NotWeighed


class Weighing:
    """One press. Feed it every reading that was measured after it."""

    def __init__(self, asked_at: float, *, min_g: int, has_check: bool) -> None:
        self._end, self._min_g = asked_at + FRESH_S, min_g
        # A damaged digit that no check shows does not come twice the same way.
        self._needed = 1 if has_check else 2
        self._equal = 0
        self._last_g: int | None = None
        self._why: Reason = "stale"

    def take(self, reading: Reading, at: float) -> Outcome | None:
        """``None``: wait for the next one."""
        if at > self._end:
            return self.expire(at)
        if reading.state is not State.STABLE:
            self._equal, self._last_g = 0, None
            self._why = _AT_ONCE.get(reading.state) or _AT_LAST[reading.state]
            return NotWeighed(self._why) if reading.state in _AT_ONCE else None
        weight_g = reading.weight_g
        assert weight_g is not None
        self._equal = self._equal + 1 if weight_g == self._last_g else 1
        self._last_g, self._why = weight_g, "moving"
        if self._equal < self._needed:
            return None
        return Weighed(weight_g, at) if weight_g >= max(self._min_g, 1) else NotWeighed("under_min")

    def expire(self, now: float) -> Outcome | None:
        """Once the time is over: what kept it."""
        return NotWeighed(self._why) if now >= self._end else None
