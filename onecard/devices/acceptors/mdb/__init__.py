"""MDB bill validators behind an adaptor on a serial line."""

from collections.abc import Mapping

from onecard.devices.acceptors.mdb.adaptor import Adaptor, Hex, Raw
from onecard.devices.acceptors.mdb.driver import Mdb
from onecard.devices.line import open_line


def open(section: Mapping[str, str]) -> Mdb:
    """``line``, ``serial``; ``adaptor``: ``hex``, ``hex-plain`` (it makes the checks itself) or ``raw``;
    ``acks``: ``host`` or ``adaptor``, whichever acknowledges the device's answers.

    An adaptor that acknowledges by itself makes a credit known once only. Raises ``DeviceGone``, or
    ``ValueError`` for a wrong setting.
    """
    adaptor = _adaptor(section.get("adaptor", "hex"), section.get("acks", "host"))
    return Mdb(open_line(section["line"]), section.get("serial") or f"mdb@{section['line']}", adaptor)


def _adaptor(kind: str, acks: str) -> Adaptor:
    if acks not in ("host", "adaptor"):
        raise ValueError("answers are acknowledged by the host or by the adaptor")
    match kind:
        case "hex" | "hex-plain":
            return Hex(checks=kind == "hex", acknowledges=acks == "adaptor")
        case "raw":
            return Raw(acknowledges=acks == "adaptor")
    raise ValueError("the adaptor is hex, hex-plain or raw")
