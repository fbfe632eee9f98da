"""Listing and closing what landed in the office's inbox. New ones are written by the posting function."""

from sqlalchemy import Connection, RowMapping, select, update

from server.exceptions.tables import exception


def exceptions(
    connection: Connection, unit: int, *, closed: bool = False, limit: int = 200
) -> list[RowMapping]:
    """Newest first; ``closed`` lists the ones that were dealt with."""
    query = (
        select(exception)
        .where(exception.c.unit_id == unit)
        .where(exception.c.closed_at.is_not(None) if closed else exception.c.closed_at.is_(None))
        .order_by(exception.c.exception.desc())
        .limit(limit)
    )
    return list(connection.execute(query).mappings())


def close(connection: Connection, unit: int, number: int, operator: int, note: str, now: int) -> bool:
    """Mark one as dealt with, by name (writes: ``db.write``). ``False``: unknown, or closed before."""
    done = connection.execute(
        update(exception)
        .where(exception.c.unit_id == unit, exception.c.exception == number)
        .where(exception.c.closed_at.is_(None))
        .values(closed_at=now, closed_by=operator, note=note)
    )
    return done.rowcount == 1
