"""Cards and their media as a batch sees them: does this card exist, in which state, which plastic of it."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, select

from server.books.shelf import Shelf
from server.cards import tables
from server.db import write_rows


class Card(msgspec.Struct, frozen=True, order=True):
    """One numbered card; ``issue`` is the newest."""

    issue: int
    type: int
    member: int
    state: str
    since: int


class Medium(msgspec.Struct, frozen=True, order=True):
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
        self._connection = connection
        self._unit = unit
        self.cards: Shelf[int, Card] = Shelf(self._fetch_cards)
        self.media: Shelf[tuple[int, int], Medium] = Shelf(self._fetch_media)
        self.stops: Shelf[tuple[int, int], str] = Shelf(self._fetch_stops)

    def read(self) -> None:
        """Fetch what was asked for."""
        self.cards.read()
        self.media.read()
        self.stops.read()

    def release(self, card: int) -> None:
        """The issue that this number was reserved for did not happen; the number is not used again."""
        row = self.cards.get(card)
        if row is not None and row.state == "reserved":
            self.cards.put(card, msgspec.structs.replace(row, state="released"))

    def write(self) -> None:
        """Write cards and media; the stop list has its own writer (``service.py``)."""
        unit, values = self._unit, msgspec.structs.astuple
        cards = sorted((number, row) for number, row in self.cards.written() if row is not None)
        media = sorted((medium, row) for medium, row in self.media.written() if row is not None)
        rows = [(unit, number, *values(row)) for number, row in cards]
        write_rows(self._connection, tables.card, rows, replace=True)
        rows = [(unit, *medium, *values(row)) for medium, row in media]
        write_rows(self._connection, tables.issue, rows, replace=True)

    def _fetch_cards(self, keys: Sequence[int]) -> dict[int, Card]:
        table = tables.card
        query = select(table).where(table.c.unit_id == self._unit, table.c.card.in_(keys))
        rows = self._connection.execute(query)
        return {r.card: Card(r.issue, r.type, r.member, r.state, r.since) for r in rows}

    def _fetch_media(self, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Medium]:
        table = tables.issue
        query = select(table).where(table.c.unit_id == self._unit, table.c.card.in_({c for c, _ in keys}))
        return {
            (r.card, r.issue): Medium(r.uid, r.until_day, r.deposit_fen, r.fee_fen, r.asked_by, r.issued_by)
            for r in self._connection.execute(query)
        }

    def _fetch_stops(self, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], str]:
        table = tables.stop
        query = select(table).where(table.c.unit_id == self._unit, table.c.card.in_({c for c, _ in keys}))
        return {(r.card, r.issue): r.reason for r in self._connection.execute(query) if r.reason}
