"""ccTalk bill validators and coin acceptors on a serial adapter, 9600 8N1, without encryption."""

from collections.abc import Mapping

from onecard.devices.acceptors.cctalk.coins import CcTalkCoins
from onecard.devices.acceptors.cctalk.driver import CcTalkBills
from onecard.devices.acceptors.cctalk.frames import Check
from onecard.devices.line import open_line


def open(section: Mapping[str, str]) -> CcTalkBills:
    """Bills. ``line``, ``serial``; ``address`` (40), ``check`` (``crc`` or ``sum``). Raises
    ``DeviceGone``."""
    line = open_line(section["line"])
    return CcTalkBills(line, _serial(section), address=_address(section, "40"), check=_check(section, "crc"))


def open_coins(section: Mapping[str, str]) -> CcTalkCoins:
    """Coins. As bills, with address 2 and ``sum``; ``unit``: what a plain number in a coin's name counts,
    ``fen`` (as most makers) or ``yuan``."""
    unit = section.get("unit", "fen")
    if unit not in ("fen", "yuan"):
        raise ValueError("the unit of coin names is fen or yuan")
    address, check = _address(section, "2"), _check(section, "sum")
    line = open_line(section["line"])
    return CcTalkCoins(
        line, _serial(section), address=address, check=check, unit_fen=100 if unit == "yuan" else 1
    )


def _serial(section: Mapping[str, str]) -> str:
    return section.get("serial") or f"cctalk@{section['line']}"


def _address(section: Mapping[str, str], default: str) -> int:
    address = int(section.get("address", default))
    if not 2 <= address <= 255:
        raise ValueError("a ccTalk device has an address from 2 to 255")
    return address


def _check(section: Mapping[str, str], default: str) -> Check:
    match section.get("check", default):
        case "crc":
            return "crc"
        case "sum":
            return "sum"
    raise ValueError("the check is crc or sum")
