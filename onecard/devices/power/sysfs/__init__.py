"""Batteries and UPSs as Linux shows them in ``/sys/class/power_supply``."""

from collections.abc import Mapping
from pathlib import Path

from onecard.devices.power.sysfs.driver import Sysfs


def open(section: Mapping[str, str]) -> Sysfs:
    """``folder``, ``low_percent`` and ``low_minutes`` have defaults. Raises ``ValueError``."""
    percent, minutes = int(section.get("low_percent", "10")), int(section.get("low_minutes", "10"))
    if not 1 <= percent <= 90 or not 1 <= minutes <= 600:
        raise ValueError(f"low_percent {percent}, low_minutes {minutes}")
    folder = Path(section.get("folder", "/sys/class/power_supply"))
    return Sysfs(folder, low_percent=percent, low_minutes=minutes)
