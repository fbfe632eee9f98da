"""CashCode banknote validators speaking CCNET on a serial line, 9600 8N1."""

from collections.abc import Mapping

from onecard.devices.acceptors.ccnet.driver import Ccnet
from onecard.devices.line import open_line


def open(section: Mapping[str, str]) -> Ccnet:
    """``line``, ``serial``. A unit set to 19200 says so in its line (``?baud=19200``). Raises
    ``DeviceGone``."""
    return Ccnet(open_line(section["line"]), section.get("serial") or f"ccnet@{section['line']}")
