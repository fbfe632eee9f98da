"""What is lost, by name: more left a card with a whole chain than ever went onto it, or a debt is bad."""

from onecard.books import accounts
from onecard.books.entry import Postings, move


def postings(card: int, issue: int, wallet: str, fen: int) -> Postings:
    """loss → purse, ``fen`` > 0: what the purse is below zero."""
    return move(accounts.loss(card), accounts.purse(card, issue, wallet), fen)


def bad_debt(card: int, fen: int) -> Postings:
    """loss → debt, ``fen`` > 0: what the holder owes and nobody will get. F: C20"""
    return move(accounts.loss(card), accounts.debt(card), fen)
