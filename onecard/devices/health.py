"""How one device is, said once when it goes and once when it is back. Knows nothing of any kind of device."""

from collections.abc import Callable
from typing import Literal

import msgspec
import structlog

from onecard.clock import Clock

_log = structlog.get_logger("device")

Condition = Literal["starting", "good", "bad"]


class HealthView(msgspec.Struct, frozen=True):
    """What a status line or the office's list shows."""

    device: str
    condition: Condition
    #: Why it is bad: a ``DeviceError`` code, an acceptor's fault kind or a printer's state. Empty when good.
    reason: str
    #: Unix seconds of the last change.
    since: int


class Health:
    """One device's health; only changes are logged and announced."""

    def __init__(
        self, device: str, clock: Clock, on_change: Callable[[HealthView], None] | None = None
    ) -> None:
        self._clock = clock
        self._on_change = on_change
        self.view = HealthView(device, "starting", "", clock.now())

    def good(self) -> None:
        """It works."""
        self._become("good", "", "")

    def bad(self, reason: str, detail: str = "") -> None:
        """It does not, because of ``reason`` (stable); ``detail`` is for the log only."""
        self._become("bad", reason, detail)

    def _become(self, condition: Condition, reason: str, detail: str) -> None:
        before = self.view
        if (before.condition, before.reason) == (condition, reason):
            return
        self.view = HealthView(before.device, condition, reason, self._clock.now())
        if condition == "good":
            _log.info("device.back" if before.condition == "bad" else "device.ready", device=before.device)
        else:
            _log.warning("device.lost", device=before.device, reason=reason, detail=detail)
        if self._on_change is not None:
            self._on_change(self.view)
