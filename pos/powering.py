"""On battery: the screen is dimmed, the cashier told, and the till stops cleanly before it goes dark. F: C15

A tap that is under way is finished first, a bill that is rung stays on the screen until then; whatever was
journaled is on the disk already.
"""

from pathlib import Path
from typing import Final

from onecard.devices.power.backlight import Backlight
from pos.area import Area, Way
from pos.till import Till

#: So long the cashier has to finish once the battery is low.
GRACE_S: Final = 60.0
DIM_PERCENT: Final = 30
#: A folder without lights.
_NOWHERE: Final = "/nonexistent"


class Powering(Area):
    """Looks at the supply after everything that happens."""

    def __init__(self, till: Till, way: Way) -> None:
        self._till, self._way = till, way
        self._low_since: float | None = None
        self._source = "unknown"
        self._backlight = Backlight(Path(_NOWHERE))

    def rest(self) -> None:
        power = self._till.counter.power
        if power.source != self._source:
            self._changed(self._source, power.source)
            self._source = power.source
        if power.source != "low":
            self._low_since = None
            return
        now = self._till.now()
        if self._low_since is None:
            self._low_since = now
        if now - self._low_since >= GRACE_S and self._way.is_free:
            self._backlight.restore()
            self._way.quit()

    def _changed(self, before: str, now: str) -> None:
        till = self._till
        if now in ("battery", "low"):
            self._dim()
            till.say(till.tr(f"pos.power.say_{now}"), "wait" if now == "battery" else "refuse")
        elif before in ("battery", "low"):
            self._backlight.restore()
            till.say(till.tr("pos.power.say_mains"), "done")

    def _dim(self) -> None:
        if not self._backlight.is_dim:
            self._backlight = Backlight(Path(self._till.settings.text("power.backlight") or _NOWHERE))
        self._backlight.dim(DIM_PERCENT)
