"""Documents that travel as changes, written into the tables made of them. Knows SQL and rows, no meaning."""

import sqlite3

from onecard.journal.stops import stop_key
from onecard.wire.fleet import AccountsDocument
from onecard.wire.messages import LoadsDocument, MembersDocument, StopsDocument, encode

Delta = StopsDocument | LoadsDocument | MembersDocument | AccountsDocument


def take(db: sqlite3.Connection, body: Delta) -> None:
    """Bring the tables up to this document."""
    match body:
        case StopsDocument():
            _take_stops(db, body)
        case LoadsDocument():
            _take_loads(db, body)
        case MembersDocument():
            _take_members(db, body)
        case AccountsDocument():
            _take_accounts(db, body)


def _take_stops(db: sqlite3.Connection, body: StopsDocument) -> None:
    if body.base == 0:
        db.execute("DELETE FROM stop")
    db.executemany(
        "DELETE FROM stop WHERE key = ?",
        [(stop_key(stop.card, stop.issue),) for stop in body.stops if not stop.reason],
    )
    db.executemany(
        "INSERT OR REPLACE INTO stop VALUES (?, ?, ?)",
        [(stop_key(stop.card, stop.issue), stop.reason, stop.version) for stop in body.stops if stop.reason],
    )


def _take_loads(db: sqlite3.Connection, body: LoadsDocument) -> None:
    if body.base == 0:
        db.execute("DELETE FROM load")
    db.executemany(
        "INSERT OR REPLACE INTO load VALUES (?, ?, ?, ?)",
        [(load.card, load.issue, load.number, encode(load)) for load in body.loads],
    )
    db.executemany("DELETE FROM load WHERE card = ? AND issue = ? AND number <= ?", body.applied)


def _take_members(db: sqlite3.Connection, body: MembersDocument) -> None:
    if body.base == 0:
        db.execute("DELETE FROM member")
    db.executemany(
        "INSERT OR REPLACE INTO member VALUES (?, ?)",
        [(member.card, encode(member)) for member in body.members],
    )


def _take_accounts(db: sqlite3.Connection, body: AccountsDocument) -> None:
    if body.base == 0:
        db.execute("DELETE FROM account")
    db.executemany("DELETE FROM account WHERE card = ?", [(card,) for card in body.gone])
    db.executemany(
        "INSERT OR REPLACE INTO account VALUES (?, ?, ?, ?, ?)",
        [(row.card, row.issue, row.type, row.fen, row.uid) for row in body.accounts],
    )
    db.execute("INSERT OR REPLACE INTO meta VALUES ('accounts_as_of', ?)", (str(body.as_of),))
