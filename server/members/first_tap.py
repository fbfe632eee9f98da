"""An old system's card at its first tap: which of our cards it becomes, and no second plastic does. F: H8

The old number was noted beside the card when two people agreed to the list. Whichever plastic comes first
with it is that card from then on, unless the list named the plastic itself; a copy is refused. Only a digest
of the number is kept: it may be the member's own.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.wire.messages import IssueGrant
from onecard.wire.takeover import AskTakeover
from server.cards import tables
from server.db import one_writer, write_rows
from server.operators import log

#: Beside tracks and codes: what the old system called the card.
KIND: Final = "old"


def plain(number: str) -> str:
    """As it is compared: makers pad with zeros and blanks.

    >>> plain(" 0020190042 ")
    '20190042'
    """
    return "".join(number.split()).casefold().lstrip("0")


def _value(unit: int, old: str) -> str:
    return hashlib.sha256(f"onecard/old/{unit}/{plain(old)}".encode()).hexdigest()


class Known:
    """Old numbers that are cards of ours already, and those of the list that is being judged."""

    def __init__(self, connection: Connection, unit: int) -> None:
        table = tables.beside
        query = sa.select(table.c.value).where(table.c.unit_id == unit, table.c.kind == KIND)
        self._unit, self._seen = unit, set(connection.execute(query).scalars())

    def add(self, old: str) -> None:
        """Raises ``Refused("takeover.card_twice")``."""
        value = _value(self._unit, old)
        if value in self._seen:
            raise Refused("takeover.card_twice", old=old)
        self._seen.add(value)


def note(connection: Connection, unit: int, cards: Sequence[tuple[str, int]], by: int, now: int) -> None:
    """(old number, card): these wait for their first tap (writes)."""
    rows = [(unit, KIND, _value(unit, old), card, 1, by, now) for old, card in cards if old]
    write_rows(connection, tables.beside, rows)


def grant(connection: Connection, unit: int, terminal: int, asked: AskTakeover, now: int) -> IssueGrant:
    """The number that this plastic becomes (writes); the same one for the same plastic.

    Raises ``Refused``: ``takeover.no_card`` (in no list), ``takeover.done`` (it had its turn),
    ``takeover.other_plastic`` (another one is this card), ``card.stopped`` (lost or frozen meanwhile).
    """
    one_writer(connection, unit)
    row = _row(connection, unit, tables.issue.c.uid == asked.uid)
    if row is None and plain(asked.number):
        row = _row(connection, unit, tables.beside.c.value == _value(unit, asked.number))
        if row is not None and row.uid not in ("", asked.uid):
            raise Refused("takeover.other_plastic", card=row.card)
    if row is None:
        raise Refused("takeover.no_card", old=asked.number)
    if row.issued_by is not None or row.newest != 1 or row.state == "returned":
        raise Refused("takeover.done", card=row.card)
    if row.state != "active":
        raise Refused("card.stopped", reason=row.state)
    if not row.uid:
        mine = tables.issue.update().where(
            tables.issue.c.unit_id == unit, tables.issue.c.card == row.card, tables.issue.c.issue == 1
        )
        connection.execute(mine.values(uid=asked.uid))
    by = asked.operator
    log.write(connection, unit, now, by, "takeover.card", str(row.card), terminal=terminal, fen=asked.fen)
    return IssueGrant(
        card=row.card, issue=1, type=row.type, until_day=row.until_day, deposit_fen=0, fee_fen=0
    )


def _row(connection: Connection, unit: int, which: sa.ColumnElement[bool]) -> Any:
    """The newest card of a list, by its plastic or by its old number."""
    beside, issue, card = tables.beside, tables.issue, tables.card
    query = (
        sa.select(
            card.c.card, card.c.type, card.c.state, card.c.issue.label("newest"),
            issue.c.uid, issue.c.until_day, issue.c.issued_by,
        )
        .join_from(beside, card, (card.c.unit_id == beside.c.unit_id) & (card.c.card == beside.c.card))
        .join(issue, (issue.c.unit_id == card.c.unit_id) & (issue.c.card == card.c.card))
        .where(beside.c.unit_id == unit, beside.c.kind == KIND, issue.c.issue == 1, which)
        .order_by(card.c.card.desc())
        .limit(1)
    )  # fmt: skip
    return connection.execute(query).first()
