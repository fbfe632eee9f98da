"""A deposit for a room: set apart out of the wallet, and later settled with the bill or given back. F: C19"""

from onecard.books import accounts
from onecard.books.entry import Postings, move


def held(card: int, fen: int) -> Postings:
    """wallet → held."""
    return move(accounts.account(card, "main"), accounts.held(card), fen)


def released(card: int, fen: int) -> Postings:
    """held → wallet."""
    return move(accounts.held(card), accounts.account(card, "main"), fen)


def settled(card: int, held_fen: int, due_fen: int, owner: int, outlet: int) -> Postings:
    """held → wallet → owner. By way of the wallet, so that taking the bill back finds the money's pocket."""
    payable = accounts.payable(owner, outlet)
    return (*released(card, held_fen), *move(accounts.account(card, "main"), payable, due_fen))
