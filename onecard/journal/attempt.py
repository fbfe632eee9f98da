"""Wrong PINs in a row, by the name they were typed for: beside the journal, since no books hear of them."""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager

_Connection = Callable[[], AbstractContextManager[sqlite3.Connection]]


class Attempts:
    """``reading`` and ``writing`` hand out the journal's connection."""

    def __init__(self, reading: _Connection, writing: _Connection) -> None:
        self._reading, self._writing = reading, writing

    def of(self, login: str) -> tuple[int, int]:
        """Failures in a row, and until when (unix) this name has to wait."""
        with self._reading() as db:
            query = "SELECT failures, until FROM attempt WHERE login = ?"
            return db.execute(query, (login,)).fetchone() or (0, 0)

    def put(self, login: str, failures: int, until: int) -> None:
        """Raises ``StoreError`` and they are as before."""
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO attempt VALUES (?, ?, ?)", (login, failures, until))
