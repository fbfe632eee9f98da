"""Toledo 8217 scales, 9600 7E1, in kilograms."""

from collections.abc import Mapping

from onecard.devices.scales.section import line_of, min_g
from onecard.devices.scales.toledo.driver import Toledo


def open(section: Mapping[str, str]) -> Toledo:
    """``line``; ``min_g``: the least weight sold (20). Raises ``DeviceGone``, or ``ValueError``."""
    least = min_g(section)
    return Toledo(line_of(section, "baud=9600&bits=7&parity=E"), min_g=least)
