"""The id under which the office asks for an event: taken when a form is shown, sent back with it.

A form that is sent twice is one event; the id is the server's own, so no terminal can take it.
"""

from sqlalchemy import Connection, select

from onecard.ids import SERVER_TERMINAL, RecordId
from server.books import tables
from server.books.tables import key_of
from server.db import one_writer, write_rows


def take_key(connection: Connection, unit: int) -> int:
    """The next id (writes)."""
    one_writer(connection, unit)
    names = ("books_epoch", "server_seq")
    table = tables.counter
    query = select(table.c.name, table.c.value).where(table.c.unit_id == unit, table.c.name.in_(names))
    found = {row.name: row.value for row in connection.execute(query)}
    seq = found.get("server_seq", 0) + 1
    write_rows(connection, table, [(unit, "server_seq", seq)], replace=True)
    return key_of(RecordId(SERVER_TERMINAL, (found.get("books_epoch") or 1) & 0xFF, seq))
