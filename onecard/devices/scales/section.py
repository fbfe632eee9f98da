"""The settings that every scale has, read from its section."""

from collections.abc import Mapping
from typing import Literal

from onecard.devices.line import Line, open_line, with_options

#: The least weight sold where nobody set it: 20 divisions of 1 g.
MIN_G = 20


def line_of(section: Mapping[str, str], options: str) -> Line:
    """Open ``line``; a serial line without options of its own gets the protocol's."""
    return open_line(with_options(section["line"], options))


def min_g(section: Mapping[str, str]) -> int:
    """``min_g``; raises ``ValueError``."""
    value = int(section.get("min_g", MIN_G))
    if not 1 <= value <= 10_000:
        raise ValueError(f"min_g {value}")
    return value


def bcc_range(section: Mapping[str, str]) -> Literal["body", "whole"] | None:
    """``bcc_range``; ``None`` is ``auto``. Raises ``ValueError``."""
    match section.get("bcc_range", "auto"):
        case "auto":
            return None
        case "body":
            return "body"
        case "whole":
            return "whole"
    raise ValueError(f"bcc_range {section['bcc_range']!r}")
