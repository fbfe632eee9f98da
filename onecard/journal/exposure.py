"""What this terminal approved without the office, and how much of it the office's figures do not hold yet.

An approval leaves the caps when its record was received, and leaves the balance when a snapshot read after
that has come. Knows SQL and sums; decides nothing. F: C10
"""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from onecard.journal import index
from onecard.wire.messages import Body, Done

_SEQ_BITS: Final = 24
#: Approvals that the office has had for so long are in every snapshot that could still come.
_KEEP_S: Final = 30 * 86_400


def note(db: sqlite3.Connection, body: Body) -> None:
    """An account sale or void was decided here: it counts from now on, in the append's transaction."""
    if isinstance(body, Done) and body.offline:
        db.execute(
            "INSERT INTO approval SELECT n, card, CASE kind WHEN 'void' THEN -fen ELSE fen END, ?, NULL"
            " FROM tap WHERE n = ?",
            (index.number(body.id), index.number(body.of)),
        )


def acknowledge(db: sqlite3.Connection, epoch: int, received: int, at: int) -> None:
    """The office says at server time ``at`` what it has of an epoch; after a restore that may be less."""
    first, last, end = epoch << _SEQ_BITS, epoch << _SEQ_BITS | received, epoch + 1 << _SEQ_BITS
    db.execute(
        "UPDATE approval SET acked_at = ? WHERE acked_at IS NULL AND done_n BETWEEN ? AND ?",
        (at, first, last),
    )
    db.execute("UPDATE approval SET acked_at = NULL WHERE done_n > ? AND done_n < ?", (last, end))
    db.execute("DELETE FROM approval WHERE acked_at < ?", (at - _KEEP_S,))


def issued_again(db: sqlite3.Connection, old_n: int, new_n: int) -> None:
    """The record stands at another place now, and has to be received there."""
    db.execute("UPDATE approval SET done_n = ?, acked_at = NULL WHERE done_n = ?", (new_n, old_n))


class Exposure:
    """Sums for the rules. ``reading`` hands out the connection under the journal's lock."""

    def __init__(self, reading: Callable[[], AbstractContextManager[sqlite3.Connection]]) -> None:
        self._reading = reading

    def not_in(self, card: int, as_of: int) -> int:
        """Fen that a balance read at server time ``as_of`` does not contain; a void counts against it."""
        return self._sum("card = ? AND (acked_at IS NULL OR acked_at > ?)", card, as_of)[0]

    def of_card(self, card: int) -> tuple[int, int]:
        """Fen and times of this card since the office last had everything."""
        return self._sum("card = ? AND acked_at IS NULL", card)

    def total(self) -> tuple[int, int]:
        """Fen and times that the office does not know of yet."""
        return self._sum("acked_at IS NULL")

    def _sum(self, where: str, *values: int) -> tuple[int, int]:
        with self._reading() as db:
            fen, count = db.execute(
                f"SELECT coalesce(sum(fen), 0), coalesce(sum(fen > 0), 0) FROM approval WHERE {where}",  # noqa: S608 - our own words
                values,
            ).fetchone()
        return int(fen), int(count)
