"""Contract of a customer's display: two lines for the person on the other side of the counter. It answers
nothing.

A driver is polled; it has no thread, sleeps never and asks no clock. A second window is a screen's matter.
"""

from typing import Protocol

import msgspec

COLUMNS = 20


class Row(msgspec.Struct, frozen=True):
    """One line. ``plain`` is what a display without the characters of ``text`` shows: say the same in
    ASCII."""

    text: str
    right: str = ""
    plain: str = ""


class Face(msgspec.Struct, frozen=True):
    """All that it shows."""

    upper: Row
    lower: Row = Row("")


class Display(Protocol):
    """One display on one line."""

    def show(self, face: Face) -> None:
        """From now on; written with the next poll. Only what changed is written again."""
        ...

    def poll(self) -> list[object]:
        """Write what is due; reports nothing. Raises ``DeviceGone``."""
        ...

    def close(self) -> None: ...
