"""Scanners on a serial line, or on USB as one, 9600 8N1; on Windows the way to choose."""

from collections.abc import Mapping

from onecard.devices.line import open_line, with_options
from onecard.devices.wedges.scanner.driver import Scanner


def open(section: Mapping[str, str]) -> Scanner:
    """``line``. Raises ``DeviceGone``, or ``ValueError`` for a wrong setting."""
    return Scanner(open_line(with_options(section["line"], "baud=9600")))
