"""Contract of a stripe encoder: tracks in, one card drawn through by a person, and an honest outcome.

A driver is polled; it has no thread, sleeps never and asks no clock. "Written" is what the encoder says; a
stripe is good only when it was drawn through once more and says the same (``is_same``).
"""

from collections.abc import Mapping
from typing import Literal, Protocol

import msgspec


class Waiting(msgspec.Struct, frozen=True):
    """It is ready: draw the card through."""


class Written(msgspec.Struct, frozen=True):
    """The encoder says that the stripe was written."""


class Read(msgspec.Struct, frozen=True):
    """What stands on a stripe, by track, without sentinels; a track that could not be read is not there."""

    tracks: dict[int, str]


class Failed(msgspec.Struct, frozen=True):
    """Nothing usable happened. ``swipe``: drawn badly; ``write``: it could not; ``command``: it did not
    understand; ``timeout``: nobody drew a card, or the encoder is silent."""

    reason: Literal["swipe", "write", "command", "timeout"]


Event = Waiting | Written | Read | Failed


class Encoder(Protocol):
    """One encoder on one line."""

    def write(self, tracks: Mapping[int, str]) -> None:
        """Write these tracks on the next card; raises ``ValueError`` for text that a track cannot hold."""
        ...

    def read(self) -> None:
        """Read the next card."""
        ...

    def stop(self) -> None:
        """Nobody will draw a card."""
        ...

    def poll(self) -> list[Event]:
        """What happened since. Raises ``DeviceGone``: what the card holds now is unknown."""
        ...

    def close(self) -> None: ...


def is_same(written: Mapping[int, str], read: Read) -> bool:
    """Whether the stripe says what was to be written."""
    return all(read.tracks.get(number) == text for number, text in written.items())
