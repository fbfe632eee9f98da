"""Pole displays with two lines of twenty characters that know the CD5220 commands, 9600 8N1."""

from collections.abc import Mapping

from onecard.devices.displays.vfd.driver import Vfd
from onecard.devices.line import open_line, with_options


def open(section: Mapping[str, str]) -> Vfd:
    """``line``; ``brightness``: 1 to 4; ``selects``: ``true`` where a printer shares the line.

    Raises ``DeviceGone``, or ``ValueError`` for a wrong setting.
    """
    brightness, selects = int(section.get("brightness", "4")), section.get("selects", "false")
    if not 1 <= brightness <= 4:
        raise ValueError(f"brightness {brightness}")
    if selects not in ("true", "false"):
        raise ValueError(f"selects {selects!r}")
    line = open_line(with_options(section["line"], "baud=9600"))
    return Vfd(line, brightness=brightness, selects=selects == "true")
