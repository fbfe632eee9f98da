"""The tables of a terminal's two databases, and how they are opened. The only place that says how durable.

``record`` is the journal itself and never changes; the other tables beside it are indexes made from bodies
in the same transaction. Knows no record's meaning.
"""

import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from onecard.errors import StoreError
from onecard.whole_file import sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_VERSION: Final = 3
#: As long as the log gets by itself: a thousand pages.
_LOG_BYTES: Final = 4 << 20

#: What makes a record final; taken away and put back by ``prune`` alone.
RECORD_DELETE: Final = """
CREATE TRIGGER record_delete BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, 'a record is final'); END;
"""
#: ``n`` is epoch << 24 | seq, so that one integer key keeps order over epochs. ``road_n``: the card write or
#: ``waiting`` that delivers a credit. ``attempt`` counts wrong PINs; it is no part of the journal.
JOURNAL: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE record (
    n INTEGER PRIMARY KEY, at INTEGER NOT NULL, mono_ms INTEGER NOT NULL, offset_s INTEGER NOT NULL,
    body BLOB NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL, was_n INTEGER
);
CREATE TRIGGER record_update BEFORE UPDATE ON record BEGIN SELECT RAISE(ABORT, 'a record is final'); END;
{delete}
CREATE TABLE watermark (epoch INTEGER PRIMARY KEY, received INTEGER NOT NULL, durable INTEGER NOT NULL);
CREATE TABLE tap (
    n INTEGER PRIMARY KEY, kind TEXT NOT NULL, shift INTEGER NOT NULL, card INTEGER NOT NULL,
    issue INTEGER NOT NULL, fen INTEGER NOT NULL, state TEXT NOT NULL, voids_n INTEGER
);
CREATE INDEX tap_open ON tap (n) WHERE state IN ('open', 'aside');
CREATE INDEX tap_given_up ON tap (card, issue) WHERE state = 'given_up';
CREATE INDEX tap_not_written ON tap (n) WHERE state = 'not_written';
CREATE INDEX tap_voids ON tap (voids_n) WHERE voids_n IS NOT NULL;
CREATE TABLE credit (n INTEGER PRIMARY KEY, road_n INTEGER);
CREATE INDEX credit_road ON credit (road_n);
CREATE TABLE seen (of TEXT NOT NULL, counter INTEGER NOT NULL, PRIMARY KEY (of, counter)) WITHOUT ROWID;
CREATE TABLE shift (number INTEGER PRIMARY KEY, opened_n INTEGER NOT NULL, closed_n INTEGER);
CREATE TABLE attempt (login TEXT PRIMARY KEY, failures INTEGER NOT NULL, until INTEGER NOT NULL);
""".replace("{delete}", RECORD_DELETE)

#: Since version 2. ``approval``: account sales decided here, ``done_n`` the record that says so, ``acked_at``
#: when the office had it. ``command``: what was taken up, and whether the office knows how it ended.
JOURNAL_2: Final = """
CREATE TABLE approval (
    n INTEGER PRIMARY KEY, card INTEGER NOT NULL, fen INTEGER NOT NULL, done_n INTEGER NOT NULL,
    acked_at INTEGER
);
CREATE INDEX approval_card ON approval (card);
CREATE INDEX approval_open ON approval (done_n) WHERE acked_at IS NULL;
CREATE TABLE command (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, said TEXT NOT NULL, at INTEGER NOT NULL,
    content BLOB, told INTEGER NOT NULL
);
"""

#: Since version 3. ``foreign_order``: orders at other people's card terminals, the record that says what came
#: of each, and the sale that it paid.
JOURNAL_3: Final = """
CREATE TABLE foreign_order (n INTEGER PRIMARY KEY, device TEXT NOT NULL, word_n INTEGER, sold_n INTEGER);
CREATE INDEX foreign_open ON foreign_order (n) WHERE word_n IS NULL;
"""

#: A document keeps every version that is not yet in force beside the one that is. Deltas live in tables.
FACTS: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE document (
    name TEXT NOT NULL, version INTEGER NOT NULL, effective_from INTEGER NOT NULL, body BLOB NOT NULL,
    signature TEXT NOT NULL, PRIMARY KEY (name, version)
);
CREATE TABLE held (name TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE stop (key INTEGER PRIMARY KEY, reason TEXT NOT NULL, version INTEGER NOT NULL);
CREATE TABLE load (
    card INTEGER NOT NULL, issue INTEGER NOT NULL, number INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (card, issue, number)
) WITHOUT ROWID;
CREATE TABLE member (card INTEGER PRIMARY KEY, body BLOB NOT NULL);
"""
FACTS_2: Final = """
CREATE TABLE account (
    card INTEGER PRIMARY KEY, issue INTEGER NOT NULL, type INTEGER NOT NULL, fen INTEGER NOT NULL,
    uid TEXT NOT NULL
);
CREATE INDEX account_uid ON account (uid) WHERE uid != '';
"""


def open_journal(path: Path) -> sqlite3.Connection:
    """Every commit is on the disk when it returns; one process at a time (``store.in_use``)."""
    return _open(path, (JOURNAL, JOURNAL_2, JOURNAL_3), "FULL", exclusive=True)


def open_facts(path: Path) -> sqlite3.Connection:
    """Consistent after a power cut, but the last commits may be missing: the office sends them again."""
    return _open(path, (FACTS, FACTS_2), "NORMAL", exclusive=False)


def _open(path: Path, versions: "Sequence[str]", synchronous: str, *, exclusive: bool) -> sqlite3.Connection:
    with store_errors():
        fresh = not path.exists()
        if exclusive and not fresh:
            _lay_out_log(path.with_name(path.name + "-wal"))
        connection = sqlite3.connect(path, timeout=0.5, isolation_level=None, check_same_thread=False)
        try:
            if exclusive:
                # Set before the first access: the log's index then lives in memory, and a second
                # process cannot append to the same journal.
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {synchronous}")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > _VERSION:
                raise StoreError("store.newer", path=str(path))
            if version < _VERSION:
                missing = "".join(versions[version:])
                connection.executescript(f"BEGIN IMMEDIATE;{missing}PRAGMA user_version = {_VERSION};COMMIT;")
            elif exclusive:
                connection.execute("BEGIN IMMEDIATE")  # takes the lock now and not at the first sale
                connection.execute("COMMIT")
        except BaseException:
            connection.close()
            raise
        if fresh:
            sync_folder(path.parent)
    return connection


def _lay_out_log(log: Path) -> None:
    """Give the log its full length before it is used, so that a commit writes no new length to the disk too.

    SQLite takes the log away when it closes well, and what follows would grow a new one record by record. A
    log of zeros holds no commit and is read as empty; one that is there may hold some and is left alone.
    """
    try:
        with log.open("xb") as handle:
            handle.write(bytes(_LOG_BYTES))
            handle.flush()
            os.fsync(handle.fileno())
    except FileExistsError:
        return
    except OSError:
        log.unlink(missing_ok=True)  # no room, no right: opening the journal itself tells


_CODES: Final = {
    "SQLITE_FULL": "store.full",
    "SQLITE_READONLY": "store.read_only",
    "SQLITE_CANTOPEN": "store.read_only",
    "SQLITE_CORRUPT": "store.corrupt",
    "SQLITE_NOTADB": "store.corrupt",
    "SQLITE_BUSY": "store.in_use",
}


@contextmanager
def store_errors() -> "Iterator[None]":
    """Errors of the disk as ``StoreError``; a broken constraint stays a programmer's error."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.DatabaseError as error:
        name = getattr(error, "sqlite_errorname", None) or ""
        known = next((code for prefix, code in _CODES.items() if name.startswith(prefix)), "store.failed")
        raise StoreError(known, detail=str(error)) from error
    except OSError as error:
        raise StoreError("store.failed", detail=str(error)) from error
