"""Credits that reached no card: they wait as a numbered load of the card that opened the session."""

from onecard.books import accounts
from onecard.books.entry import Postings, move
from onecard.wire.cash import Waiting


def postings(waiting: Waiting) -> Postings:
    """unresolved → waiting."""
    target = accounts.waiting(waiting.card, waiting.issue, "main")
    return move(accounts.unresolved(waiting.id.terminal), target, waiting.amount_fen)
