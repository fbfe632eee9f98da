"""Contract of a card reader: which card lies on it.

A driver is polled (``poll``) from its device worker; it has no thread, no clock and no idea of money.
What it hands out is a ``StorageCard``, the commands ``onecard/cards`` talks in; each may raise ``CardGone``.
"""

from typing import Protocol

from onecard.cards.medium import Key, StorageCard

__all__ = ["Key", "Reader", "StorageCard"]


class Reader(Protocol):
    """One place where a card can be put."""

    name: str

    def poll(self) -> StorageCard | None:
        """The card that lies on the reader now, the *same object* while it stays; ``None`` when empty.

        Raises ``DeviceGone`` when the reader itself is away, ``Refused("card.two")`` for two cards at once.
        """
        ...

    def close(self) -> None: ...
