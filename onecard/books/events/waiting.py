"""Credits that reached no card: they wait as a numbered load of the card that opened the session."""

from onecard.books import accounts
from onecard.books.entry import Postings, move
from onecard.wire.cash import Waiting


def postings(waiting: Waiting) -> Postings:
    """unresolved → waiting."""
    target = accounts.waiting(waiting.card, waiting.issue, "main")
    return move(accounts.unresolved(waiting.id.terminal), target, waiting.amount_fen)


def account_postings(waiting: Waiting) -> Postings:
    """unresolved → account: of a card whose money is at the office nothing has to wait."""
    target = accounts.account(waiting.card, "main")
    return move(accounts.unresolved(waiting.id.terminal), target, waiting.amount_fen)
