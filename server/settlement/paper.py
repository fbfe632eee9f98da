"""Printed statements that restored books no longer know: entered from paper, and nothing is settled twice.

In another life of the books no statement is drafted until somebody has said that all paper ones are entered,
or that there are none. One that was paid is paid again in the books, and comes off what its subject's next
statement says; rejected: giving it the range of closes it had, since those closes are forgotten as well.
"""

import msgspec
from sqlalchemy import Connection, select, update

from onecard.errors import Refused
from server.books.tables import counter
from server.cards.stops import count_of
from server.db import one_writer, write_rows
from server.operators import log
from server.settlement.line import Line
from server.settlement.tables import paper_statement as table

KIND = "paper_statement"
_COUNT = "paper_epoch"


class Paper(msgspec.Struct, frozen=True):
    """``books_epoch`` and ``statement``: as printed; ``account``: what was paid from or to, ``outlet``: where
    it comes off; ``carried_by``: the statement that takes it off, 0 = none yet."""

    books_epoch: int
    statement: int
    kind: str
    subject: int
    outlet: int
    account: str
    day: int
    fen: int
    entered_by: int
    agreed_by: int
    at: int
    fact: int
    carried_by: int = 0


def is_due(connection: Connection, unit: int) -> bool:
    """Whether somebody has to say first what was printed in the lives before."""
    epoch = count_of(connection, unit, "books_epoch") or 1
    return epoch > max(1, count_of(connection, unit, _COUNT))


def demand_said(connection: Connection, unit: int) -> None:
    """Raises ``Refused("statement.paper_unsaid")``."""
    if is_due(connection, unit):
        raise Refused("statement.paper_unsaid")


def say_all(connection: Connection, unit: int, by: int, now: int) -> None:
    """All that were printed are entered, or there are none (writes)."""
    one_writer(connection, unit)
    epoch = count_of(connection, unit, "books_epoch") or 1
    write_rows(connection, counter, [(unit, _COUNT, epoch)], replace=True)
    entered = len(papers(connection, unit))
    log.write(connection, unit, now, by, "settlement.paper_all", str(epoch), entered=entered)


def papers(connection: Connection, unit: int) -> list[Paper]:
    """All that were entered, the newest first."""
    query = select(table).where(table.c.unit_id == unit)
    rows = connection.execute(query.order_by(table.c.at.desc(), table.c.statement.desc()))
    return [Paper(*row[1:]) for row in rows]


def keep(connection: Connection, unit: int, one: Paper) -> None:
    """Written down (writes)."""
    write_rows(connection, table, [(unit, *msgspec.structs.astuple(one))])


def carry(connection: Connection, unit: int, kind: str, subject: int, by: int) -> None:
    """The statement ``by`` takes off all that nothing took off yet (writes)."""
    mine = (table.c.unit_id == unit, table.c.kind == kind, table.c.subject == subject)
    connection.execute(update(table).where(*mine, table.c.carried_by == 0).values(carried_by=by))


def let_go(connection: Connection, unit: int, number: int) -> None:
    """That statement was dropped (writes)."""
    mine = (table.c.unit_id == unit, table.c.carried_by == number)
    connection.execute(update(table).where(*mine).values(carried_by=0))


def lines(connection: Connection, unit: int, kind: str, subject: int, number: int) -> list[Line]:
    """What comes off the statement ``number``; 0: what would come off the next one."""
    query = select(table).where(
        table.c.unit_id == unit,
        table.c.kind == kind,
        table.c.subject == subject,
        table.c.carried_by == number,
    )
    found = [Paper(*row[1:]) for row in connection.execute(query.order_by(table.c.at, table.c.statement))]
    return [Line(one.day, one.outlet, 0, KIND, one.account, 1, -one.fen) for one in found]
