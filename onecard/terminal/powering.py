"""On battery a station dims its screen, and stops by itself before it goes dark. F: C15

Says when it is time; the app knows when nobody stands before it. Whatever was journaled is on the disk
already.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from onecard.devices.power.backlight import Backlight
from onecard.terminal.counter import Counter

#: So long whoever is at it has to finish once the battery is low.
GRACE_S: Final = 60.0
DIM_PERCENT: Final = 30


class Powering:
    """``look`` after everything that happens. ``lights``: the folder of the screen's lights, "" for none;
    ``told`` hears what fed it before and what feeds it now. Both things at hand may be put there later."""

    def __init__(
        self,
        counter: Callable[[], Counter],
        lights: Callable[[], str],
        now: Callable[[], float],
        told: Callable[[str, str], object] = lambda before, now: None,
    ) -> None:
        self._counter, self._lights, self._now, self._told = counter, lights, now, told
        self._low_since: float | None = None
        self._source = "unknown"
        self._light: Backlight | None = None

    def look(self) -> bool:
        """Whether the program should end as soon as nobody is at it."""
        source = self._counter().power.source
        if source != self._source:
            before, self._source = self._source, source
            self._changed(source)
            self._told(before, source)
        if source != "low":
            self._low_since = None
            return False
        now = self._now()
        if self._low_since is None:
            self._low_since = now
        return now - self._low_since >= GRACE_S

    def restore(self) -> None:
        """As bright as it was."""
        if self._light is not None:
            self._light.restore()

    def _changed(self, source: str) -> None:
        if source not in ("battery", "low"):
            self.restore()
        elif self._lights():
            if self._light is None or not self._light.is_dim:
                self._light = Backlight(Path(self._lights()))
            self._light.dim(DIM_PERCENT)
