"""A card's chain is whole, and still more left the card than ever went onto it: the unit's loss, by name."""

from onecard.books import accounts
from onecard.books.entry import Postings, move


def postings(card: int, issue: int, wallet: str, fen: int) -> Postings:
    """loss → purse, ``fen`` > 0: what the purse is below zero."""
    return move(accounts.loss(card), accounts.purse(card, issue, wallet), fen)
