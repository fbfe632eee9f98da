"""The stand-in for city operators' terminals: our own plain protocol, because each operator's is under
contract."""

from collections.abc import Mapping

from onecard.devices.city_terminals.plain.driver import Plain
from onecard.devices.line import open_line, with_options


def open(section: Mapping[str, str]) -> Plain:
    """``line``. Raises ``DeviceGone``, or ``ValueError`` for a wrong setting."""
    return Plain(open_line(with_options(section["line"], "baud=9600")))
