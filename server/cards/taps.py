"""Intents whose outcome is not known yet, and what reads of cards proved about them.

One that is opened and closed inside the same batch never touches the database.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, select

from onecard.wire.messages import Body, Seen, decode_body
from server.books.shelf import TableShelf
from server.books.tables import key_of
from server.cards import tables
from server.rows import Pile, Row, read_rows

PENDING, UNRESOLVED, GIVEN_UP = "pending", "unresolved", "given_up"
#: What a read showed: the record itself, the one before it (may still change), or another in its place.
WRITTEN, STANDS, OVERTAKEN = "written", "stands", "overtaken"


class Tap(msgspec.Struct, frozen=True, gc=False):
    """An open intent. ``counter`` −1: an account card. ``body``: its bytes; ``intent``: their meaning."""

    card: int
    issue: int
    kind: str
    fen: int
    counter: int
    at: int
    state: str
    body: bytes
    given_up_by: int | None = None
    given_up_at: int | None = None


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """What a card said in one read, by the record ``by`` at ``at`` (server time). No older copy: −1, 0."""

    by: int
    counter: int
    last: int
    older_counter: int
    older_last: int
    at: int


def evidence_of(seen: Seen, at: int) -> Evidence:
    """A ``seen`` record as evidence."""
    older = 0 if seen.older_last is None else key_of(seen.older_last)
    return Evidence(key_of(seen.id), seen.counter, key_of(seen.last), seen.older_counter, older, at)


def verdict(read: Evidence, fact: int, counter: int) -> str:
    """What this read proves about ``fact``, which would have written counter + 1; "" = nothing."""
    if fact in (read.last, read.older_last):
        return WRITTEN
    if read.counter == counter:
        return STANDS
    if counter + 1 in (read.counter, read.older_counter):
        return OVERTAKEN
    return ""


class Taps:
    """The open intents that one batch touches."""

    def __init__(self, connection: Connection, unit: int) -> None:
        self._connection = connection
        self._unit = unit
        self.open = TableShelf(connection, unit, tables.open_tap.c.fact, self._stored_taps)
        self.settled = TableShelf(connection, unit, tables.settlement.c.fact, _settled)
        self._stored: set[int] = set()
        self._intents: dict[int, Body] = {}
        self._given_up: dict[int, tuple[int, int]] | None = None
        self._evidence: dict[int, list[Evidence]] = {}
        self._new_evidence: list[tuple[Any, ...]] = []
        self._settlements: list[tuple[Any, ...]] = []

    def want(self, fact: int) -> None:
        """An intent from an earlier upload that a record names."""
        self.open.want(fact)

    def put(self, fact: int, tap: Tap, intent: Body) -> None:
        """A new open intent."""
        self._intents[fact] = intent
        self.open.put(fact, tap)

    def change(self, fact: int, **fields: object) -> Tap:
        """The same with another state."""
        tap = self.open.get(fact)
        assert tap is not None
        changed = msgspec.structs.replace(tap, **fields)
        self.open.put(fact, changed)
        if changed.state == GIVEN_UP and self._given_up is not None:
            self._given_up[fact] = (changed.card, changed.issue)
        return changed

    def intent(self, fact: int) -> Body:
        """The meaning of an open intent's bytes."""
        if fact not in self._intents:
            tap = self.open.get(fact)
            assert tap is not None
            self._intents[fact] = decode_body(tap.body)
        return self._intents[fact]

    def close(self, fact: int) -> None:
        """Its outcome is known."""
        self.open.put(fact, None)
        if self._given_up is not None:
            self._given_up.pop(fact, None)

    def given_up(self, card: int, issue: int) -> list[int]:
        """What was given up on this medium and is not settled. A unit has a handful, so all are read."""
        if self._given_up is None:
            table = tables.open_tap
            query = select(table.c.fact, table.c.card, table.c.issue).where(
                table.c.unit_id == self._unit, table.c.state == GIVEN_UP
            )
            stored = {r.fact: (r.card, r.issue) for r in self._connection.execute(query)}
            self._given_up = {fact: medium for fact, medium in stored.items() if self.open.get(fact)}
            for fact, tap in self.open.written():
                if tap is not None and tap.state == GIVEN_UP:
                    self._given_up[fact] = (tap.card, tap.issue)
        return sorted(fact for fact, medium in self._given_up.items() if medium == (card, issue))

    def saw(self, fact: int, evidence: Evidence) -> None:
        """Keep what a read showed; the intent itself may not have been uploaded yet."""
        self.evidence(fact).append(evidence)
        self._new_evidence.append((self._unit, fact, *msgspec.structs.astuple(evidence)))

    def evidence(self, fact: int) -> list[Evidence]:
        """All reads that showed something about an intent."""
        if fact not in self._evidence:
            rows = read_rows(self._connection, tables.evidence.c.fact, self._unit, [fact])
            self._evidence[fact] = sorted((Evidence(*row[2:]) for row in rows), key=lambda one: one.at)
        return self._evidence[fact]

    def settle(self, fact: int, written: bool, proof: int, now: int) -> None:
        """Once per intent, for ever: the table is UNIQUE on it."""
        self.settled.put(fact, written)
        self._settlements.append((self._unit, fact, written, proof, now))

    def write(self, pile: Pile) -> None:
        """Write open intents, evidence and settlements."""
        table, unit = tables.open_tap, self._unit
        values = msgspec.structs.astuple
        rows = [(unit, fact, *values(tap)) for fact, tap in self.open.written() if tap is not None]
        pile.put(table, rows, replace=True)
        gone = [fact for fact, tap in self.open.written() if tap is None and fact in self._stored]
        if gone:
            self._connection.execute(delete(table).where(table.c.unit_id == unit, table.c.fact.in_(gone)))
        pile.put(tables.evidence, self._new_evidence)
        pile.put(tables.settlement, self._settlements)

    def _stored_taps(self, rows: Sequence[Row]) -> dict[int, Tap]:
        found = {row[1]: Tap(*row[2:]) for row in rows}
        self._stored.update(found)
        return found


def _settled(rows: Sequence[Row]) -> dict[int, bool]:
    return {row[1]: bool(row[2]) for row in rows}
