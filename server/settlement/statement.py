"""Statements: what an operator has to pay in, what an owner is to be paid. F: G1 G2

drafted → checked (by finance) → confirmed (by operator or owner) → paid → settled; a draft may be dropped.
Lines are written when finance checks and never again; when shown they are derived anew and compared.
"""

import msgspec
from sqlalchemy import Connection, RowMapping, func, select, update

from onecard.errors import Refused
from onecard.ids import SERVER_TERMINAL, RecordId
from server.books.tables import key_of
from server.cards.stops import count_of, take_number
from server.db import one_writer, write_rows
from server.settlement import paper, tables
from server.settlement.line import OPERATOR, OWNER, Line, derive

DRAFTED, CHECKED, CONFIRMED, PAID, SETTLED = "drafted", "checked", "confirmed", "paid", "settled"
DROPPED = "dropped"
#: What may follow; ``paid`` is reached by its payment alone.
NEXT = {DRAFTED: (CHECKED, DROPPED), CHECKED: (CONFIRMED,), CONFIRMED: (), PAID: (SETTLED,)}


class Statement(msgspec.Struct, frozen=True):
    """The head. ``number`` on paper is ``<books_epoch>-<statement>``."""

    statement: int
    books_epoch: int
    kind: str
    subject: int
    close_from: int
    close_upto: int
    state: str
    payment: int
    due_fen: int
    paid_fen: int | None


def _statement(row: RowMapping) -> Statement:
    return Statement(**{name: row[name] for name in Statement.__struct_fields__})


def get(connection: Connection, unit: int, number: int) -> Statement:
    """Raises ``Refused("statement.unknown")``."""
    table = tables.statement
    query = select(table).where(table.c.unit_id == unit, table.c.statement == number)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise Refused("statement.unknown", statement=number)
    return _statement(row)


def statements(connection: Connection, unit: int, kind: str = "", limit: int = 200) -> list[Statement]:
    """Newest first, of one kind or all."""
    table = tables.statement
    query = select(table).where(table.c.unit_id == unit)
    if kind:
        query = query.where(table.c.kind == kind)
    rows = connection.execute(query.order_by(table.c.statement.desc()).limit(limit))
    return [_statement(row) for row in rows.mappings()]


def draft(connection: Connection, unit: int, kind: str, subject: int, by: int, now: int) -> Statement:
    """Everything since the last statement of this subject up to the newest close (writes).

    Raises ``Refused``: ``statement.open`` (the last one is still in the works), ``statement.nothing``,
    ``statement.paper_unsaid`` (these books may have forgotten some that were printed).
    """
    assert kind in (OPERATOR, OWNER), kind
    one_writer(connection, unit)
    paper.demand_said(connection, unit)
    table = tables.statement
    mine = (table.c.unit_id == unit, table.c.kind == kind, table.c.subject == subject)
    earlier = connection.execute(
        select(table).where(*mine, table.c.state != DROPPED).order_by(table.c.statement.desc()).limit(1)
    ).first()
    if earlier is not None and earlier.state in (DRAFTED, CHECKED, CONFIRMED):
        raise Refused("statement.open", statement=earlier.statement)
    start = earlier.close_upto if earlier is not None else 0
    close = tables.close
    upto = connection.execute(select(func.max(close.c.close)).where(close.c.unit_id == unit)).scalar() or 0
    lines = derive(connection, unit, kind, subject, start, upto)
    lines += paper.lines(connection, unit, kind, subject, 0)
    if not lines:
        raise Refused("statement.nothing")
    epoch = count_of(connection, unit, "books_epoch") or 1
    number = take_number(connection, unit, "statement")
    payment = key_of(RecordId(SERVER_TERMINAL, epoch & 0xFF, take_number(connection, unit, "server_seq")))
    due = sum(line.fen for line in lines)
    made = Statement(number, epoch, kind, subject, start, upto, DRAFTED, payment, due, None)
    write_rows(connection, table, [(unit, *msgspec.structs.astuple(made))])
    paper.carry(connection, unit, kind, subject, number)
    step(connection, unit, number, DRAFTED, by, now)
    return made


def advance(
    connection: Connection, unit: int, number: int, to: str, by: int, now: int, note: str = ""
) -> None:
    """The next state (writes). Who checks never confirms.

    Raises ``Refused``: ``statement.state``, ``statement.same_person``, ``statement.changed`` (what is derived
    now is not what was drafted: draft again).
    """
    one_writer(connection, unit)
    one = get(connection, unit, number)
    if to not in NEXT.get(one.state, ()):
        raise Refused("statement.state", state=one.state)
    if to == CONFIRMED and by in {
        who for state, who, *_ in steps(connection, unit, number) if state == CHECKED
    }:
        raise Refused("statement.same_person")
    if to == CHECKED:
        found = _derived(connection, unit, one)
        if sum(line.fen for line in found) != one.due_fen:
            raise Refused("statement.changed")
        rows = [(unit, number, i, *msgspec.structs.astuple(line)) for i, line in enumerate(found, 1)]
        write_rows(connection, tables.statement_line, rows)
    if to == DROPPED:
        paper.let_go(connection, unit, number)
    set_state(connection, unit, number, to)
    step(connection, unit, number, to, by, now, note)


def set_state(connection: Connection, unit: int, number: int, state: str, **values: int) -> None:
    """Write a state (writes); only ``advance`` and a payment do."""
    table = tables.statement
    mine = (table.c.unit_id == unit, table.c.statement == number)
    connection.execute(update(table).where(*mine).values(state=state, **values))


def step(
    connection: Connection, unit: int, number: int, state: str, by: int, now: int, note: str = ""
) -> None:
    """Note who did what (writes)."""
    table = tables.statement_step
    mine = (table.c.unit_id == unit, table.c.statement == number)
    last = connection.execute(select(func.max(table.c.step)).where(*mine)).scalar() or 0
    write_rows(connection, table, [(unit, number, last + 1, state, by, now, note[:200])])


def steps(connection: Connection, unit: int, number: int) -> list[tuple[str, int, int, str]]:
    """(state, by, at, note), in order."""
    table = tables.statement_step
    query = select(table).where(table.c.unit_id == unit, table.c.statement == number)
    return [(row.state, row.by, row.at, row.note) for row in connection.execute(query.order_by(table.c.step))]


def lines(connection: Connection, unit: int, one: Statement) -> list[Line]:
    """As they were written when finance checked; of a draft: as they are now."""
    if one.state in (DRAFTED, DROPPED):
        return _derived(connection, unit, one)
    table = tables.statement_line
    query = select(table).where(table.c.unit_id == unit, table.c.statement == one.statement)
    return [Line(*row[3:]) for row in connection.execute(query.order_by(table.c.line))]


def _derived(connection: Connection, unit: int, one: Statement) -> list[Line]:
    """As the closes say now, and what was settled on paper before."""
    found = derive(connection, unit, one.kind, one.subject, one.close_from, one.close_upto)
    return found + paper.lines(connection, unit, one.kind, one.subject, one.statement)


def changed(connection: Connection, unit: int, one: Statement) -> bool:
    """Is what was written no longer what the closes say? An alarm, never a new total."""
    now = _derived(connection, unit, one)
    return lines(connection, unit, one) != now
