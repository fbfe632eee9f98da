"""Questions that are no facts, answered once: the same id gets the same answer, whatever has changed since.

An id belongs to one question. Asked for anything else, of another kind too, it is a conflict.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import msgspec
from sqlalchemy import Connection, select

from onecard.errors import Conflict
from onecard.ids import RecordId
from server.books.tables import key_of
from server.cards import tables
from server.db import one_writer, write_rows

T = TypeVar("T")
#: First words of every question: whoever adds one says it here, so that an id is looked for under all.
KINDS: Final = ("issue", "loss", "unloss", "freeze", "unfreeze", "beside", "pin", "management")


def once(
    connection: Connection,
    unit: int,
    id: RecordId,
    words: Sequence[object],
    answer: Callable[[], T],
    kind: type[T],
) -> T:
    """``answer`` of a question said in ``words``, called once per ``id`` (writes); of this ``kind``.

    Raises ``Conflict`` if this id asked something else.
    """
    one_writer(connection, unit)  # before looking: a repeat in another process waits for the first
    known = before(connection, unit, id, words)
    if known is not None:
        return msgspec.json.decode(known, type=kind)
    found = answer()
    row = (unit, words[0], key_of(id), _digest(words), msgspec.json.encode(found))
    write_rows(connection, tables.asked, [row])
    return found


def before(connection: Connection, unit: int, id: RecordId, words: Sequence[object]) -> bytes | None:
    """The stored answer, ``None`` if nobody asked. Raises ``Conflict`` as ``once``."""
    assert words[0] in KINDS, words[0]
    table = tables.asked
    mine = (table.c.unit_id == unit, table.c.kind.in_(KINDS), table.c.asked == key_of(id))
    rows = connection.execute(select(table.c.question, table.c.answer).where(*mine)).all()
    if any(row.question != _digest(words) for row in rows):
        raise Conflict(id=str(id))
    return bytes(rows[0].answer) if rows else None


def _digest(words: Sequence[object]) -> bytes:
    return hashlib.sha256(msgspec.json.encode(words)).digest()
