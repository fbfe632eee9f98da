"""Which commands of the office were taken up here, how each ended, and what the office has not been told yet.

The journal's records are the proof; this is their index, and keeps a log or picture until it was sent.
A command is taken up before it is done: whoever finds one taken and not ended never begins it again.
"""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final, NamedTuple

from onecard.wire.fleet import Commanded
from onecard.wire.messages import Body

TAKEN: Final = "taken"
#: So many of the newest are kept; older ones that the office knows are forgotten, the journal keeps them.
#: Counted, since the numbers leap when the office's books begin another life.
_KEEP: Final = 500
_ENDED: Final = "id, kind, state, said, at, coalesce(content, x'') FROM command"


class Ended(NamedTuple):
    """One that the office is still to hear of."""

    command: int
    kind: str
    state: str
    said: str
    at: int
    content: bytes


def note(db: sqlite3.Connection, body: Body) -> None:
    """In the transaction of the append."""
    if not isinstance(body, Commanded):
        return
    if body.state == TAKEN:
        row = (body.command, body.kind, TAKEN, "", body.at)
        db.execute("INSERT INTO command VALUES (?, ?, ?, ?, ?, NULL, 0)", row)
        return
    db.execute(
        "INSERT INTO command VALUES (?1, ?2, ?3, ?4, ?5, NULL, 0) ON CONFLICT (id) DO UPDATE"
        " SET state = ?3, said = ?4, at = ?5, told = 0",
        (body.command, body.kind, body.state, body.said, body.at),
    )


class Orders:
    """Questions and small changes; ``reading`` and ``writing`` hand out the journal's connection."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[sqlite3.Connection]],
        writing: Callable[[], AbstractContextManager[sqlite3.Connection]],
    ) -> None:
        self._reading, self._writing = reading, writing

    def state(self, command: int) -> str | None:
        """``None``: never heard of here."""
        with self._reading() as db:
            row = db.execute("SELECT state FROM command WHERE id = ?", (command,)).fetchone()
        return None if row is None else str(row[0])

    def taken(self) -> list[tuple[int, str]]:
        """Taken up and not ended, oldest first: (command, kind)."""
        with self._reading() as db:
            return db.execute("SELECT id, kind FROM command WHERE state = ? ORDER BY id", (TAKEN,)).fetchall()

    def keep(self, command: int, content: bytes) -> None:
        """What it brought; kept until it was sent."""
        with self._writing() as db:
            db.execute("UPDATE command SET content = ? WHERE id = ?", (content, command))

    def untold(self, after: int = 0, limit: int = 20) -> list[Ended]:
        """Ended, and the office has not said that it knows; oldest first, numbered above ``after``."""
        with self._reading() as db:
            rows = db.execute(
                f"SELECT {_ENDED} WHERE told = 0 AND state != ? AND id > ? ORDER BY id LIMIT ?",
                (TAKEN, after, limit),
            ).fetchall()
        return [Ended(*row) for row in rows]

    def untold_content(self, limit: int = 20) -> list[Ended]:
        """Those of them that brought something, the newest first."""
        with self._reading() as db:
            rows = db.execute(
                f"SELECT {_ENDED} WHERE told = 0 AND state != ? AND content IS NOT NULL"
                " ORDER BY id DESC LIMIT ?",
                (TAKEN, limit),
            ).fetchall()
        return [Ended(*row) for row in rows]

    def told(self, command: int) -> None:
        """The office has it, with what it brought."""
        with self._writing() as db:
            db.execute("UPDATE command SET told = 1, content = NULL WHERE id = ?", (command,))
            db.execute(
                "DELETE FROM command WHERE told = 1 AND kind NOT IN ('lock', 'unlock') AND id <="
                " (SELECT id FROM command ORDER BY id DESC LIMIT 1 OFFSET ?)",
                (_KEEP,),
            )

    @property
    def is_locked(self) -> bool:
        """Whether the newest of all locks and unlocks that were done was a lock."""
        with self._reading() as db:
            row = db.execute(
                "SELECT kind FROM command WHERE kind IN ('lock', 'unlock') AND state = 'done'"
                " ORDER BY id DESC LIMIT 1"
            ).fetchone()
        return row is not None and row[0] == "lock"
