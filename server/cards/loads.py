"""Waiting loads of each medium: numbered 1, 2, 3 …, none ever skipped, each applied once. F: D9

A load that is recalled goes out once more under its number, worth nothing; who has that version cannot apply
the old one any more. Knows numbers, states and what a load is worth; the postings are made elsewhere.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from onecard.wire.messages import Load, encode
from server.books.shelf import Shelf, TableShelf, first
from server.cards import tables
from server.db import read_rows, write_rows

WAITING, PUBLISHED, RECALLED, APPLIED, WITHDRAWN = "waiting", "published", "recalled", "applied", "withdrawn"
#: Those whose money is still in the waiting account.
OPEN = (WAITING, PUBLISHED, RECALLED)
#: Kinds of loads that only hold a number: what was taken back, and what was met on a card and is not ours.
WITHDRAWN_KIND, UNKNOWN_KIND = "withdrawn", "unknown"


class Row(msgspec.Struct, frozen=True, gc=False):
    """One load as the books keep it. ``version`` −1: changed in this batch, not numbered yet."""

    wallet: str
    fen: int
    kind: str
    expires_day: int
    digest: str
    state: str
    version: int
    made_by: int
    made_at: int
    applied_by: int | None = None
    applied_fen: int | None = None


class Withdrawal(msgspec.Struct, frozen=True, gc=False):
    """Somebody wants a load back. ``version``: of the list of loads that every holder has to know first."""

    target: str
    asked_by: int
    version: int
    at: int
    state: str


def load_digest(load: Load) -> str:
    """SHA-256 over the load without its digest; terminals hand it back with what they applied."""
    return hashlib.sha256(encode(msgspec.structs.replace(load, digest=""))).hexdigest()


def recalled(card: int, issue: int, number: int, wallet: str) -> Load:
    """What takes the place of a load that is wanted back."""
    load = Load(card=card, issue=issue, number=number, fen=0, wallet=wallet, kind=WITHDRAWN_KIND)
    return msgspec.structs.replace(load, digest=load_digest(load))


class Loads:
    """The loads of the media that one batch touches."""

    def __init__(self, connection: Connection, unit: int, now: int) -> None:
        self._connection = connection
        self._unit = unit
        self._now = now
        self.of: Shelf[tuple[int, int], dict[int, Row]] = Shelf(self._fetch)
        self.withdrawals = TableShelf(connection, unit, tables.withdrawal.c.card, _withdrawals, first)
        self._changed: dict[tuple[int, int, int], Row] = {}
        self._version = 0

    def want(self, card: int, issue: int) -> None:
        """A medium whose loads are going to be looked at."""
        self.of.want((card, issue))

    def read(self) -> None:
        """Fetch what was asked for."""
        self.of.read()

    def add(
        self,
        card: int,
        issue: int,
        fen: int,
        kind: str,
        made_by: int,
        *,
        wallet: str = "main",
        expires_day: int = 0,
    ) -> int:
        """A new load behind all others of this medium; its number."""
        number = max(self.of.get((card, issue)) or {}, default=0) + 1
        load = Load(
            card=card, issue=issue, number=number, fen=fen, wallet=wallet, kind=kind, expires_day=expires_day
        )
        row = Row(wallet, fen, kind, expires_day, load_digest(load), WAITING, -1, made_by, self._now)
        self._set(card, issue, number, row)
        return number

    def get(self, card: int, issue: int, number: int) -> Row | None:
        """One load."""
        return (self.of.get((card, issue)) or {}).get(number)

    def last_applied(self, card: int, issue: int) -> int:
        """The highest number that is on the card by the books."""
        rows = self.of.get((card, issue)) or {}
        return max((number for number, row in rows.items() if row.state == APPLIED), default=0)

    def apply(self, card: int, issue: int, number: int, fen: int, by: int) -> None:
        """This load went onto the card, worth ``fen``."""
        row = self.get(card, issue, number)
        assert row is not None
        applied = msgspec.structs.replace(row, state=APPLIED, version=-1, applied_by=by, applied_fen=fen)
        self._set(card, issue, number, applied)

    def publish_again(self, card: int, issue: int, number: int) -> None:
        """The record that had applied it counts for nothing: the same number waits again."""
        row = self.get(card, issue, number)
        assert row is not None
        again = msgspec.structs.replace(row, state=PUBLISHED, version=-1, applied_by=None, applied_fen=None)
        self._set(card, issue, number, again)

    def pass_over(self, card: int, issue: int, number: int, by: int) -> None:
        """Numbers up to this one that the books do not have are on the card: held open for the records that
        will bring them, so that no new load gets one of them and is never taken."""
        known = self.of.get((card, issue)) or {}
        for one in range(max(known, default=0) + 1, number + 1):
            hole = Row("main", 0, UNKNOWN_KIND, 0, "", WITHDRAWN, -1, by, self._now)
            self._set(card, issue, one, hole)

    def adopt(self, card: int, issue: int, number: int, fen: int, digest: str, by: int) -> None:
        """A number that a card carries and the books do not have: taken, so that numbering goes on behind
        it. Those below it that are missing too are held open for the records that will bring them."""
        known = self.of.get((card, issue)) or {}
        for one in range(1, number):
            if one not in known:
                hole = Row("main", 0, UNKNOWN_KIND, 0, "", WITHDRAWN, -1, by, self._now)
                self._set(card, issue, one, hole)
        row = Row("main", fen, UNKNOWN_KIND, 0, digest, APPLIED, -1, by, self._now, by, fen)
        self._set(card, issue, number, row)

    def recall(
        self, card: int, issue: int, number: int, target: str, by: int, take: Callable[[str, int], int]
    ) -> None:
        """Wanted back, its money to go to the account ``target``: whoever asks for loads from now on gets one
        worth nothing under this number."""
        self._change(card, issue, number, state=RECALLED)
        wanted = Withdrawal(target, by, self.next_version(take), self._now, "open")
        self.withdrawals.put((card, issue, number), wanted)

    def end_withdrawal(self, card: int, issue: int, number: int, state: str) -> str:
        """It came true, or some holder was quicker; the account its money was to go to, "" if none."""
        wanted = self.withdrawals.get((card, issue, number))
        if wanted is None or wanted.state != "open":
            return ""
        self.withdrawals.put((card, issue, number), msgspec.structs.replace(wanted, state=state))
        return wanted.target

    def empty(self, card: int, issue: int, number: int, *, state: str = PUBLISHED) -> None:
        """Its money is elsewhere; the number stays, since none is ever skipped."""
        row = self.get(card, issue, number)
        assert row is not None
        digest = recalled(card, issue, number, row.wallet).digest
        kept = {"fen": 0, "kind": WITHDRAWN_KIND, "expires_day": 0, "digest": digest, "state": state}
        self._change(card, issue, number, **kept)

    def bury(self, card: int, issue: int, number: int) -> None:
        """Its issue is dead and its money went on: nobody may apply it."""
        self._change(card, issue, number, state=WITHDRAWN)

    def unapplied(self, card: int, issue: int) -> list[tuple[int, Row]]:
        """The loads whose money still waits, in order."""
        rows = self.of.get((card, issue)) or {}
        return [(number, rows[number]) for number in sorted(rows) if rows[number].state in OPEN]

    def applied(self, card: int, issue: int) -> list[tuple[int, Row]]:
        """The loads that are on the card by the books, in order."""
        rows = self.of.get((card, issue)) or {}
        return [(number, rows[number]) for number in sorted(rows) if rows[number].state == APPLIED]

    def _change(self, card: int, issue: int, number: int, **fields: object) -> None:
        row = self.get(card, issue, number)
        assert row is not None
        self._set(card, issue, number, msgspec.structs.replace(row, version=-1, **fields))

    def _set(self, card: int, issue: int, number: int, row: Row) -> None:
        self.of.put((card, issue), {**(self.of.get((card, issue)) or {}), number: row})
        self._changed[card, issue, number] = row

    def next_version(self, take: Callable[[str, int], int]) -> int:
        """The version under which what changed in this batch will go out."""
        if not self._version:
            self._version = take("loads", 1)
        return self._version

    def write(self, take: Callable[[str, int], int]) -> None:
        """Write what changed under one new version of the list of loads."""
        wanted = [
            (self._unit, *place, *msgspec.structs.astuple(row))
            for place, row in self.withdrawals.written()
            if row is not None
        ]
        write_rows(self._connection, tables.withdrawal, wanted, replace=True)
        if not self._changed:
            return
        version = self.next_version(take)
        rows = []
        for place, row in sorted(self._changed.items(), key=lambda pair: pair[0]):
            numbered = msgspec.structs.replace(row, version=version)
            rows.append((self._unit, *place, *msgspec.structs.astuple(numbered)))
        write_rows(self._connection, tables.load, rows, replace=True)

    def _fetch(self, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], dict[int, Row]]:
        cards = sorted({card for card, _ in keys})
        found: dict[tuple[int, int], dict[int, Row]] = {}
        for row in read_rows(self._connection, tables.load.c.card, self._unit, cards):
            found.setdefault((row[1], row[2]), {})[row[3]] = Row(*row[4:])
        return found


def _withdrawals(rows: Sequence[Sequence[Any]]) -> dict[tuple[int, int, int], Withdrawal]:
    return {(row[1], row[2], row[3]): Withdrawal(*row[4:]) for row in rows}
