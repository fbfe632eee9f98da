"""A line of a subsidy list that was approved: out of the list's fund to its member. F: B3"""

from onecard.books import accounts
from onecard.books.entry import Postings, move


def postings(batch: int, pocket: str, fen: int) -> Postings:
    """fund → wallet, or the loads that wait for the card."""
    return move(accounts.subsidy_fund(batch), pocket, fen)
