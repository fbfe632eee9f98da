"""Scales that send ASCII by themselves, 9600 8N1."""

from collections.abc import Mapping

from onecard.devices.scales.ascii.driver import AsciiBoxes, AsciiLines
from onecard.devices.scales.section import line_of, min_g


def open(section: Mapping[str, str]) -> AsciiLines | AsciiBoxes:
    """``line``; ``form``: ``lines`` (``ST,GS,+  1.234kg``) or ``boxed``; ``min_g``.

    Raises ``DeviceGone``, or ``ValueError`` for a wrong setting.
    """
    form = section.get("form", "lines")
    if form not in ("lines", "boxed"):
        raise ValueError(f"form {form!r}")
    least = min_g(section)
    line = line_of(section, "baud=9600")
    return AsciiLines(line, min_g=least) if form == "lines" else AsciiBoxes(line, min_g=least)
