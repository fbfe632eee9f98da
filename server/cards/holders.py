"""Cards and their media as a batch sees them: does this card exist, in which state, which plastic of it."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from server.books.shelf import TableShelf, first
from server.cards import tables
from server.cards.stops import Stopped, put_stop, stopped
from server.rows import Pile, Row, read_rows


class Card(msgspec.Struct, frozen=True, gc=False, order=True):
    """One numbered card; ``issue`` is the newest."""

    issue: int
    type: int
    member: int
    state: str
    since: int


class Medium(msgspec.Struct, frozen=True, gc=False, order=True):
    """One plastic of a card."""

    uid: str
    until_day: int
    deposit_fen: int
    fee_fen: int
    asked_by: int | None = None
    issued_by: int | None = None


class Holders:
    """The cards that one batch touches, and what stops them."""

    def __init__(self, connection: Connection, unit: int) -> None:
        self._unit = unit
        self._connection = connection
        self.cards = TableShelf(connection, unit, tables.card.c.card, _cards)
        self.media = TableShelf(connection, unit, tables.issue.c.card, _media, first)
        self.stops = TableShelf(connection, unit, tables.stop.c.card, self._stops, first)
        self.shelves = (self.cards, self.media, self.stops)
        self._stop_changes: list[tuple[int, int, Stopped | None, int, int, int]] = []

    def release(self, card: int) -> None:
        """The issue that this number was reserved for did not happen; the number is not used again."""
        row = self.cards.get(card)
        if row is not None and row.state == "reserved":
            self.cards.put(card, msgspec.structs.replace(row, state="released"))

    def stop(self, card: int, issue: int, reason: str, *, version: int, operator: int, now: int) -> None:
        """A plastic is refused from now on, everywhere; ``version``: the list's next."""
        stop = Stopped(reason)
        self.stops.put((card, issue), stop)
        self._stop_changes.append((card, issue, stop, version, operator, now))

    def lift(self, card: int, issue: int, *, version: int, operator: int, now: int) -> None:
        """A plastic is good again; ``version``: the list's next."""
        self.stops.put((card, issue), None)
        self._stop_changes.append((card, issue, None, version, operator, now))

    def write(self, pile: Pile) -> None:
        """Write cards, media, and what an entry put on the stop list."""
        unit, values = self._unit, msgspec.structs.astuple
        cards = sorted((number, row) for number, row in self.cards.written() if row is not None)
        media = sorted((medium, row) for medium, row in self.media.written() if row is not None)
        rows = [(unit, number, *values(row)) for number, row in cards]
        pile.put(tables.card, rows, replace=True)
        rows = [(unit, *medium, *values(row)) for medium, row in media]
        pile.put(tables.issue, rows, replace=True)
        for card, issue, stop, version, operator, now in self._stop_changes:
            put_stop(self._connection, unit, card, issue, stop, version=version, operator=operator, now=now)

    def _stops(self, rows: Sequence[Row]) -> dict[tuple[int, int], Stopped]:
        versions = [row[4] for row in rows if row[3]]
        if not versions:
            return {}
        changes = read_rows(self._connection, tables.stop_change.c.version, self._unit, sorted(versions))
        words = {row[1]: (row[5], row[6]) for row in changes}
        found = {(row[1], row[2]): stopped(row[3], *words.get(row[4], ("", ""))) for row in rows}
        return {medium: stop for medium, stop in found.items() if stop is not None}


def _cards(rows: Sequence[Row]) -> dict[int, Card]:
    return {row[1]: Card(*row[2:]) for row in rows}


def _media(rows: Sequence[Row]) -> dict[tuple[int, int], Medium]:
    return {(row[1], row[2]): Medium(*row[3:]) for row in rows}
