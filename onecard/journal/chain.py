"""Rows of the journal as they travel, and the walk that checks every hash of them. Knows no body."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Final

from msgspec import DecodeError, Raw

from onecard.errors import StoreError
from onecard.journal.index import record_id
from onecard.wire.chain import DAMAGED, GENESIS, record_hash
from onecard.wire.messages import Body, Record, decode_body

#: In this order wherever a whole row is read.
COLUMNS: Final = "n, at, mono_ms, offset_s, body, prev, hash, was_n"
Row = tuple[int, int, int, int, bytes, str, str, int | None]


def as_record(terminal: int, row: Row) -> Record:
    """A row as it goes up; one that the disk has changed says so, and those behind it still arrive."""
    n, at, mono_ms, offset_s, body, prev, hashed, was_n = row
    id = record_id(terminal, n)
    if record_hash(prev, terminal, id.epoch, id.seq, at, mono_ms, offset_s, body) != hashed:
        body = DAMAGED
    was = None if was_n is None else record_id(terminal, was_n)
    return Record(
        seq=id.seq,
        at=at,
        mono_ms=mono_ms,
        offset_s=offset_s,
        body=Raw(body),
        prev=prev,
        hash=hashed,
        was=None if was is None else (was.epoch, was.seq),
    )


def decoded(body: bytes) -> Body:
    """What a row says. Raises ``StoreError("store.corrupt")``."""
    try:
        return decode_body(body)
    except DecodeError as error:
        raise StoreError("store.corrupt") from error


def last_at(db: sqlite3.Connection) -> int:
    """When the newest record was decided, by its own word; 0 in an empty journal.

    Not the wall time beside it: that may have been wrong for days without anybody noticing.
    """
    row = db.execute("SELECT body FROM record ORDER BY n DESC LIMIT 1").fetchone()
    return 0 if row is None else decoded(row[0]).at


def last_seq(db: sqlite3.Connection, epoch: int) -> int:
    """The newest number of an epoch, 0 = none."""
    query = "SELECT max(n) FROM record WHERE n >= ? AND n < ?"
    (top,) = db.execute(query, (epoch << 24, epoch + 1 << 24)).fetchone()
    return 0 if top is None else int(top) - (epoch << 24)


def backwards(reading: Callable[[], AbstractContextManager[sqlite3.Connection]]) -> Iterator[Body]:
    """Bodies of all epochs, the newest first; what was issued again under another number comes once."""
    below, again = 1 << 62, set[int]()
    while True:
        with reading() as db:
            rows = db.execute(
                "SELECT n, body, was_n FROM record WHERE n < ? ORDER BY n DESC LIMIT 256", (below,)
            ).fetchall()
        if not rows:
            return
        again.update(was for _, _, was in rows if was is not None)
        yield from (decoded(body) for n, body, _ in rows if n not in again)
        below = rows[-1][0]


def walk(db: sqlite3.Connection, terminal: int) -> int:
    """How many records hold, of all epochs; ``StoreError("store.corrupt")`` at the first that does not."""
    epoch, seq, hashed, count = -1, 0, GENESIS, 0
    cuts = dict(db.execute("SELECT key, value FROM meta WHERE key LIKE 'cut:%'").fetchall())
    for row in db.execute(f"SELECT {COLUMNS} FROM record ORDER BY n"):  # noqa: S608 - our own words
        n, at, mono_ms, offset_s, body, prev, claimed, _ = row
        id = record_id(terminal, n)
        if id.epoch != epoch:
            # Where older records were removed, the chain goes on from the last of them.
            cut, _, end = str(cuts.get(f"cut:{id.epoch}", "")).partition(":")
            epoch, seq, hashed = id.epoch, int(cut or 0), end or GENESIS
        good = record_hash(hashed, terminal, epoch, id.seq, at, mono_ms, offset_s, body)
        if (id.seq, prev, claimed) != (seq + 1, hashed, good):
            raise StoreError("store.corrupt", record=str(id))
        seq, hashed, count = id.seq, good, count + 1
    return count
