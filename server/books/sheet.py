"""The sheet of one batch: everything the commands look at, read at once, and everything they change.

Holds the books' own rows; cards, loads and open taps are parts of it that live in ``server.cards``.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from onecard.books.accounts import is_wallet
from onecard.books.entry import Posting
from onecard.ids import SERVER_TERMINAL, RecordId
from onecard.wire.messages import Status
from server.books import tables
from server.books.partition import keep_months, month_of
from server.books.shelf import TableShelf, first, read_shelves
from server.cards.chains import Chains
from server.cards.holders import Holders
from server.cards.loads import Loads
from server.cards.taps import Taps
from server.credit.move import credit_moves
from server.credit.tables import credit_move
from server.db import one_writer
from server.exceptions.inbox import Inbox
from server.rows import Pile, Row, read_rows


class Fact(msgspec.Struct, frozen=True, gc=False):
    """What was answered about an id. No digest: a tombstone."""

    digest: bytes | None
    status: str
    reason: str = ""
    entry: int = 0
    balance_fen: int | None = None


class Note(msgspec.Struct, frozen=True, gc=False):
    """A credited banknote and what it went into."""

    terminal: int
    acceptor: str
    boot: int
    cycle: int
    fen: int
    used_by: int | None = None


class Mark(msgspec.Struct, frozen=True, gc=False):
    """How far a terminal's journal has arrived."""

    received: int
    head: str
    at: int


class Event(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The head of an entry."""

    fact: int
    kind: str
    card: int = 0
    issue: int = 0
    outlet: int = 0
    owner: int = 0
    operator: int = 0
    shift: int = 0
    at: int
    day: int
    fen: int
    balance_fen: int | None = None
    corrects: int = 0


class Sheet:
    """Lives for one transaction of one unit. One writer at a time per unit, also across processes."""

    def __init__(self, connection: Connection, unit: int, now: int) -> None:
        self.connection = connection
        self.unit = unit
        self.now = now
        one_writer(connection, unit)
        self.counters = TableShelf(connection, unit, tables.counter.c.name, _numbers)
        self.facts = TableShelf(connection, unit, tables.fact.c.fact, self._facts)
        self.wallets = TableShelf(connection, unit, tables.wallet.c.account, _numbers)
        self.notes = TableShelf(connection, unit, tables.note.c.fact, _notes)
        self.marks = TableShelf(connection, unit, tables.watermark.c.terminal, _marks, first)
        self.taken_back = TableShelf(connection, unit, tables.reversed_.c.entry, _taken_back)
        self.events = TableShelf(connection, unit, tables.entry.c.entry, _events)
        self.holders = Holders(connection, unit)
        self.chains = Chains(connection, unit, now)
        self.loads = Loads(connection, unit, now)
        self.taps = Taps(connection, unit)
        self.inbox = Inbox(connection, unit, now)
        self.records: list[tuple[Any, ...]] = []
        self._entries: dict[int, Event] = {}
        self._postings: list[tuple[Any, ...]] = []
        self._remarks: list[tuple[Any, ...]] = []
        self.closes: list[tuple[Any, ...]] = []
        self._batch = 0
        #: What is decided was decided before, in a life of the books that is gone: it gets the same numbers.
        self.is_told_again = False

    def read(self) -> None:
        """Fetch what was asked for, wallets in the order of their names."""
        self.counters.want("batch", "batch_no", "books_epoch", "entry")
        read_shelves(
            (
                self.counters,
                self.marks,
                self.facts,
                self.wallets,
                self.notes,
                self.taken_back,
                self.events,
                *self.holders.shelves,
                self.taps.open,
                self.chains.heads,
            )
        )
        self.chains.read()
        self.loads.read()

    def take(self, name: str, count: int = 1) -> int:
        """The first of ``count`` new numbers of a running count."""
        last = self.counters.get(name) or 0
        self.counters.put(name, last + count)
        return last + 1

    @property
    def books_epoch(self) -> int:
        """Which life of the books this is; raised when they are restored from a backup."""
        return self.counters.get("books_epoch") or 1

    def server_key(self) -> int:
        """An id of the server's own."""
        return tables.key_of(RecordId(SERVER_TERMINAL, self.books_epoch & 0xFF, self.take("server_seq")))

    def enter(self, event: Event, postings: Sequence[Posting]) -> int:
        """Put one entry with its postings down; its number."""
        if not self._batch:
            self._batch = self.take("batch")
        number = self.take("entry")
        self._entries[number] = event
        self.events.put(number, event)
        self._put(number, month_of(event.day), 0, postings)
        return number

    def _put(self, number: int, month: int, first: int, postings: Sequence[Posting]) -> None:
        for line, posting in enumerate(postings, first):
            what = (posting.debit, posting.credit, posting.fen, posting.currency)
            self._postings.append((self.unit, number, line, *what, month))
            if is_wallet(posting.debit):
                self.wallets.put(posting.debit, self.balance(posting.debit) - posting.fen)
            if is_wallet(posting.credit):
                self.wallets.put(posting.credit, self.balance(posting.credit) + posting.fen)

    def extend(self, entry: int, postings: Sequence[Posting]) -> None:
        """More postings to an entry of this batch."""
        there = sum(1 for row in self._postings if row[1] == entry)
        self._put(entry, month_of(self._entries[entry].day), there, postings)

    def remark(self, entry: int, reason: str, supervisor: int) -> None:
        """Why a person did this, and whose word it was."""
        if reason or supervisor:
            self._remarks.append((self.unit, entry, reason, supervisor))

    def balance(self, account: str) -> int:
        """Credit − debit of a wallet, this batch included."""
        return self.wallets.get(account) or 0

    def postings_of(self, entry: int) -> list[Posting]:
        """The postings of an entry, of this batch or an earlier one."""
        if entry in self._entries:
            return [Posting(*row[3:7]) for row in self._postings if row[1] == entry]
        return [
            Posting(*row[3:7])
            for row in read_rows(self.connection, tables.posting.c.entry, self.unit, [entry])
        ]

    def day_of(self, card: int, day: int) -> list[tuple[int, str, int, int, int]]:
        """What was entered for a card on a business day: (entry, kind, fen, at, corrects)."""
        table = tables.entry
        columns = (table.c.entry, table.c.kind, table.c.fen, table.c.at, table.c.corrects)
        query = select(*columns).where(table.c.unit_id == self.unit, table.c.card == card, table.c.day == day)
        rows = [(r.entry, r.kind, r.fen, r.at, r.corrects) for r in self.connection.execute(query)]
        for entry, one in self._entries.items():
            if one.card == card and one.day == day:
                rows.append((entry, one.kind, one.fen, one.at, one.corrects))
        return rows

    def use_note(self, note: int, by: int | None) -> None:
        """A credited note goes into this record, or is free again."""
        row = self.notes.get(note)
        assert row is not None
        self.notes.put(note, msgspec.structs.replace(row, used_by=by))

    def write(self) -> None:
        """Write what was put down, as sets; the last row is the next batch number."""
        unit, pile = self.unit, Pile(self.connection)
        pile.put(tables.record, self.records)
        facts = [
            (unit, key, row.digest, str(row.status), row.reason, row.entry, row.balance_fen)
            for key, row in self.facts.written()
            if row is not None
        ]
        pile.put(tables.fact, facts)
        entries = [
            (unit, number, *msgspec.structs.astuple(event), event.fact >> 32, self._batch)
            for number, event in self._entries.items()
        ]
        pile.put(tables.entry, entries)
        keep_months(self.connection, {row[7] for row in self._postings})
        pile.put(tables.posting, self._postings)
        pile.put(credit_move, credit_moves(self._postings, lambda entry: self._entries[entry].day))
        pile.put(tables.remark, self._remarks)
        pile.put(tables.shift_close, self.closes)
        wallets = [(unit, name, fen) for name, fen in sorted(self.wallets.written())]
        pile.put(tables.wallet, wallets, replace=True)
        self._write_small(pile)
        for part in (self.holders, self.chains, self.taps):
            part.write(pile)
        for numbered in (self.loads, self.inbox):
            numbered.write(self.take)
        batches = []
        if self._entries:
            batches.append((unit, self._batch, self.take("batch_no"), self.books_epoch, self.now))
        counters = [(unit, name, value) for name, value in sorted(self.counters.written())]
        pile.put(tables.counter, counters, replace=True)
        pile.put(tables.batch, batches)
        pile.write()

    def _facts(self, rows: Sequence[Row]) -> dict[int, Fact]:
        found = {row[1]: Fact(*row[2:]) for row in rows}
        for key, row in found.items():
            # One that was put right since stands for what it became; its digest is the original's.
            right = self.inbox.repairs.get(key) if row.status == Status.QUARANTINED else None
            if right is not None:
                found[key] = Fact(row.digest, right.status, right.reason, right.entry)
        return found

    def _write_small(self, pile: Pile) -> None:
        unit = self.unit
        taken_back = [
            (unit, entry, wallet, fen)
            for entry, wallets in self.taken_back.written()
            for wallet, fen in (wallets or {}).items()
        ]
        pile.put(tables.reversed_, taken_back, replace=True)
        values = msgspec.structs.astuple
        notes = [(unit, key, *values(row)) for key, row in self.notes.written() if row is not None]
        pile.put(tables.note, notes, replace=True)
        marks = [(unit, *place, *values(row)) for place, row in self.marks.written() if row is not None]
        pile.put(tables.watermark, marks, replace=True)


def _numbers(rows: Sequence[Row]) -> dict[str, int]:
    return {name: value for _, name, value in rows}


def _facts(rows: Sequence[Row]) -> dict[int, Fact]:
    return {row[1]: Fact(*row[2:]) for row in rows}


def _notes(rows: Sequence[Row]) -> dict[int, Note]:
    return {row[1]: Note(*row[2:]) for row in rows}


def _marks(rows: Sequence[Row]) -> dict[tuple[int, int], Mark]:
    return {(row[1], row[2]): Mark(*row[3:]) for row in rows}


def _taken_back(rows: Sequence[Row]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for _, entry, wallet, fen in rows:
        found.setdefault(entry, {})[wallet] = fen
    return found


def _events(rows: Sequence[Row]) -> dict[int, Event]:
    names = Event.__struct_fields__
    return {row[1]: Event(**dict(zip(names, row[2:], strict=False))) for row in rows}
