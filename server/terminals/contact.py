"""When each terminal was last heard, and what it said about itself: pending records, versions, devices."""

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.wire.messages import Fetch
from server.cards.tables import lost_terminal
from server.db import write_rows
from server.operators import log
from server.terminals.tables import acknowledged, contact

#: A heartbeat is written down so long after it came, at most.
LATE_S = 5


def keep(connection: Connection, unit_id: int, heard: dict[int, Fetch], now: int) -> None:
    """Write the heartbeats of many terminals (writes)."""
    acknowledge(connection, unit_id, {number: said.have for number, said in heard.items()}, now)
    for number, said in sorted(heard.items()):
        values = {
            "seen_at": now,
            "pending": max(0, min(said.pending, 2**31 - 1)),
            "app": said.app,
            "health": msgspec.json.encode(said.health).decode(),
            "have": msgspec.json.encode(said.have).decode(),
        }
        where = (contact.c.unit_id == unit_id) & (contact.c.terminal == number)
        if connection.execute(contact.update().where(where).values(**values)).rowcount == 0:
            connection.execute(contact.insert().values(unit_id=unit_id, terminal=number, **values))
    _found(connection, unit_id, sorted(heard), now)


def _found(connection: Connection, unit_id: int, heard: list[int], now: int) -> None:
    """One that was declared lost and speaks again is lost no longer: its shifts are open, it may hold loads,
    and what it has not sent yet is waited for again (writes)."""
    gone = (lost_terminal.c.unit_id == unit_id) & lost_terminal.c.terminal.in_(heard)
    query = sa.select(lost_terminal.c.terminal).where(gone, lost_terminal.c.at < now - LATE_S)
    for number in connection.execute(query).scalars().all():
        connection.execute(lost_terminal.delete().where(gone, lost_terminal.c.terminal == number))
        log.write(connection, unit_id, now, 0, "terminal.found", str(number))


def acknowledge(connection: Connection, unit: int, held: dict[int, dict[str, int]], now: int) -> None:
    """Note since when each terminal runs which version (writes); one that it ran before keeps its moment."""
    numbers = sorted(held)
    query = sa.select(acknowledged).where(
        acknowledged.c.unit_id == unit, acknowledged.c.terminal.in_(numbers)
    )
    known = {(row.terminal, row.name): row.version for row in connection.execute(query)}
    rows = [
        (unit, number, name[:16], there, now)
        for number in numbers
        for name, there in sorted(held[number].items())
        if 0 < there < 1 << 62 and known.get((number, name[:16])) != there
    ]
    if rows:
        write_rows(connection, acknowledged, rows, replace=True)


def versions_of(connection: Connection, unit: int, terminal: int) -> list[tuple[str, int, int]]:
    """(document, version, since) as the terminal last said."""
    query = sa.select(acknowledged).where(acknowledged.c.unit_id == unit, acknowledged.c.terminal == terminal)
    return [(row.name, row.version, row.since) for row in connection.execute(query.order_by("name"))]
