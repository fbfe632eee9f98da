"""New exceptions of one batch: each matter is named by kind and subject and listed once.

And records that were put right: what a quarantined id stands for since then.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, update

from server.books.shelf import TableShelf
from server.exceptions import tables
from server.exceptions.tables import exception
from server.rows import Row, write_rows


class Repair(msgspec.Struct, frozen=True, gc=False):
    """A quarantined record as it was put right, under the id of the original, whose digest stays its own."""

    digest: bytes
    body: bytes
    status: str
    reason: str
    entry: int
    operator: int
    second: int
    at: int


class Inbox:
    """Collects during a batch, writes at its end."""

    def __init__(self, connection: Connection, unit: int, now: int) -> None:
        self._connection = connection
        self._unit = unit
        self._now = now
        self._new: dict[tuple[str, str], dict[str, Any]] = {}
        self._costs: dict[tuple[str, str], int] = {}
        self.repairs = TableShelf(connection, unit, tables.repair.c.fact, _repairs)

    def add(
        self,
        kind: str,
        subject: object,
        *,
        fact: int | None = None,
        card: int = 0,
        issue: int = 0,
        fen: int = 0,
        **detail: Any,
    ) -> None:
        """``subject`` says which one of this kind; ``detail`` holds numbers and codes only."""
        self._new.setdefault(
            (kind, str(subject)),
            {
                "unit_id": self._unit,
                "kind": kind,
                "subject": str(subject),
                "fact": fact,
                "card": card,
                "issue": issue,
                "terminal": (fact or 0) >> 32,
                "fen": fen,
                "detail": msgspec.json.encode(detail, order="sorted").decode(),
                "at": self._now,
                "closed_at": None,
                "closed_by": 0,
                "note": "",
            },
        )

    def drop(self, kind: str, subject: str) -> None:
        """What this batch listed is settled in it."""
        self._new.pop((kind, subject), None)

    def cost(self, kind: str, subject: str, fen: int) -> None:
        """A matter that is listed, now or before, is about so much; one that is closed stays as it was."""
        self._costs[kind, subject] = fen

    def subjects(self, kind: str) -> set[str]:
        """What this batch has to say of one kind."""
        return {subject for one, subject in self._new if one == kind}

    def write(self, take: Callable[[str, int], int]) -> None:
        """Add those that are not listed yet."""
        repairs = [
            (self._unit, fact, *msgspec.structs.astuple(row))
            for fact, row in self.repairs.written()
            if row is not None
        ]
        write_rows(self._connection, tables.repair, repairs)
        for (kind, subject), fen in self._costs.items():
            if (kind, subject) in self._new:
                self._new[kind, subject]["fen"] = fen
            mine = (exception.c.unit_id == self._unit, exception.c.kind == kind)
            open_one = (exception.c.subject == subject, exception.c.closed_at.is_(None))
            self._connection.execute(update(exception).where(*mine, *open_one).values(fen=fen))
        if not self._new:
            return
        query = select(exception.c.kind, exception.c.subject).where(
            exception.c.unit_id == self._unit,
            exception.c.subject.in_({subject for _, subject in self._new}),
        )
        listed = {(row.kind, row.subject) for row in self._connection.execute(query)}
        new = [row for matter, row in self._new.items() if matter not in listed]
        if new:
            first = take("exception", len(new))
            for number, row in enumerate(new, first):
                row["exception"] = number
            self._connection.execute(insert(exception), new)


def _repairs(rows: Sequence[Row]) -> dict[int, Repair]:
    return {row[1]: Repair(*row[2:]) for row in rows}
