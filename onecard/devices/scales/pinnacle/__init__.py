"""Pinnacle 顶尖 OS2X/OS2CX scales, 9600 8N1."""

from collections.abc import Mapping

from onecard.devices.scales.pinnacle.driver import PinnacleAsked, PinnacleStreamed
from onecard.devices.scales.section import bcc_range, line_of, min_g


def open(section: Mapping[str, str]) -> PinnacleAsked | PinnacleStreamed:
    """``line``; ``mode``: ``stream`` (it talks by itself) or ``ask``; ``min_g`` and ``bcc_range`` as for CAS.

    Raises ``DeviceGone``, or ``ValueError`` for a wrong setting.
    """
    mode = section.get("mode", "stream")
    if mode not in ("stream", "ask"):
        raise ValueError(f"mode {mode!r}")
    least, told = min_g(section), bcc_range(section)
    line = line_of(section, "baud=9600")
    if mode == "ask":
        return PinnacleAsked(line, min_g=least, bcc_range=told)
    return PinnacleStreamed(line, min_g=least, bcc_range=told)
