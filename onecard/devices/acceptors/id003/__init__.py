"""JCM ID-003 banknote acceptors on a serial line, 9600 8E1."""

from collections.abc import Mapping

from onecard.devices.acceptors.id003.driver import Id003
from onecard.devices.line import open_line


def open(section: Mapping[str, str]) -> Id003:
    """``line``: where it is plugged in; ``serial``: what the unit calls this acceptor.

    Without ``baud`` and ``parity`` of its own a serial line gets the protocol's. Raises ``DeviceGone``.
    """
    url = section["line"]
    if url.startswith("serial:") and "?" not in url:
        url += "?baud=9600&parity=E"
    return Id003(open_line(url), section.get("serial") or f"id003@{section['line']}")
