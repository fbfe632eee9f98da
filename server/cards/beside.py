"""What a plastic carries beside its chip, and which card that is: one value, one card at a time. F: A9"""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.wire.beside import Beside
from server.cards import tables
from server.db import write_rows

#: Numbers of cards are smaller.
CARDS: Final = 1 << 40
#: A card in one of these states is somebody's, or may be again: its stripe is not free for another.
_TAKEN = ("active", "lost", "frozen", "reserved")


def put(
    connection: Connection, unit: int, kind: Beside, value: str, card: int, issue: int, by: int, now: int
) -> None:
    """Note it (writes). Raises ``Refused``: ``card.unknown``, ``medium.taken`` (by a card in use)."""
    known = tables.issue
    mine = sa.select(known.c.card).filter_by(unit_id=unit, card=card, issue=issue)
    if connection.execute(mine).first() is None:
        raise Refused("card.unknown", card=card, issue=issue)
    old = _row(connection, unit, kind, value)
    if old is not None and old.card != card and old.state in _TAKEN:
        raise Refused("medium.taken", card=old.card)
    row = (unit, str(kind), value, card, issue, by, now)
    write_rows(connection, tables.beside, [row], replace=True)


def find(connection: Connection, unit: int, kind: Beside, value: str) -> tuple[int, int] | None:
    """(card, issue) of the newest plastic of the card that this was noted for; ``None``: nobody's.

    A replaced plastic's stripe says the issue it was noted for, so that it is refused as replaced.
    """
    row = _row(connection, unit, kind, value)
    if row is None:
        return _own(connection, unit, value) if kind in (Beside.TRACK, Beside.CODE) else None
    return None if row.state == "released" else (row.card, row.issue)


def _own(connection: Connection, unit: int, value: str) -> tuple[int, int] | None:
    """A stripe or code of ours bears the card's own number and not which issue it is: the newest is meant."""
    if not (value.isascii() and value.isdigit() and int(value) < CARDS):
        return None
    card = tables.card
    row = connection.execute(sa.select(card.c.issue).filter_by(unit_id=unit, card=int(value))).first()
    return None if row is None else (int(value), int(row.issue))


def _row(connection: Connection, unit: int, kind: Beside, value: str) -> Any:
    beside, card = tables.beside, tables.card
    query = (
        sa.select(beside.c.card, beside.c.issue, card.c.state)
        .join_from(beside, card, (card.c.unit_id == beside.c.unit_id) & (card.c.card == beside.c.card))
        .where(beside.c.unit_id == unit, beside.c.kind == str(kind), beside.c.value == value)
    )
    return connection.execute(query).one_or_none()
