"""Adam scales, 4800 8N1."""

from collections.abc import Mapping

from onecard.devices.scales.adam.driver import Adam
from onecard.devices.scales.section import line_of, min_g


def open(section: Mapping[str, str]) -> Adam:
    """``line``; ``min_g``: the least weight sold (20). Raises ``DeviceGone``, or ``ValueError``."""
    least = min_g(section)
    return Adam(line_of(section, "baud=4800"), min_g=least)
