"""A recharge that was keyed too high: what was never handed over leaves the wallet and the cash again. F: A3

What the wallet no longer holds is owed by the holder. The promotion's gift shrinks with the recharge.
"""

from onecard.books import accounts
from onecard.books.entry import Postings, move


def postings(card: int, pocket: str, cash: str, fen: int, owed: int) -> Postings:
    """wallet → cash, and debt → cash for the ``owed`` part of ``fen`` that the wallet does not cover."""
    assert 0 <= owed <= fen
    return (*move(pocket, cash, fen - owed), *move(accounts.debt(card), cash, owed))


def gift_postings(card: int, pocket: str, fen: int, owed: int) -> Postings:
    """gift wallet → gift cost, and debt → gift cost for what was spent of a gift that was not due."""
    assert 0 <= owed <= fen
    return (
        *move(pocket, accounts.PROMO_GIFT, fen - owed),
        *move(accounts.debt(card), accounts.PROMO_GIFT, owed),
    )
