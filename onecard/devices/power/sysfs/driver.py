"""Reads what Linux says of its power supplies: batteries, and UPSs that the kernel knows as such."""

import contextlib
from pathlib import Path

from onecard.devices.power import PowerState
from onecard.devices.power.sysfs.frames import FILES, Entry, entry

#: Once low, it stays so until mains is back or so much more is in it: a limit that flickers stops a till
#: twice.
_MORE_PERCENT = 5
_BATTERIES = ("Battery", "UPS")


class Sysfs:
    """A ``Supply``."""

    def __init__(self, folder: Path, *, low_percent: int = 10, low_minutes: int = 10) -> None:
        self._folder, self._low_percent, self._low_minutes = folder, low_percent, low_minutes
        self._told: PowerState | None = None

    def poll(self) -> list[PowerState]:
        state = self._state(self._entries())
        changed, self._told = state != self._told, state
        return [state] if changed else []

    def close(self) -> None:
        """Nothing is held open."""

    def _entries(self) -> list[Entry]:
        found = list[Entry]()
        with contextlib.suppress(OSError):
            for folder in sorted(self._folder.iterdir()):
                texts = dict[str, str]()
                for name in FILES:
                    with contextlib.suppress(OSError, UnicodeDecodeError):
                        texts[name] = (folder / name).read_text()
                found.append(entry(texts))
        return [one for one in found if one.feeds]

    def _state(self, entries: list[Entry]) -> PowerState:
        batteries = [one for one in entries if one.kind in _BATTERIES]
        percents = [one.percent for one in batteries if one.percent is not None]
        minutes = [one.minutes_left for one in batteries if one.minutes_left is not None]
        percent = min(percents, default=None)
        mains = {one.is_online for one in entries if one.kind not in _BATTERIES} - {None}
        discharging = any(one.is_discharging for one in batteries)
        if True in mains and not discharging:
            return PowerState("mains", percent)
        if not batteries:
            return PowerState("unknown")
        if not mains and not discharging:
            told = any(one.is_discharging is False or one.is_online for one in batteries)
            return PowerState("mains" if told else "unknown", percent)
        left = min(minutes, default=None)
        return PowerState("low" if self._is_low(percent, left) else "battery", percent, left)

    def _is_low(self, percent: int | None, minutes: int | None) -> bool:
        more = _MORE_PERCENT if self._told is not None and self._told.source == "low" else 0
        return (percent is not None and percent <= self._low_percent + more) or (
            minutes is not None and minutes <= self._low_minutes + more
        )
