"""Contract of a card reader: which card lies on it.

A driver is polled (``poll``) from its device worker and waits for it (``wait``) in between; it has no thread,
no clock and no idea of money.
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

    def wait(self, seconds: float) -> bool:
        """Let the reader's service say when something changes; ``True``: poll now. At most so long.

        ``False`` at once when there is nothing to wait with; never raises.
        """
        ...

    def wake(self) -> None:
        """End a ``wait`` that runs; from any thread, and without effect when none runs."""
        ...

    def close(self) -> None: ...
