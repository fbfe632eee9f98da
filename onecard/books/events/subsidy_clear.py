"""Subsidy money on the server that was not spent in its time goes back to the fund it came from. F: B3

Pure: which part of a balance has expired. What is on a card is cleared by the card's next write alone.
"""

from collections.abc import Iterable

import msgspec

from onecard.books import accounts
from onecard.books.entry import Postings, move


class Grant(msgspec.Struct, frozen=True):
    """What one list gave. ``expires_day``: the last day it may be spent, 0 = it stays for ever."""

    batch: int
    fen: int
    expires_day: int


def expired(balance_fen: int, grants: Iterable[Grant], today: int) -> dict[int, int]:
    """Fen per batch that have expired by ``today``: what expires first is spent first."""
    left = max(0, balance_fen)
    found: dict[int, int] = {}
    for one in sorted(grants, key=lambda grant: (grant.expires_day == 0, grant.expires_day), reverse=True):
        here = min(left, one.fen)
        left -= here
        if here and 0 < one.expires_day < today:
            found[one.batch] = found.get(one.batch, 0) + here
    return found


def postings(pocket: str, parts: dict[int, int]) -> Postings:
    """wallet → funds."""
    found: Postings = ()
    for batch, fen in sorted(parts.items()):
        found += move(pocket, accounts.subsidy_fund(batch), fen)
    return found
