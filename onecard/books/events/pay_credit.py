"""Money comes in for what a member or a cost centre owes. F: B8 B12"""

from onecard.books.entry import Postings, move


def postings(cash: str, debtor: str, fen: int) -> Postings:
    """cash → what is owed."""
    return move(cash, debtor, fen)
