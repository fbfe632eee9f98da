"""ITL banknote validators (NV9, NV10, NV200 …) on a serial line, 9600 8N2; SSP, or eSSP with its
encryption."""

from collections.abc import Mapping

from onecard.devices.acceptors.ssp.driver import Ssp
from onecard.devices.acceptors.ssp.secret import DEFAULT_FIXED
from onecard.devices.line import open_line
from onecard.ids import SystemEntropy


def open(section: Mapping[str, str]) -> Ssp:
    """``line``, ``serial``; ``key``: ``none`` for plain SSP, else the fixed half of the key in hex (16
    digits).

    Without a key a credit is told once only. Raises ``DeviceGone``, or ``ValueError`` for a wrong setting.
    """
    url, key = section["line"], section.get("key") or f"{DEFAULT_FIXED:016x}"
    if key != "none" and (len(key) != 16 or not key.isalnum()):
        raise ValueError("the fixed half of the key is 16 hexadecimal digits, or none")
    fixed = None if key == "none" else int(key, 16)
    if url.startswith("serial:") and "?" not in url:
        url += "?baud=9600&stop=2"
    return Ssp(open_line(url), section.get("serial") or f"ssp@{section['line']}", SystemEntropy(), fixed)
