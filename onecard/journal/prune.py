"""Making room: records leave the disk only when a backup outside the server has them, and not before 90 days.

What is open, of an open shift, or the newest that the office knows stays; where the chain was cut is kept, so
that what is left still verifies. The only place that ever removes a record. F: E3
"""

import sqlite3
from typing import Final

from onecard.errors import Refused
from onecard.journal.journal import Journal
from onecard.journal.schema import RECORD_DELETE

KEEP_S: Final = 90 * 86_400


def prune(journal: Journal, now: int, keep_s: int = KEEP_S) -> int:
    """Remove what is durable and older than ``keep_s`` by the office's time ``now`` → how many records.

    All or nothing, in one transaction. Raises ``StoreError``.
    """
    with journal.writing() as db:
        cuts = [
            cut
            for epoch, received, durable in db.execute("SELECT * FROM watermark ORDER BY epoch").fetchall()
            if (cut := _cut(db, epoch, min(durable, received - 1), now - keep_s)) is not None
        ]
        if not cuts:
            return 0
        removed = 0
        db.execute("DROP TRIGGER record_delete")
        for epoch, seq, hashed in cuts:
            first, last = epoch << 24, epoch << 24 | seq
            removed += db.execute("DELETE FROM record WHERE n > ? AND n <= ?", (first, last)).rowcount
            db.execute("DELETE FROM tap WHERE n > ? AND n <= ?", (first, last))
            db.execute("DELETE FROM credit WHERE n > ? AND n <= ? AND road_n <= ?", (first, last, last))
            mark = (f"cut:{epoch}", f"{seq}:{hashed}")
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", mark)
        db.execute(RECORD_DELETE)
    return removed


def clear(journal: Journal, now: int) -> int:
    """On a person's word: everything that is durable, however young. Raises ``Refused("clear.pending")``
    while the office lacks a record, ``clear.not_durable`` while no backup has them all."""
    if journal.pending:
        raise Refused("clear.pending", count=journal.pending)
    if journal.durable < journal.received - 1:
        raise Refused("clear.not_durable", durable=journal.durable, received=journal.received)
    return prune(journal, now, keep_s=0)


def _cut(db: sqlite3.Connection, epoch: int, most: int, before: int) -> tuple[int, int, str] | None:
    """(epoch, seq, hash) of the last record that may go."""
    first = epoch << 24
    stays = [
        db.execute(query, (first, first | most)).fetchone()[0]
        for query in (
            "SELECT min(n) FROM tap WHERE state IN ('open', 'aside') AND n > ? AND n <= ?",
            "SELECT min(opened_n) FROM shift WHERE closed_n IS NULL AND opened_n > ? AND opened_n <= ?",
            "SELECT min(n) FROM credit WHERE road_n IS NULL AND n > ? AND n <= ?",
        )
    ]
    top = min([first | max(0, most), *(one - 1 for one in stays if one is not None)])
    # A clock that was wrong for a while makes young records look old: the oldest moment that follows counts.
    young = db.execute(
        "SELECT min(n) FROM record WHERE n > ? AND n <= ? AND at + offset_s > ?", (first, top, before)
    ).fetchone()[0]
    if young is not None:
        top = young - 1
    row = db.execute(
        "SELECT n, hash FROM record WHERE n > ? AND n <= ? ORDER BY n DESC LIMIT 1", (first, top)
    )
    found = row.fetchone()
    return None if found is None else (epoch, found[0] - first, found[1])
