"""Where the next page starts: opaque to who asks, and nothing but a number inside."""

import re

from onecard.errors import Refused

LIMIT, MOST = 50, 500
PATTERN = "^[0-3][0-9a-f]{15}$"
_CURSOR = re.compile(PATTERN, re.ASCII)


def encode(last: int) -> str:
    """The cursor after the row ``last``, which is below 2⁶²."""
    return f"{last:016x}"


def decode(text: str | None) -> int:
    """Raises ``Refused("cursor.malformed")``; nothing given: from the beginning."""
    if text is None:
        return 0
    if not _CURSOR.fullmatch(text):
        raise Refused("cursor.malformed")
    return int(text, 16)
