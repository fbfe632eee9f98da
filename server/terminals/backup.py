"""Which journals a backup outside this machine holds: begun, then known to be complete. F: E3 H6

A backup holds what had arrived when it began and nothing that came later; only a person or a script that saw
the copy arrive somewhere else may say that it is complete. Copies nothing itself.
"""

from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.errors import Refused
from server.books.tables import watermark
from server.db import write_rows
from server.operators import log
from server.terminals.tables import backup, backup_mark

#: Under this number stands what all complete backups hold together.
_ALL: Final = 0


def begin(connection: Connection, unit: int, now: int, note: str = "", by: int = 0) -> int:
    """Before the copy is made → its number (writes)."""
    last = connection.execute(
        sa.select(sa.func.max(backup.c.backup)).where(backup.c.unit_id == unit)
    ).scalar()
    number = int(last or 0) + 1
    write_rows(connection, backup, [(unit, number, now, 0, note[:64])])
    marks = connection.execute(sa.select(watermark).where(watermark.c.unit_id == unit)).all()
    rows = [(unit, number, row.terminal, row.epoch, row.received) for row in marks]
    if rows:
        write_rows(connection, backup_mark, rows)
    log.write(connection, unit, now, by, "backup.begin", str(number))
    return number


def complete(connection: Connection, unit: int, number: int, now: int, by: int = 0) -> int:
    """The copy lies somewhere else, whole → how many journals moved on (writes). Said twice: nothing more.

    Raises ``Refused("backup.unknown")``.
    """
    mine = (backup.c.unit_id == unit) & (backup.c.backup == number)
    row = connection.execute(sa.select(backup.c.done_at).where(mine)).first()
    if number == _ALL or row is None:
        raise Refused("backup.unknown", backup=number)
    if row.done_at:
        return 0
    connection.execute(backup.update().where(mine).values(done_at=now))
    held, held_now = _marks(connection, unit, _ALL), _marks(connection, unit, number)
    rows = [(unit, _ALL, *key, seq) for key, seq in held_now.items() if seq > held.get(key, 0)]
    if rows:
        write_rows(connection, backup_mark, rows, replace=True)
    log.write(connection, unit, now, by, "backup.complete", str(number))
    return len(rows)


def _marks(connection: Connection, unit: int, number: int) -> dict[tuple[int, int], int]:
    query = sa.select(backup_mark).where(backup_mark.c.unit_id == unit, backup_mark.c.backup == number)
    return {(row.terminal, row.epoch): row.received for row in connection.execute(query)}


def durable(connection: Connection, unit: int, terminal: int) -> tuple[tuple[int, int], ...]:
    """(epoch, seq) up to which complete backups hold a terminal's journal."""
    query = sa.select(backup_mark.c.epoch, backup_mark.c.received).where(
        backup_mark.c.unit_id == unit, backup_mark.c.backup == _ALL, backup_mark.c.terminal == terminal
    )
    return tuple((row.epoch, row.received) for row in connection.execute(query.order_by("epoch")))


def unfinished(connection: Connection, unit: int) -> list[tuple[int, int, str]]:
    """(number, begun at, note) of those that nobody said to be complete, the newest first."""
    query = sa.select(backup).where(backup.c.unit_id == unit, backup.c.done_at == 0)
    rows = connection.execute(query.order_by(backup.c.backup.desc()))
    return [(row.backup, row.begun_at, row.note) for row in rows]
