"""Stripe encoders of the MSR206/MSR605 family, 9600 8N1."""

from collections.abc import Mapping

from onecard.devices.encoders.msr import frames
from onecard.devices.encoders.msr.driver import Msr
from onecard.devices.line import open_line, with_options

_COERCIVITY = {"high": frames.HIGH_COERCIVITY, "low": frames.LOW_COERCIVITY}


def open(section: Mapping[str, str]) -> Msr:
    """``line``; ``coercivity``: ``high`` (black stripes) or ``low`` (brown ones).

    Raises ``DeviceGone``, or ``ValueError`` for a wrong setting.
    """
    told = section.get("coercivity", "high")
    if told not in _COERCIVITY:
        raise ValueError(f"coercivity {told!r}")
    return Msr(open_line(with_options(section["line"], "baud=9600")), coercivity=_COERCIVITY[told])
