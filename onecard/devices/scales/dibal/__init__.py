"""Dibal scales, 9600 8N1."""

from collections.abc import Mapping

from onecard.devices.scales.dibal.driver import Dibal
from onecard.devices.scales.section import line_of, min_g


def open(section: Mapping[str, str]) -> Dibal:
    """``line``; ``min_g``: the least weight sold (20). Raises ``DeviceGone``, or ``ValueError``."""
    least = min_g(section)
    return Dibal(line_of(section, "baud=9600"), min_g=least)
