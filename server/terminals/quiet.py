"""Which terminals have said, since a moment, that they know something and hold nothing back. Reads only.

A terminal declared lost counts as having said everything: nothing more will come from it.
"""

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from server.cards.tables import lost_terminal
from server.terminals.tables import contact, terminal


class Heard(msgspec.Struct, frozen=True):
    """What a live terminal said last: when, how many records it still held, which versions it knew."""

    terminal: int
    seen_at: int
    pending: int
    have: dict[str, int]


def heard(connection: Connection, unit: int) -> list[Heard]:
    """Every terminal that was ever enrolled and is not lost; one that never spoke has seen_at 0."""
    said = (contact.c.unit_id == terminal.c.unit_id) & (contact.c.terminal == terminal.c.terminal)
    lost = (lost_terminal.c.unit_id == terminal.c.unit_id) & (lost_terminal.c.terminal == terminal.c.terminal)
    query = (
        sa.select(terminal.c.terminal, contact.c.seen_at, contact.c.pending, contact.c.have)
        .outerjoin(contact, said)
        .outerjoin(lost_terminal, lost)
        .where(terminal.c.unit_id == unit, terminal.c.state != "new", lost_terminal.c.terminal.is_(None))
        .order_by(terminal.c.terminal)
    )
    return [
        Heard(
            row.terminal,
            row.seen_at or 0,
            row.pending or 0,
            msgspec.json.decode(row.have or "{}", type=dict[str, int]),
        )
        for row in connection.execute(query)
    ]


def is_quiet(connection: Connection, unit: int, since: int) -> bool:
    """Everybody was heard after ``since`` and had nothing left to upload."""
    return all(one.seen_at >= since and one.pending == 0 for one in heard(connection, unit))


def not_informed(connection: Connection, unit: int, name: str, version: int) -> list[int]:
    """Terminals that do not know this version of a document yet, or may hold records from before they did."""
    return [one.terminal for one in heard(connection, unit) if not knows(one, name, version)]


def knows(one: Heard, name: str, version: int) -> bool:
    """Whether a terminal knows this version and has sent all it made before."""
    return one.have.get(name, 0) >= version and one.pending == 0
