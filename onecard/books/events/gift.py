"""Gift money: a promotion's or a manager's, at the unit's cost. It never becomes cash. F: A17 B2"""

from onecard.books import accounts
from onecard.books.entry import Postings, move


def postings(pocket: str, fen: int) -> Postings:
    """gift cost → gift wallet; negative: what was not due goes back."""
    return move(accounts.PROMO_GIFT, pocket, fen)
