"""What the office told this terminal: signed, versioned documents and the tables made of them.

A document counts when the pinned key signed it and its version is newer than the one held; those with a later
``effective_from`` wait for their moment. Knows no journal and no card. All of it can be fetched again.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec
import structlog

from onecard.clock import Clock
from onecard.errors import Refused, StoreError
from onecard.journal import delta
from onecard.journal.delta import Delta
from onecard.journal.placed import Placed
from onecard.journal.schema import open_facts, store_errors
from onecard.journal.stops import StopKeys, read_stops, stop_key
from onecard.rules.stops import holds_at, word_of
from onecard.rules.terms import types_at
from onecard.wire.fleet import (
    AccountRow,
    AccountsDocument,
    CommandsDocument,
    FleetCommand,
    Notice,
    NoticesDocument,
)
from onecard.wire.messages import (
    CalendarDocument,
    CardType,
    CatalogueDocument,
    Document,
    DocumentBody,
    Fetched,
    Load,
    LoadsDocument,
    MembersDocument,
    OpenTap,
    OpenTapsDocument,
    Operator,
    OperatorsDocument,
    PlannedTerminalDocument,
    Product,
    Snapshot,
    StopsDocument,
    TerminalDocument,
    TypesDocument,
    Versions,
    decode,
    decode_document_body,
)
from onecard.wire.signing import verify_document

_log = structlog.get_logger("facts")

_WHOLE = {
    TerminalDocument: "terminal",
    PlannedTerminalDocument: "terminal",
    TypesDocument: "types",
    CatalogueDocument: "catalogue",
    CalendarDocument: "calendar",
    OperatorsDocument: "operators",
    OpenTapsDocument: "open_taps",
    NoticesDocument: "notices",
    CommandsDocument: "commands",
}
_DELTAS = {
    StopsDocument: "stops",
    LoadsDocument: "loads",
    MembersDocument: "members",
    AccountsDocument: "accounts",
}
D = TypeVar("D", bound=DocumentBody)


class Facts:
    """Documents received. ``server_key``: the Ed25519 key pinned at enrolment. Safe for several threads."""

    def __init__(self, path: Path, server_key: bytes, clock: Clock) -> None:
        """Raises ``StoreError``. A file that cannot be read any more is thrown away: it can be fetched."""
        self.server_key = server_key
        self._clock = clock
        #: A whole stop list takes seconds to write; taps go on reading on a connection of their own.
        self._lock = threading.RLock()
        self._write_lock = threading.RLock()
        try:
            self._db = open_facts(path)
        except StoreError as error:
            if error.code != "store.corrupt":
                raise
            _log.error("facts.thrown_away", path=str(path))
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            self._db = open_facts(path)
        self._writer = open_facts(path)
        #: Decoded documents in force, by name, and until when (server time) this holds.
        self._force: dict[str, DocumentBody] = {}
        self._force_versions: dict[str, int] = {}
        self._force_until = 0
        #: By what time settings that are set for later begin: the station's own, once there is one, goes
        #: on through a wrong wall clock and never runs ahead of what the station knows.
        self.time: Callable[[], int] = self._now
        self._placed = Placed()
        with self._using() as db:
            self._offset_s = int(self._get("offset_s", "0"))
            self._as_of = self._as_of_kept = int(self._get("as_of", "0"))
            self._books_epoch = int(self._get("books_epoch", "0"))
            self._held = dict(db.execute("SELECT name, version FROM held").fetchall())
        #: ``None`` until ``hold_stops``: look-ups go to the disk, a little slower and no less true.
        self._stops: StopKeys | None = None

    def close(self) -> None:
        with self._write_lock, self._lock:
            self._writer.close()
            self._db.close()

    # ---- taking in

    def have(self) -> dict[str, int]:
        """Versions held, for the next ``Fetch``."""
        with self._lock:
            return dict(self._held)

    def receive(self, fetched: Fetched, *, by_hand: bool = False) -> list[Refused]:
        """Take an answer in; what is wrong with single documents comes back and does not stop the others.
        ``by_hand``: it came by stick, and says nothing about the time it is."""
        problems: list[Refused] = []
        with self._write_lock:
            if not by_hand:
                self._offset_s = fetched.now - self._clock.now()
            if fetched.books_epoch > self._books_epoch:
                self.forget(fetched.books_epoch)
            for document in fetched.documents:
                try:
                    self.take(document)
                except Refused as refused:
                    problems.append(refused)
                    _log.warning("facts.refused", document=document.name, code=refused.code)
            # An answer with nothing wrong says that everything held is current.
            if not problems:
                self._confirm(max(fetched.now, self._as_of if by_hand else 0))
        return problems

    def _confirm(self, now: int) -> None:
        self._as_of = now
        # Kept once a minute: after a restart the list may look a minute older than it is.
        if abs(now - self._as_of_kept) >= 60:
            with self._transaction() as db:
                _set(db, "as_of", str(now))
                _set(db, "offset_s", str(self._offset_s))
            self._as_of_kept = now

    def forget(self, books_epoch: int = 0) -> None:
        """Ask for everything anew, whole: on the office's word, or since restored books count lower again."""
        books_epoch = max(books_epoch, self._books_epoch)
        with self._transaction() as db:
            db.execute("DELETE FROM held")
            _set(db, "books_epoch", str(books_epoch))
        self._held, self._books_epoch = {}, books_epoch

    def take(self, document: Document) -> None:
        """One document. Raises ``Refused``: ``document.signature``, ``document.malformed``, ``document.gap``.

        A version that is held already, or an older one, is passed over in silence.
        """
        verify_document(self.server_key, document)
        with self._write_lock:
            held = self._held.get(document.name, 0)
            if document.version <= held:
                return
            try:
                body = decode_document_body(document.body)
            except msgspec.MsgspecError as error:
                raise Refused("document.malformed", name=document.name) from error
            if {**_WHOLE, **_DELTAS}[type(body)] != document.name:
                raise Refused("document.malformed", name=document.name)
            if isinstance(body, Delta) and body.base > held:
                raise Refused("document.gap", name=document.name)
            with self._transaction() as db:
                if isinstance(body, Delta):
                    delta.take(db, body)
                else:
                    self._keep(db, document)
                db.execute("INSERT OR REPLACE INTO held VALUES (?, ?)", (document.name, document.version))
            if isinstance(body, StopsDocument):
                self._change_stops(body)
            with self._lock:
                self._held = {**self._held, document.name: document.version}
                self._force_until = 0

    def _keep(self, db: sqlite3.Connection, document: Document) -> None:
        # Numbers at or above this one are left from before the office was restored.
        db.execute("DELETE FROM document WHERE name = ? AND version >= ?", (document.name, document.version))
        row = (document.name, document.version, document.effective_from, bytes(document.body))
        db.execute("INSERT INTO document VALUES (?, ?, ?, ?, ?)", (*row, document.signature))
        # What a document in force has replaced for good is of no use to anybody here.
        db.execute(
            "DELETE FROM document WHERE name = ?1 AND version < (SELECT max(version) FROM document"
            " WHERE name = ?1 AND effective_from <= ?2)",
            (document.name, self._now()),
        )

    def _change_stops(self, body: StopsDocument) -> None:
        if self._stops is None:
            return
        changes = {stop_key(stop.card, stop.issue): bool(stop.reason) for stop in body.stops}
        if body.base == 0:
            self._stops = StopKeys(sorted(key for key, stopped in changes.items() if stopped))
        else:
            self._stops.change(changes)

    # ---- asking

    @property
    def place(self) -> TerminalDocument | None:
        """Where this terminal stands, as it is set now; ``None`` before the first contact."""
        return self._placed.at(self._in_force("terminal", TerminalDocument), self.time)

    @property
    def types(self) -> dict[int, CardType]:
        document = self._in_force("types", TypesDocument)
        return {} if document is None else types_at(document.types, self._now())

    @property
    def calendar(self) -> CalendarDocument | None:
        """Day, meals and holidays of this outlet; ``None`` where the office keeps none."""
        return self._in_force("calendar", CalendarDocument)

    @property
    def products(self) -> tuple[Product, ...]:
        document = self._in_force("catalogue", CatalogueDocument)
        return () if document is None else document.products

    @property
    def operators(self) -> tuple[Operator, ...]:
        document = self._in_force("operators", OperatorsDocument)
        return () if document is None else document.operators

    def open_taps(self, card: int = 0, issue: int = 0) -> tuple[OpenTap, ...]:
        """Unfinished writes that the office knows of, whoever's they are: on this card, or (0) on any."""
        document = self._in_force("open_taps", OpenTapsDocument)
        taps = () if document is None else document.taps
        return tuple(tap for tap in taps if not card or (tap.card, tap.issue) == (card, issue))

    def stop(self, card: int, issue: int) -> tuple[str, int] | None:
        """Reason and version of the entry on the stop list, if it holds at this terminal's outlet."""
        key, held = stop_key(card, issue), self._stops
        if held is not None and key not in held:
            return None
        with self._using() as db:
            row = db.execute("SELECT reason, version FROM stop WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        place = self.place
        if place is not None and not holds_at(str(row[0]), place.outlet):
            return None
        return word_of(str(row[0])), int(row[1])

    @property
    def holds_stops(self) -> bool:
        """Whether a look-up takes no disk."""
        return self._stops is not None

    def hold_stops(self) -> None:
        """Bring the stop list into memory. A million cards take a fifth of a second, so a station opens
        without it and a thread that nobody waits for calls this. Raises ``StoreError``."""
        with self._write_lock, store_errors():
            if self._stops is None:
                self._stops = read_stops(self._writer)

    @property
    def as_of(self) -> int:
        """Server time at which everything held was current, 0 = never."""
        return self._as_of

    def loads(self, card: int, issue: int, after: int) -> tuple[Load, ...]:
        """Published loads of this card numbered after ``after``, in order."""
        with self._using() as db:
            rows = db.execute(
                "SELECT body FROM load WHERE card = ? AND issue = ? AND number > ? ORDER BY number",
                (card, issue, after),
            ).fetchall()
        return tuple(decode(row[0], Load) for row in rows)

    def member(self, card: int) -> Snapshot | None:
        """Who holds this card, for the screen only."""
        with self._using() as db:
            row = db.execute("SELECT body FROM member WHERE card = ?", (card,)).fetchone()
        return None if row is None else decode(row[0], Snapshot)

    def account(self, card: int) -> AccountRow | None:
        """What an account card held when the office last looked; only cards that are at home here. F: C10"""
        return self._account("card = ?", card)

    def account_of_uid(self, uid: str) -> AccountRow | None:
        """The account card that a plastic is which says no more than its UID (hex)."""
        return self._account("uid = ?", uid) if uid else None

    def _account(self, where: str, value: int | str) -> AccountRow | None:
        with self._using() as db:
            row = db.execute(f"SELECT * FROM account WHERE {where}", (value,)).fetchone()  # noqa: S608 - our words
        return None if row is None else AccountRow(*row)

    @property
    def accounts_as_of(self) -> int:
        """Server time at which those balances were read, 0 = there are none."""
        with self._using():
            return int(self._get("accounts_as_of", "0"))

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is to be shown now."""
        document, now = self._in_force("notices", NoticesDocument), self._now()
        rows = () if document is None else document.notices
        return tuple(one for one in rows if one.since <= now and not 0 < one.until <= now)

    @property
    def commands(self) -> tuple[FleetCommand, ...]:
        """What the office wants done here, also what was done already."""
        document = self._in_force("commands", CommandsDocument)
        return () if document is None else document.commands

    def versions(self) -> Versions:
        """What a decision taken now is taken under."""
        with self._lock:
            self._refresh()
            force, held = self._force_versions, self._held
            return Versions(
                terminal=force.get("terminal", 0),
                types=force.get("types", 0),
                catalogue=force.get("catalogue", 0),
                operators=force.get("operators", 0),
                stops=held.get("stops", 0),
                loads=held.get("loads", 0),
                calendar=force.get("calendar", 0),
            )

    # ---- inside

    def _now(self) -> int:
        return self._clock.now() + self._offset_s

    def _in_force(self, name: str, kind: type[D]) -> D | None:
        with self._lock:
            self._refresh()
            body = self._force.get(name)
        assert body is None or isinstance(body, kind)
        return body

    def _refresh(self) -> None:
        """Decode what is in force, again when a document came or the moment of one did."""
        now = self._now()
        if now < self._force_until:
            return
        with self._using() as db:
            rows = db.execute(
                "SELECT name, max(version), body FROM document WHERE effective_from <= ? GROUP BY name",
                (now,),
            ).fetchall()
            (soonest,) = db.execute(
                "SELECT min(effective_from) FROM document WHERE effective_from > ?", (now,)
            ).fetchone()
        for name, version, body in rows:
            if self._force_versions.get(name) != version:
                self._force[name] = decode_document_body(body)
                self._force_versions[name] = version
        self._force_until = 1 << 62 if soonest is None else soonest

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock, store_errors():
            yield self._db

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._write_lock, store_errors():
            db = self._writer
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def _get(self, key: str, default: str) -> str:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return default if row is None else str(row[0])


def _set(db: sqlite3.Connection, key: str, value: str) -> None:
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
