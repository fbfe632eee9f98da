"""What a range of batches moved: entries summed by day, place, person and pair of control accounts.

The only way from postings to money on paper: closes store these sums, statements derive theirs from them, and
both are derived again whenever they are shown.
"""

from collections import defaultdict
from collections.abc import Sequence

import msgspec
from sqlalchemy import ColumnElement, Connection, func, select

from onecard.books.accounts import control
from server.books.span import first_after
from server.books.tables import entry, posting
from server.organisation.tables import outlet
from server.settlement import tables
from server.terminals.tables import terminal

#: Entries summed at once: bounds memory, whatever the size of a first close.
_STEP = 100_000


class Where(msgspec.Struct, frozen=True, order=True):
    """What totals are kept apart by. ``branch`` 0: made by the server itself."""

    day: int
    branch: int
    outlet: int
    terminal: int
    operator: int
    kind: str
    debit: str
    credit: str
    currency: str


class Total(msgspec.Struct, frozen=True):
    """``count`` postings worth ``fen`` (> 0) in all."""

    where: Where
    count: int
    fen: int


def branch_of(connection: Connection, unit: int) -> tuple[dict[int, int], dict[int, int]]:
    """(outlet → branch, terminal → branch) as they are now."""
    outlets = {
        row.outlet: row.branch
        for row in connection.execute(
            select(outlet.c.outlet, outlet.c.branch).where(outlet.c.unit_id == unit)
        )
    }
    rows = connection.execute(
        select(terminal.c.terminal, terminal.c.outlet).where(terminal.c.unit_id == unit)
    )
    return outlets, {row.terminal: outlets.get(row.outlet, 0) for row in rows}


def moved(connection: Connection, unit: int, after: int, upto: int) -> list[Total]:
    """Totals of batches ``after`` < batch_no ≤ ``upto``, in order."""
    outlets, terminals = branch_of(connection, unit)
    counts: dict[Where, int] = defaultdict(int)
    fens: dict[Where, int] = defaultdict(int)
    columns = (
        entry.c.day, entry.c.outlet, entry.c.terminal, entry.c.operator, entry.c.kind, posting.c.debit,
        posting.c.credit, posting.c.currency,
    )  # fmt: skip
    query = (
        select(*columns, func.count(), func.sum(posting.c.fen))
        .join_from(
            entry, posting, (posting.c.unit_id == entry.c.unit_id) & (posting.c.entry == entry.c.entry)
        )
        .where(entry.c.unit_id == unit)
        .group_by(*columns)
    )
    first, behind = (first_after(connection, unit, number) for number in (after, upto))
    for start in range(first, behind, _STEP):
        stop = min(behind, start + _STEP)
        here = [one.c.entry.between(start, stop - 1) for one in (entry, posting)]
        for day, at, by, operator, kind, debit, credit, currency, count, fen in connection.execute(
            query.where(*here)
        ):
            branch = outlets.get(at) or terminals.get(by, 0)
            where = Where(day, branch, at, by, operator, kind, control(debit), control(credit), currency)
            counts[where] += count
            fens[where] += int(fen)
    return [Total(where, counts[where], fens[where]) for where in sorted(counts)]


def stored(
    connection: Connection, unit: int, after: int, upto: int, *only: ColumnElement[bool]
) -> list[Total]:
    """The same as it was written at closes ``after`` < close ≤ ``upto``; ``only``: these rows of it."""
    table = tables.total
    mine = (table.c.unit_id == unit, table.c.close > after, table.c.close <= upto, *only)
    query = select(table).where(*mine)
    return [
        Total(Where(*row[3:12]), row[12], row[13])
        for row in connection.execute(query.order_by(table.c.close, table.c.line))
    ]


def balances(connection: Connection, unit: int, since: Sequence[Total]) -> dict[str, int]:
    """Credit − debit of each control account: what all closes wrote down, and what moved ``since`` the last
    one."""
    table = tables.total
    found: dict[str, int] = defaultdict(int)
    for column, sign in ((table.c.credit, 1), (table.c.debit, -1)):
        query = select(column, func.sum(table.c.fen)).where(table.c.unit_id == unit).group_by(column)
        for account, fen in connection.execute(query):
            found[account] += sign * int(fen)
    for one in since:
        found[one.where.credit] += one.fen
        found[one.where.debit] -= one.fen
    return dict(found)


def rows_of(unit: int, number: int, totals: Sequence[Total]) -> list[tuple[int | str, ...]]:
    """As rows of ``close_total``."""
    return [
        (unit, number, line, *msgspec.structs.astuple(one.where), one.count, one.fen)
        for line, one in enumerate(totals)
    ]
