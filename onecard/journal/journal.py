"""What this terminal did, in order, on its own disk: append-only, numbered without gaps, chained by hashes.

Bodies are kept byte for byte. Nothing is ever edited; a record is final once ``append`` has returned.
Knows no card, no rule and no network.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from onecard.clock import Clock
from onecard.ids import RecordId
from onecard.wire.messages import Body

B = TypeVar("B", bound=Body)


class Journal:
    """The journal of one terminal. Safe to use from several threads."""

    def __init__(self, path: Path, terminal: int, epoch: int, clock: Clock) -> None:
        """Open or create. Raises ``StoreError`` (``store.read_only``, ``store.corrupt``, ``store.full``)."""
        raise NotImplementedError

    def append(self, make: Callable[[RecordId], B]) -> B:
        """Give the next number to ``make`` and write what it makes; returns after the disk has it.

        Raises ``StoreError`` and has written nothing.
        """
        raise NotImplementedError
