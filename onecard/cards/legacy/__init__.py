"""Cards of a system that OneCard takes over: what an adapter has to say about them. F: H8

An adapter reads the old card and can make its old purse worthless; nothing else. What the member owns comes
from the list that two people tied out, never from an old card: such cards were cloned before. So a card is
taken over exactly once because its new record is, and the old figure is only evidence.
"""

from typing import Protocol

import msgspec

from onecard.cards.medium import Key, StorageCard


class OldCard(msgspec.Struct, frozen=True):
    """What stands on it. ``number`` as the old system prints it; ``fen`` what its purse says."""

    number: str
    fen: int


class OldLayout(Protocol):
    """One old system's cards."""

    @property
    def name(self) -> str:
        """For settings and reports."""
        ...

    def read(self, storage: StorageCard) -> OldCard | None:
        """``None``: not a card of that system. Raises ``CardError`` only when the card leaves."""
        ...

    def empty(self, storage: StorageCard) -> None:
        """Make its purse worth nothing; again on an emptied card changes nothing. Raises ``CardError``."""
        ...

    def keys(self, storage: StorageCard) -> tuple[tuple[Key, bytes], ...]:
        """What opens sectors that the old system has closed and ours may take."""
        ...
