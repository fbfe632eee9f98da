"""The id under which the office asks for an event: taken when a form is shown, sent back with it.

A form that is sent twice is one event. The ids are under a number of their own, so that what somebody writes
into a form can never be one that a terminal or the server's own entries will want.
"""

from sqlalchemy import Connection, select

from onecard.errors import Refused
from onecard.ids import SERVER_TERMINAL, RecordId
from server.books import tables
from server.books.tables import key_of
from server.db import one_writer, write_rows

OFFICE_TERMINAL = SERVER_TERMINAL + 1


def take_number(connection: Connection, unit: int) -> RecordId:
    """The next id (writes)."""
    one_writer(connection, unit)
    names = ("books_epoch", "office_seq")
    table = tables.counter
    query = select(table.c.name, table.c.value).where(table.c.unit_id == unit, table.c.name.in_(names))
    found = {row.name: row.value for row in connection.execute(query)}
    seq = found.get("office_seq", 0) + 1
    write_rows(connection, table, [(unit, "office_seq", seq)], replace=True)
    return RecordId(OFFICE_TERMINAL, (found.get("books_epoch") or 1) & 0xFF, seq)


def key_from(text: str) -> int:
    """What a form brought back. Raises ``Refused("request.malformed")`` for anything that is no such id."""
    try:
        id = RecordId.parse(text)
    except ValueError:
        raise Refused("request.malformed") from None
    if id.terminal != OFFICE_TERMINAL or id.seq == 0:
        raise Refused("request.malformed")
    return key_of(id)
