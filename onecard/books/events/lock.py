"""A lock: a link in the card's chain and no money at all."""

from onecard.books.wallets import changes
from onecard.wire.intents import Lock


def fault(lock: Lock) -> str:
    """What makes the record contradict itself, "" if nothing does."""
    return "" if changes(lock.purse) == (0, 0, 0, 0) else "purse_differs"
