"""Bytes to and from the office per day, counted in the HTTP client: what mobile data will cost. F: E7

Heads and bodies as they travel; what TLS and TCP add is not seen. One meter for all clients of a station.
"""

import threading
from pathlib import Path
from typing import Final

import msgspec

from onecard.clock import Clock, business_day, card_day

#: So many days are kept and told.
DAYS: Final = 8


class Meter:
    """``path``: where the sums outlive a restart; they may be some minutes behind after a power cut."""

    def __init__(self, clock: Clock, path: Path | None = None) -> None:
        self._clock, self._path = clock, path
        self._lock = threading.Lock()
        self._days: dict[int, tuple[int, int]] = {}
        if path is not None:
            try:
                self._days = msgspec.json.decode(path.read_bytes(), type=dict[int, tuple[int, int]])
            except (OSError, msgspec.MsgspecError):
                self._days = {}  # a figure for the bill, no money: it begins anew

    def count(self, up: int, down: int) -> None:
        """One exchange."""
        day = card_day(business_day(self._clock.now()))
        with self._lock:
            before = self._days.get(day, (0, 0))
            self._days[day] = (before[0] + up, before[1] + down)
            for old in sorted(self._days)[:-DAYS]:
                del self._days[old]

    def days(self) -> tuple[tuple[int, int, int], ...]:
        """(card day, bytes up, bytes down), oldest first."""
        with self._lock:
            return tuple((day, up, down) for day, (up, down) in sorted(self._days.items()))

    def keep(self) -> None:
        """Onto the disk; a disk that takes nothing is told by those whose records matter."""
        if self._path is None:
            return
        with self._lock:
            raw = msgspec.json.encode(self._days)
        fresh = self._path.with_name(self._path.name + ".new")
        try:
            fresh.write_bytes(raw)
            fresh.replace(self._path)
        except OSError:
            return
