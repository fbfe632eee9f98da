"""Uses of a count wallet: sold for cash in advance, and what is left of them when their day is over. F: B7"""

from onecard.books import accounts
from onecard.books.entry import Postings, move


def sold(source: str, card: int, kind: str, times: int, fen: int) -> Postings:
    """``source``, where the money is → what was paid for uses; and the uses, in a currency of their own."""
    return (
        *move(source, accounts.prepaid(card, kind), fen),
        *move(accounts.count(kind), accounts.uses(card, kind), times, f"CNT:{kind}"),
    )


def expired(card: int, kind: str, times: int, fen: int) -> Postings:
    """The uses are gone; what was paid for them stays with the unit."""
    return (
        *move(accounts.prepaid(card, kind), accounts.breakage("count"), fen),
        *move(accounts.uses(card, kind), accounts.count(kind), times, f"CNT:{kind}"),
    )
