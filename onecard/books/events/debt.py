"""What the holder of a card owes: how it comes about, and how it is taken back."""

from onecard.books import accounts
from onecard.books.entry import Postings, move


def postings(card: int, wallet: str, fen: int) -> Postings:
    """debt → wallet, ``fen`` > 0: a fact took an account card so far below its floor."""
    return move(accounts.debt(card), accounts.account(card, wallet), fen)


def taken(card: int, source: str, fen: int) -> Postings:
    """wallet → debt, ``fen`` ≥ 0: paid back out of money that was coming to the holder."""
    return move(source, accounts.debt(card), fen)


def moved(card: int, to_card: int, fen: int) -> Postings:
    """debt → debt, ``fen`` ≥ 0: the holder has another card now and owes it there."""
    return move(accounts.debt(to_card), accounts.debt(card), fen)
