"""From a test to the real thing: going live, and before that emptying what was only tried. F: H4

A test installation is emptied by two people, after a snapshot, and only while no money is real: the unit has
not gone live and no terminal is enrolled. Configuration stays; people, cards and books go. Going live is a
step that nobody takes back.
"""

import sqlalchemy as sa
from sqlalchemy import Connection, MetaData

from onecard.errors import Refused
from server.books.tables import counter
from server.operators import log
from server.organisation.service import unit_name
from server.organisation.tables import reset_request, unit
from server.terminals import version
from server.terminals.tables import terminal

#: How long the second person has.
WISH_S = 3_600
#: What a new beginning keeps: who, where, what is sold, on which terms, and what was done to it.
KEPT = frozenset(
    {
        *("unit", "branch", "outlet", "owner"),
        *("operator", "role", "operator_grant", "console_session", "attempt"),
        *("operation_head", "operation_log"),
        *("terminal", "document_version", "counter"),
        *("card_type_terms", "product", "product_terms", "calendar", "contract", "promotion", "reward"),
        *("cost_centre", "meal_price", "api_token"),
    }
)


def is_live(connection: Connection, unit_id: int) -> bool:
    """Whether real money is kept here."""
    query = sa.select(unit.c.live_at).where(unit.c.unit_id == unit_id)
    return bool(connection.execute(query).scalar())


def demand_test(connection: Connection, unit_id: int) -> None:
    """Raises ``Refused``: ``reset.live``, or ``reset.terminals`` while one is enrolled: it may hold records
    and a key set of its own."""
    if is_live(connection, unit_id):
        raise Refused("reset.live")
    query = sa.select(terminal.c.terminal).where(
        terminal.c.unit_id == unit_id, terminal.c.state == "enrolled"
    )
    found = connection.execute(query.order_by(terminal.c.terminal)).scalars().all()
    if found:
        raise Refused("reset.terminals", terminals=", ".join(str(number) for number in found[:5]))


def _demand_name(connection: Connection, unit_id: int, typed: str) -> None:
    if " ".join(typed.split()) != unit_name(connection, unit_id):
        raise Refused("reset.typed_otherwise")


def go_live(connection: Connection, unit_id: int, typed: str, now: int, by: int) -> None:
    """From here on money is real (writes). Raises ``Refused("reset.live" | "reset.typed_otherwise")``."""
    if is_live(connection, unit_id):
        raise Refused("reset.live")
    _demand_name(connection, unit_id, typed)
    connection.execute(unit.update().where(unit.c.unit_id == unit_id).values(live_at=now))
    connection.execute(reset_request.delete().where(reset_request.c.unit_id == unit_id))
    log.write(connection, unit_id, now, by, "unit.live", str(unit_id))


def wish(connection: Connection, unit_id: int, now: int) -> int:
    """Who has asked for a new beginning within the hour, 0 = nobody."""
    query = sa.select(reset_request).where(reset_request.c.unit_id == unit_id)
    row = connection.execute(query).first()
    return int(row.asked_by) if row is not None and now - row.asked_at <= WISH_S else 0


def ask(connection: Connection, unit_id: int, now: int, by: int) -> None:
    """The first of two people (writes). Raises ``Refused``."""
    demand_test(connection, unit_id)
    connection.execute(reset_request.delete().where(reset_request.c.unit_id == unit_id))
    connection.execute(reset_request.insert().values(unit_id=unit_id, asked_at=now, asked_by=by))
    log.write(connection, unit_id, now, by, "unit.reset_ask", str(unit_id))


def demand_ready(connection: Connection, unit_id: int, typed: str, now: int, by: int) -> None:
    """Raises ``Refused`` unless this second person may begin anew: ``reset.not_asked``,
    ``reset.same_person``, ``reset.typed_otherwise``, and those of ``demand_test``."""
    demand_test(connection, unit_id)
    first = wish(connection, unit_id, now)
    if not first:
        raise Refused("reset.not_asked")
    if first == by:
        raise Refused("reset.same_person")
    _demand_name(connection, unit_id, typed)


def begin_anew(
    connection: Connection, metadata: MetaData, unit_id: int, typed: str, now: int, by: int, kept: str
) -> None:
    """Empty what was only tried (writes). ``kept``: the name of the snapshot that was taken before."""
    demand_ready(connection, unit_id, typed, now, by)
    first = wish(connection, unit_id, now)
    _empty(connection, metadata)
    epoch = sa.select(counter.c.value).where(counter.c.unit_id == unit_id, counter.c.name == "books_epoch")
    number = (connection.execute(epoch).scalar() or 1) + 1
    connection.execute(counter.delete().where(counter.c.unit_id == unit_id))
    # Another life of the books: nothing that this one numbered can be taken for something of the next.
    connection.execute(counter.insert().values(unit_id=unit_id, name="books_epoch", value=number))
    for name in (version.TERMINAL, version.TYPES, version.CATALOGUE, version.OPERATORS, version.MEMBERS):
        version.touch(connection, unit_id, name, now)
    log.write(connection, unit_id, now, by, "unit.reset", str(unit_id), asked_by=first, snapshot=kept)


def _empty(connection: Connection, metadata: MetaData) -> None:
    """Delete every row of every table that is not kept, past the guards of what is append-only."""
    tables = [table for table in reversed(metadata.sorted_tables) if table.name not in KEPT]
    if connection.dialect.name == "sqlite":
        guards = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).all()
        for name, _ in guards:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        for table in tables:
            connection.execute(table.delete())
        for _, statement in guards:
            connection.exec_driver_sql(statement)
        return
    for table in tables:
        connection.exec_driver_sql(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER')
    for table in tables:
        connection.execute(table.delete())
    for table in tables:
        connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER')
