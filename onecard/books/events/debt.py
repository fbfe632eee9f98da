"""A fact took an account card below its floor: the excess is what the holder owes."""

from onecard.books import accounts
from onecard.books.entry import Postings, move


def postings(card: int, wallet: str, fen: int) -> Postings:
    """debt → wallet, ``fen`` > 0: what the wallet is below its floor."""
    return move(accounts.debt(card), accounts.account(card, wallet), fen)
