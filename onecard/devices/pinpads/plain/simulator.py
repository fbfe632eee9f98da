"""A PIN pad and the fingers on it, at the other end of the cable."""

from onecard.clock import Clock
from onecard.devices.line import Line
from onecard.devices.pinpads.plain import frames

_KEYS = {"ok": frames.OK, "back": frames.BACK, "cancel": frames.CANCEL}


class Simulator:
    """``press`` takes digits and ``ok``, ``back``, ``cancel``."""

    def __init__(self, clock: Clock, line: Line | None = None) -> None:
        self._line = line

    def plug(self, line: Line) -> None:
        self._line = line

    def press(self, *keys: str) -> None:
        """One finger after another."""
        assert self._line is not None, "not plugged in"
        for key in keys:
            self._line.write(bytes((_KEYS[key],)) if key in _KEYS else key.encode("ascii"))

    def tick(self) -> None:
        """It does nothing by itself."""

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
