"""What the office may see of settlement: everything with the whole unit in view, an owner his own statements,
an operator his own. Reads only. F: H2
"""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.books.entry import CNY
from onecard.errors import Refused
from server.exceptions.tables import exception
from server.operators.tables import operator
from server.organisation.scope import Scope
from server.organisation.tables import branch, outlet, owner
from server.settlement import branch as branches
from server.settlement import close, line, paper, statement, tables
from server.terminals.tables import terminal


class Seen(msgspec.Struct, frozen=True):
    """A statement with its lines, the steps taken, and whether it still says what the books say."""

    head: statement.Statement
    name: str
    lines: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    changed: bool


def mine(scope: Scope, who: int) -> sa.ColumnElement[bool]:
    """The statements that somebody may see."""
    table = tables.statement
    own = (table.c.kind == line.OPERATOR) & (table.c.subject == who)
    owned = (table.c.kind == line.OWNER) & table.c.subject.in_(scope.owners)
    return scope.by_unit(table) & (sa.true() if scope.is_whole else own | owned)


def names(connection: Connection, scope: Scope, kind: str) -> dict[int, str]:
    """Number → name of everybody who can have a statement of this kind."""
    table, column = (operator, operator.c.operator) if kind == line.OPERATOR else (owner, owner.c.owner)
    rows = connection.execute(sa.select(column, table.c.name).where(scope.by_unit(table)).order_by(column))
    return {row[0]: row[1] for row in rows}


def statements(connection: Connection, scope: Scope, who: int, limit: int = 200) -> list[dict[str, Any]]:
    """Newest first, with the names of whom they are for."""
    known = {kind: names(connection, scope, kind) for kind in (line.OPERATOR, line.OWNER)}
    table = tables.statement
    query = sa.select(table).where(mine(scope, who)).order_by(table.c.statement.desc()).limit(limit)
    return [
        {**row, "name": known[row["kind"]].get(row["subject"], str(row["subject"]))}
        for row in connection.execute(query).mappings()
    ]


def seen(connection: Connection, scope: Scope, who: int, number: int) -> Seen:
    """One statement. Raises ``Refused("statement.unknown")``, also for another's."""
    table = tables.statement
    allowed = sa.select(table.c.statement).where(mine(scope, who), table.c.statement == number)
    if connection.execute(allowed).first() is None:
        raise Refused("statement.unknown", statement=number)
    head = statement.get(connection, scope.unit, number)
    outlets = _names(connection, scope, outlet, "outlet")
    terminals = _names(connection, scope, terminal, "terminal")
    people = names(connection, scope, line.OPERATOR)
    found = [
        {
            **msgspec.structs.asdict(one),
            "place": outlets.get(one.outlet) or terminals.get(one.terminal) or "",
            "wallet": line.wallet_paying(one.account),
        }
        for one in statement.lines(connection, scope.unit, head)
    ]
    steps = [
        {"state": state, "name": people.get(by, str(by)), "at": at, "note": note}
        for state, by, at, note in statement.steps(connection, scope.unit, number)
    ]
    name = names(connection, scope, head.kind).get(head.subject, str(head.subject))
    return Seen(head, name, found, steps, statement.changed(connection, scope.unit, head))


def papers(connection: Connection, scope: Scope) -> tuple[bool, list[paper.Paper]]:
    """Whether somebody has to say what was printed before the books were restored, and what was entered so
    far; nothing for who sees less than the unit."""
    if not scope.is_whole:
        return False, []
    return paper.is_due(connection, scope.unit), paper.papers(connection, scope.unit)


def closes(connection: Connection, scope: Scope, limit: int = 31) -> list[dict[str, Any]]:
    """Newest first, each with what it moved in sales and cash; empty for who sees less than the unit."""
    if not scope.is_whole:
        return []
    found = close.closes(connection, scope.unit, limit)
    if not found:
        return []
    table = tables.total
    # Summed by the database: a chain's close has a line per till, person and kind of every day in it.
    query = (
        sa.select(
            table.c.close, table.c.day, table.c.kind, sa.func.sum(table.c.count), sa.func.sum(table.c.fen)
        )
        .where(scope.by_whole(table), table.c.close >= found[-1].close, table.c.currency == CNY)
        .group_by(table.c.close, table.c.day, table.c.kind)
    )
    days = {one.close: one.day for one in found}
    sold, late = dict.fromkeys(days, 0), dict.fromkeys(days, 0)
    for number, day, kind, count, fen in connection.execute(query):
        late[number] += int(count) if day < days[number] else 0
        sold[number] += int(fen) * {"sale": 1, "void": -1, "refund": -1}.get(kind, 0)
    return [{"one": one, "sold_fen": sold[one.close], "late": late[one.close]} for one in found]


def balances(connection: Connection, scope: Scope, close_from: int, close_upto: int) -> list[dict[str, Any]]:
    """Head office's view of the branches in scope."""
    known = _names(connection, scope, branch, "branch")
    return [
        {"name": known.get(one.branch, "—"), "one": one}
        for one in branches.balances(connection, scope.unit, close_from, close_upto)
        if scope.has(one.branch)
    ]


def unowned(connection: Connection, scope: Scope) -> int:
    """Open exceptions that nobody has in charge."""
    query = sa.select(sa.func.count()).select_from(exception)
    free = exception.c.closed_at.is_(None) & (exception.c.in_charge == 0)
    return int(connection.execute(query.where(scope.by_terminal(exception), free)).scalar_one())


def _names(connection: Connection, scope: Scope, table: sa.Table, column: str) -> dict[int, str]:
    rows = connection.execute(sa.select(table.c[column], table.c.name).where(scope.by_unit(table)))
    return {row[0]: row[1] for row in rows}
