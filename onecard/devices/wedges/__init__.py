"""Contract of a wedge: a scanner or stripe reader that says what it read, as text. What the text means is not
its business; ``track.py`` knows stripes.

A driver is polled; it has no thread, sleeps never and asks no clock.
"""

from typing import Literal, Protocol

import msgspec

#: The longest text of one scan; a member's code and a full track are far below it.
LONGEST = 512


class Scanned(msgspec.Struct, frozen=True):
    """One scan or swipe, whole."""

    text: str


class Spoilt(msgspec.Struct, frozen=True):
    """Something was read and not all of it arrived, or not as text: nothing of it may be used.

    ``too_long``; ``cut``: its end never came; ``foreign``: characters the map does not have; ``lost``: the
    system dropped events.
    """

    reason: Literal["too_long", "cut", "foreign", "lost"]


Scan = Scanned | Spoilt


class Wedge(Protocol):
    """One scanner or stripe reader."""

    def poll(self) -> list[Scan]:
        """What was read since, oldest first. Raises ``DeviceGone``."""
        ...

    def close(self) -> None: ...
