"""Meals of a department or its guests, billed to a cost centre: no card, no wallet. F: B12"""

from onecard.books import accounts
from onecard.books.entry import Postings, move


def postings(centre: int, owner: int, outlet: int, fen: int) -> Postings:
    """cost centre → owner; negative: taken back."""
    return move(accounts.centre(centre), accounts.payable(owner, outlet), fen)
