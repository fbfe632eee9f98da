"""Posting and entry: one debit and one credit of the same amount, so nothing unbalanced can be said.

Pure values; who may post what, and when, is decided elsewhere.
"""

from collections.abc import Iterable

import msgspec

CNY = "CNY"
#: Points are counted as money is, and never mixed with it. F: B5
PTS = "PTS"


class Posting(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """``fen`` > 0 from ``debit`` to ``credit``: both sides of one line, so they cannot differ."""

    debit: str
    credit: str
    fen: int
    currency: str = CNY

    def __post_init__(self) -> None:
        assert self.fen > 0, self
        assert self.debit != self.credit, self


Postings = tuple[Posting, ...]


def move(debit: str, credit: str, fen: int, currency: str = CNY) -> Postings:
    """One posting, or none for an amount of zero; a negative amount goes the other way."""
    if fen == 0:
        return ()
    if fen < 0:
        return (Posting(credit, debit, -fen, currency),)
    return (Posting(debit, credit, fen, currency),)


def reversal(postings: Iterable[Posting]) -> Postings:
    """The postings that undo these."""
    return tuple(Posting(p.credit, p.debit, p.fen, p.currency) for p in postings)


def effect(postings: Iterable[Posting]) -> dict[str, int]:
    """Credit − debit per account, in fen; accounts that end at zero are left out."""
    sums: dict[str, int] = {}
    for p in postings:
        sums[p.credit] = sums.get(p.credit, 0) + p.fen
        sums[p.debit] = sums.get(p.debit, 0) - p.fen
    return {account: fen for account, fen in sums.items() if fen}
