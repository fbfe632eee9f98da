"""Kiosk boxes that were emptied: what an attendant counted blind, and what the books had put in.

A kiosk belongs to the branch in which it stands now; owners of outlets see none, the cash is the unit's. A
sealed bag has no number here: the record of a collection names none. F: D7 G4
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.books import accounts
from onecard.clock import CHINA, day_of_card
from onecard.ids import RecordId
from server.books import tables as books
from server.books.tables import id_of
from server.organisation.scope import Scope
from server.organisation.service import day_starts_at_minute
from server.organisation.tables import branch, outlet
from server.settlement.tables import collection
from server.terminals.tables import terminal

TITLE = "collections"
_AT_ONCE = 500


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One emptying. ``box``: the acceptor's serial where a kiosk has two; ``metered_fen``: by its own meter,
    which the attendant did not see; ``witness`` 0: nobody."""

    id: RecordId
    fact: int
    at: int
    terminal: int
    name: str
    branch_name: str
    outlet_name: str
    box: str
    booked_fen: int
    counted_fen: int
    metered_fen: int
    attendant: int
    witness: int

    @property
    def difference_fen(self) -> int:
        """Counted too much (> 0) or too little."""
        return self.counted_fen - self.booked_fen


def rows(
    connection: Connection, scope: Scope, first_day: int, last_day: int, *, differing: bool = False
) -> list[Row]:
    """Of business days, both included, the newest first; ``differing``: those alone that did not come out."""
    made = collection
    starts = day_starts_at_minute(connection, scope.unit)
    since, until = _begins(first_day, starts), _begins(last_day + 1, starts)
    query = (
        sa.select(
            made, terminal.c.name, outlet.c.name.label("outlet_name"), branch.c.name.label("branch_name")
        )
        .join_from(made, terminal, _same(made, terminal, "terminal"))
        .join(outlet, _same(terminal, outlet, "outlet"))
        .join(branch, _same(outlet, branch, "branch"))
        .where(scope.by_branch(outlet), made.c.at >= since, made.c.at < until)
        .order_by(made.c.at.desc(), made.c.fact.desc())
    )
    if differing:
        query = query.where(made.c.counted_fen != made.c.booked_fen)
    return [
        Row(
            id=id_of(row.fact), fact=row.fact, at=row.at, terminal=row.terminal, name=row.name,
            branch_name=row.branch_name, outlet_name=row.outlet_name, box=row.box, booked_fen=row.booked_fen,
            counted_fen=row.counted_fen, metered_fen=row.metered_fen, attendant=row.attendant,
            witness=row.witness,
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def _same(one: sa.Table, other: sa.Table, key: str) -> sa.ColumnElement[bool]:
    return (one.c.unit_id == other.c.unit_id) & (one.c[key] == other.c[key])


def _begins(day: int, starts_at_minute: int) -> int:
    return int(datetime.combine(day_of_card(day), time(), CHINA).timestamp()) + 60 * starts_at_minute


def check(connection: Connection, scope: Scope, told: Sequence[Row]) -> list[str]:
    """What the report says against the postings of each collection; empty when it ties out."""
    booked: dict[int, int] = {}
    differs: dict[int, int] = {}
    for start in range(0, len(told), _AT_ONCE):
        some = {row.fact: row for row in told[start : start + _AT_ONCE]}
        for fact, debit, credit, fen in _postings(connection, scope, some):
            number = some[fact].terminal
            for account, sign in ((credit, 1), (debit, -1)):
                if account == accounts.cashbox(number):
                    booked[fact] = booked.get(fact, 0) + sign * fen
                elif account == accounts.difference(number):
                    differs[fact] = differs.get(fact, 0) + sign * fen
    return [
        f"{row.id} shows {row.booked_fen} and {row.difference_fen}, the postings say {said[0]} and {said[1]}"
        for row in told
        if (said := (booked.get(row.fact, 0), differs.get(row.fact, 0)))
        != (row.booked_fen, row.difference_fen)
    ]


def _postings(
    connection: Connection, scope: Scope, facts: Iterable[int]
) -> Iterable[tuple[int, str, str, int]]:
    fact, posting = books.fact, books.posting
    query = (
        sa.select(fact.c.fact, posting.c.debit, posting.c.credit, posting.c.fen)
        .join_from(fact, posting, _same(fact, posting, "entry"))
        .where(scope.by_unit(fact), fact.c.fact.in_(facts))
    )
    return [(row.fact, row.debit, row.credit, row.fen) for row in connection.execute(query)]
