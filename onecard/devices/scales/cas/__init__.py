"""CAS scales that speak AP-1 ("ECR type 6"), and those of other makers that do; 9600 8N1."""

from collections.abc import Mapping

from onecard.devices.scales.cas.driver import Cas
from onecard.devices.scales.section import bcc_range, line_of, min_g


def open(section: Mapping[str, str]) -> Cas:
    """``line``; ``min_g``: the least weight sold (20); ``bcc_range``: ``body``, ``whole`` or ``auto``.

    Raises ``DeviceGone``, or ``ValueError`` for a wrong setting.
    """
    least, told = min_g(section), bcc_range(section)
    return Cas(line_of(section, "baud=9600"), min_g=least, bcc_range=told)
