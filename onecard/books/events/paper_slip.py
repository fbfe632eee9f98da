"""A sale that was written on paper while everything was down, entered afterwards. F: C20"""

from onecard.books import accounts
from onecard.books.entry import Postings, move


def postings(source: str, owner: int, outlet: int, fen: int) -> Postings:
    """The card's money on the server, or what is to be collected from its plastic → owner."""
    return move(source, accounts.payable(owner, outlet), fen)
