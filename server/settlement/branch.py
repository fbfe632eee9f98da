"""Head office and its branches: what each took in for the unit, and what was spent at it. F: G3

A branch that took more than was spent there owes head office the rest, and the other way round.
"""

from collections import defaultdict

import msgspec
from sqlalchemy import Connection, func, select

from onecard.books.accounts import Kind, kind_of
from onecard.books.entry import CNY
from server.settlement import tables

#: Entries that move money inside the house.
_INSIDE = ("remit", "settle", "collect_cash", "drawer")


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
    """Per branch, of closes ``close_from`` < c ≤ ``close_upto``; summed by the database, however many."""
    table = tables.total
    columns = (table.c.branch, table.c.debit, table.c.credit)
    query = (
        select(*columns, func.sum(table.c.fen))
        .where(table.c.unit_id == unit, table.c.close > close_from, table.c.close <= close_upto)
        .where(table.c.kind.not_in(_INSIDE), table.c.currency == CNY)
        .group_by(*columns)
    )
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for number, debit, credit, moved in connection.execute(query):
        found = sums[number]
        for account, other, fen in ((debit, credit, int(moved)), (credit, debit, -int(moved))):
            if kind_of(account) is Kind.CASH:
                found[0] += fen
            elif kind_of(account) is Kind.OWNER:
                found[2 if other.startswith("card:gift") else 1] -= fen
    return [Balance(number, *found) for number, found in sorted(sums.items())]
