"""Points are given up for goods or for balance; what they were worth is what they cost the unit. F: B5"""

from onecard.books import accounts
from onecard.books.entry import PTS, Postings, move


def postings(card: int, points: int, pocket: str, fen: int) -> Postings:
    """points → given up; and cost → wallet where ``fen`` of balance is what they are redeemed for."""
    return (
        *move(accounts.account(card, "points"), accounts.COST_POINTS, points, PTS),
        *move(accounts.COST_POINTS, pocket, fen),
    )
