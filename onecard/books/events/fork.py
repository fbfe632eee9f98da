"""A record on a branch of its card's chain that did not live on: the card does not have what it did.

The first time nobody is punished: what was sold stays sold and is owed, what was paid in comes back.
"""

from collections.abc import Iterable

import msgspec

from onecard.books import accounts
from onecard.books.accounts import Kind
from onecard.books.entry import Posting, Postings, move, reversal


class Undone(msgspec.Struct, frozen=True):
    """``loads``: wallet → fen that has to wait for the card again; ``owed_fen``: what was sold."""

    postings: Postings
    loads: dict[str, int]
    owed_fen: int


def undone(entry: Iterable[Posting], card: int, issue: int, *, is_load: bool) -> Undone:
    """Take back what an entry did to the purses of a medium.

    Sale → debt; recharge, issue, void → a new load; numbered loads and cleared money: as if it never was.
    """
    found: Postings = ()
    loads: dict[str, int] = {}
    owed = 0
    for p in entry:
        wallet = _purse(p.debit, card, issue) or _purse(p.credit, card, issue)
        if wallet is None:
            found += reversal([p]) if is_load else ()
        elif is_load or p.credit == accounts.waiting(card, issue, wallet):
            found += reversal([p])
        elif _purse(p.credit, card, issue):
            found += move(p.credit, accounts.waiting(card, issue, wallet), p.fen)
            loads[wallet] = loads.get(wallet, 0) + p.fen
        elif accounts.kind_of(p.credit) is Kind.OWNER:
            found += (Posting(accounts.debt(card), p.debit, p.fen, p.currency),)
            owed += p.fen
        else:
            found += reversal([p])
    return Undone(found, loads, owed)


def cleared_again(entry: Iterable[Posting], card: int, issue: int) -> Postings:
    """What had expired and was cleared by a record that counts once more."""
    ends = (Kind.COST, Kind.INCOME)
    return tuple(
        p for p in entry if _purse(p.debit, card, issue) is not None and accounts.kind_of(p.credit) in ends
    )


def given_back(card: int, issue: int, fen: int) -> Postings:
    """debt → waiting, ``fen`` ≥ 0: a debt that was paid and turned out to be none."""
    return move(accounts.debt(card), accounts.waiting(card, issue, "main"), fen)


def _purse(name: str, card: int, issue: int) -> str | None:
    prefix = f"card:{card}:{issue}:"
    if name.startswith(prefix) and name.endswith(":purse"):
        return name[len(prefix) : -len(":purse")]
    return None
