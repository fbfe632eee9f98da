"""Head office and its branches: what each took in for the unit, and what was spent at it. F: G3

A branch that took more than was spent there owes head office the rest, and the other way round.
"""

from collections import defaultdict

import msgspec
from sqlalchemy import Connection

from onecard.books.accounts import Kind, kind_of
from server.settlement import total

#: Entries that move money inside the house.
_INSIDE = ("remit", "settle", "collect_cash")


class Balance(msgspec.Struct, frozen=True):
    """``taken``: cash and payments in, for wallets, deposits and fees; ``spent``: owed to owners for
    sales at the branch, by what paid. Fen; real money and gifts are never one figure."""

    branch: int
    taken_fen: int
    spent_fen: int
    gift_fen: int

    @property
    def to_head_office_fen(self) -> int:
        """Real money the branch holds over what it is owed; negative: head office owes the branch."""
        return self.taken_fen - self.spent_fen


def balances(connection: Connection, unit: int, close_from: int, close_upto: int) -> list[Balance]:
    """Per branch, of closes ``close_from`` < c ≤ ``close_upto``."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in total.stored(connection, unit, close_from, close_upto):
        where = one.where
        if where.kind in _INSIDE or where.currency != "CNY":
            continue
        found = sums[where.branch]
        for account, other, fen in (
            (where.debit, where.credit, one.fen),
            (where.credit, where.debit, -one.fen),
        ):
            if kind_of(account) is Kind.CASH:
                found[0] += fen
            elif kind_of(account) is Kind.OWNER:
                found[2 if other.startswith("card:gift") else 1] -= fen
    return [Balance(branch, *found) for branch, found in sorted(sums.items())]
