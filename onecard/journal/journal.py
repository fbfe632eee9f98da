"""What this terminal did, in order, on its own disk: append-only, numbered without gaps, chained by hashes.

Bodies are kept byte for byte. Nothing is ever edited; a record is final once ``append`` has returned.
Knows no card, no rule and no network.
"""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from onecard.clock import Clock
from onecard.errors import StoreError
from onecard.ids import RecordId
from onecard.journal import attempt, chain, exposure, index, orders
from onecard.journal.schema import open_journal, store_errors
from onecard.wire.chain import GENESIS, record_hash
from onecard.wire.messages import (
    Body,
    CashDoubt,
    Claim,
    Commanded,
    Credit,
    Intent,
    Record,
    ShiftClose,
    Waiting,
    encode_body,
)

B = TypeVar("B", bound=Body)

MAX_SEQ: Final = (1 << 24) - 1
MAX_EPOCH: Final = 255
#: Kept free for what must still be written about intents that are on the disk already.
RESERVE_BYTES: Final = 32 << 20
#: Intents that record what has happened and cannot be refused any more: they may use the reserve.
_FACTS: Final = (Credit, CashDoubt, Waiting, Claim, ShiftClose, Commanded)
_I32: Final = (1 << 31) - 1


@dataclass(frozen=True)
class Head:
    """Where the journal stands: ``seq`` 0 and the zero hash before the first record of an epoch."""

    epoch: int
    seq: int
    hash: str


class Journal:
    """The journal of one terminal. Safe to use from several threads, by one process."""

    def __init__(
        self,
        path: Path,
        terminal: int,
        epoch: int,
        clock: Clock,
        *,
        free_bytes: Callable[[], int] | None = None,
    ) -> None:
        """Open or create. Raises ``StoreError``: ``store.read_only``, ``store.corrupt``, ``store.in_use``,
        ``store.newer``, ``store.other_terminal``, ``store.failed``."""
        self.path = path
        self.terminal = terminal
        self.epoch = epoch
        self._clock = clock
        folder = str(path.parent)
        self._free_bytes = free_bytes or (lambda: shutil.disk_usage(folder).free)
        self._lock = threading.RLock()
        self._doubtful = False
        self._seq, self._hash = 0, GENESIS
        self._offset_s = self._contact_at = self._contact_kept = 0
        #: Epoch → watermarks, and the last number of each epoch that has ended.
        self._marks: dict[int, tuple[int, int]] = {}
        self._ends: dict[int, int] = {}
        self._contact_mono: float | None = None
        self._db = open_journal(path)
        #: Questions about taps, shifts and credits.
        self.index = index.Index(terminal, self._reading)
        #: What was approved without the office.
        self.exposure = exposure.Exposure(self._reading)
        #: Commands of the office.
        self.orders = orders.Orders(self._reading, self.writing)
        self.attempts = attempt.Attempts(self._reading, self.writing)
        with self._reading():
            if self._get("terminal", str(terminal)) != str(terminal):
                raise StoreError("store.other_terminal", terminal=self._get("terminal", ""))
            if self._get("terminal", "") == "":
                self._set("terminal", str(terminal))
            if epoch > int(self._get("epoch", "0")):
                self._set("epoch", str(epoch))
        self._load_head()

    def close(self) -> None:
        with self._lock:
            self._db.close()

    # ---- writing

    @property
    def has_room(self) -> bool:
        """Whether intents are taken. Money that is gone once it was taken is better not asked for before."""
        return self._free_bytes() >= RESERVE_BYTES

    def append(self, make: Callable[[RecordId], B]) -> B:
        """Give the next number to ``make`` and write what it makes; returns after the disk has it.

        Raises ``StoreError`` and nothing counts as written, or ``Conflict`` from the last wall (``index``),
        or ``Refused("record.unfit")``.
        """
        with self._lock, self._transaction():
            return self._write(make)

    def append_all(self, makes: Sequence[Callable[[RecordId], Body]]) -> list[Body]:
        """Several records, all or none, for the price of one wait for the disk."""
        with self._lock, self._transaction():
            return [self._write(make) for make in makes]

    def _write(self, make: Callable[[RecordId], B]) -> B:
        if self._seq >= MAX_SEQ:
            raise StoreError("store.numbers_used")
        id = RecordId(self.terminal, self.epoch, self._seq + 1)
        body = make(id)
        assert body.id == id, (body.id, id)
        if isinstance(body, Intent) and not isinstance(body, _FACTS) and not self.has_room:
            raise StoreError("store.full")
        self._insert(id, encode_body(body), None)
        index.note(self._db, body)
        exposure.note(self._db, body)
        orders.note(self._db, body)
        return body

    def _insert(self, id: RecordId, body: bytes, was: int | None) -> None:
        at, mono_ms = self._clock.now(), int(self._clock.monotonic() * 1000)
        offset = max(-_I32, min(_I32, self._offset_s))
        hashed = record_hash(self._hash, self.terminal, id.epoch, id.seq, at, mono_ms, offset, body)
        self._db.execute(
            "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (index.number(id), at, mono_ms, offset, body, self._hash, hashed, was),
        )
        self._seq, self._hash = id.seq, hashed

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with store_errors():
            if self._doubtful:
                self._reopen()
            before = (self._seq, self._hash)
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield
                self._db.execute("COMMIT")
            except BaseException as error:
                self._seq, self._hash = before
                # After a failure of the disk neither its cache nor the connection's can be trusted, and even
                # a failed commit may be there: the next access starts again from the file.
                self._doubtful = sqlite3.DatabaseError in (
                    type(error).__mro__ + type(error.__cause__).__mro__
                )
                if not self._doubtful:
                    self._db.execute("ROLLBACK")
                raise

    def _reopen(self) -> None:
        self._db.close()
        self._db = open_journal(self.path)
        self._doubtful = False
        self._load_head()

    # ---- what is written

    @property
    def head(self) -> Head:
        with self._lock:
            return Head(self.epoch, self._seq, self._hash)

    def body(self, id: RecordId) -> Body | None:
        """The body of one own record."""
        if id.terminal != self.terminal:
            return None
        with self._reading() as db:
            row = db.execute("SELECT body FROM record WHERE n = ?", (index.number(id),)).fetchone()
        return None if row is None else chain.decoded(row[0])

    def body_bytes(self, id: RecordId) -> bytes:
        """The body exactly as it was written. ``KeyError`` if there is none."""
        with self._reading() as db:
            row = db.execute("SELECT body FROM record WHERE n = ?", (index.number(id),)).fetchone()
        if row is None:
            raise KeyError(str(id))
        return bytes(row[0])

    def records(self, epoch: int, after: int, limit: int = 1000) -> tuple[Record, ...]:
        """Records of ``epoch`` with seq > ``after``, in order, as they travel."""
        first = index.number(RecordId(self.terminal, epoch, after))
        last = index.number(RecordId(self.terminal, epoch, MAX_SEQ))
        with self._reading() as db:
            rows = db.execute(
                f"SELECT {chain.COLUMNS} FROM record"  # noqa: S608 - our own words
                " WHERE n > ? AND n <= ? ORDER BY n LIMIT ?",
                (first, last, limit),
            ).fetchall()
        return tuple(chain.as_record(self.terminal, row) for row in rows)

    def hash_at(self, epoch: int, seq: int) -> str | None:
        """The hash of one record, the zero hash for seq 0; ``None`` if it is not here."""
        if seq == 0:
            return GENESIS
        with self._reading() as db:
            n = index.number(RecordId(self.terminal, epoch, seq))
            row = db.execute("SELECT hash FROM record WHERE n = ?", (n,)).fetchone()
        return None if row is None else str(row[0])

    def last_at(self) -> int:
        """When the newest record was decided, by its own word; 0 in an empty journal."""
        with self._reading() as db:
            return chain.last_at(db)

    def bodies(self, first: RecordId, last: RecordId | None = None) -> Iterator[Body]:
        """Bodies in order from ``first`` on."""
        top = index.number(last) if last is not None else 1 << 62
        with self._reading() as db:
            rows = db.execute(
                "SELECT body FROM record WHERE n BETWEEN ? AND ? ORDER BY n", (index.number(first), top)
            ).fetchall()
        return (chain.decoded(row[0]) for row in rows)

    def backwards(self) -> Iterator[Body]:
        """Bodies of all epochs, the newest first; what was issued again comes once."""
        return chain.backwards(self._reading)

    # ---- the exchange with the office

    @property
    def offset_s(self) -> int:
        """Server time − this clock, as last heard; goes into every record."""
        return self._offset_s

    @property
    def contact_at(self) -> int:
        """Server time of the last contact, 0 = never."""
        return self._contact_at

    @property
    def contact(self) -> tuple[int, float] | None:
        """Server time and monotonic time of the last contact of this very process."""
        with self._lock:
            return None if self._contact_mono is None else (self._contact_at, self._contact_mono)

    @property
    def received(self) -> int:
        """The server has every record of the current epoch up to here."""
        return self._marks[self.epoch][0]

    @property
    def durable(self) -> int:
        """And has it safe outside its own disk up to here."""
        return self._marks[self.epoch][1]

    @property
    def pending(self) -> int:
        """Records that the server has not confirmed, of all epochs."""
        with self._lock:
            return sum(self._end(epoch) - received for epoch, (received, _) in self._marks.items())

    def unsent(self) -> tuple[int, int] | None:
        """Oldest epoch with unconfirmed records, and up to where it is confirmed."""
        return next(iter(self.unsent_all()), None)

    def unsent_all(self) -> list[tuple[int, int]]:
        """Every epoch with unconfirmed records, the oldest first, and up to where it is confirmed."""
        with self._lock:
            marks = sorted(self._marks.items())
            return [(epoch, received) for epoch, (received, _) in marks if self._end(epoch) > received]

    def set_watermarks(
        self, received: int, durable: int | None = None, epoch: int | None = None, at: int = 0
    ) -> None:
        """What the server has, by its time ``at`` (0: the last contact). May go down: it was restored."""
        with self._lock:
            which = self.epoch if epoch is None else epoch
            before = self._marks[which]
            after = (received, before[1] if durable is None else durable)
            if after != before:
                with self._transaction():
                    self._mark(which, *after)
                    exposure.acknowledge(self._db, which, received, at or self._contact_at)

    def set_durable(self, epoch: int, seq: int) -> None:
        """A backup outside the server holds this epoch up to here; never more than the server has."""
        with self._lock:
            received, before = self._marks.get(epoch, (0, 0))
            if before < min(seq, received):
                with self._transaction():
                    self._mark(epoch, received, min(seq, received))

    def _mark(self, epoch: int, received: int, durable: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO watermark VALUES (?, ?, ?)", (epoch, received, durable))
        self._marks[epoch] = (received, durable)

    def _end(self, epoch: int) -> int:
        return self._seq if epoch == self.epoch else self._ends[epoch]

    def set_contact(self, server_now: int) -> None:
        """The server was heard at ``server_now``: learn the clock's offset."""
        offset = server_now - self._clock.now()
        with self._lock:
            # Kept once a minute: after a restart the last contact may look a minute older than it was.
            if abs(offset - self._offset_s) > 2 or abs(server_now - self._contact_kept) >= 60:
                with self._transaction():
                    self._set("offset_s", str(offset))
                    self._set("contact_at", str(server_now))
                self._contact_kept = server_now
            self._offset_s, self._contact_at = offset, server_now
            self._contact_mono = self._clock.monotonic()

    # ---- another life of the same disk

    def start_epoch(self, epoch: int, common_seq: int) -> None:
        """The server knows another journal under this epoch from ``common_seq`` + 1 on (cloned or restored
        disk): go on in ``epoch`` and issue the records after the common head again, byte for byte."""
        if not self.epoch < epoch <= MAX_EPOCH:
            raise StoreError("store.numbers_used")
        with self._lock:
            again = self.records(self.epoch, common_seq, MAX_SEQ)
            old = (self.epoch, self._seq, self._hash, dict(self._marks))
            try:
                with self._transaction():
                    self._mark(self.epoch, self._seq, self._marks[self.epoch][1])
                    self.epoch, self._seq, self._hash = epoch, 0, GENESIS
                    self._mark(epoch, 0, 0)
                    self._set("epoch", str(epoch))
                    for record in again:
                        was = record.was or (old[0], record.seq)
                        id = RecordId(self.terminal, epoch, self._seq + 1)
                        self._insert(id, bytes(record.body), index.number(RecordId(self.terminal, *was)))
                        exposure.issued_again(self._db, old[0] << 24 | record.seq, index.number(id))
                self._ends[old[0]] = old[1]
            except BaseException:
                self.epoch, self._seq, self._hash, self._marks = old
                raise

    def verify(self) -> int:
        """Walk the whole chain; how many records hold. Raises ``StoreError("store.corrupt")``."""
        with self._reading() as db:
            return chain.walk(db, self.terminal)

    # ---- inside

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._transaction():
            yield self._db

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, store_errors():
            if self._doubtful:
                self._reopen()
            yield self._db

    def _load_head(self) -> None:
        with self._reading() as db:
            self.epoch = int(self._get("epoch", "0"))
            self._marks = {
                epoch: (received, durable)
                for epoch, received, durable in db.execute("SELECT * FROM watermark").fetchall()
            }
            self._ends = {epoch: chain.last_seq(db, epoch) for epoch in self._marks}
            if self.epoch not in self._marks:
                self._mark(self.epoch, 0, 0)
            self._offset_s = int(self._get("offset_s", "0"))
            self._contact_at = self._contact_kept = int(self._get("contact_at", "0"))
            row = db.execute(
                "SELECT n, at, mono_ms, offset_s, body, prev, hash FROM record ORDER BY n DESC LIMIT 1"
            ).fetchone()
        self._seq, self._hash = 0, GENESIS
        if row is None:
            return
        id = index.record_id(self.terminal, row[0])
        _, at, mono_ms, offset_s, body, prev, hashed = row
        if record_hash(prev, self.terminal, id.epoch, id.seq, at, mono_ms, offset_s, body) != hashed:
            raise StoreError("store.corrupt", record=str(id))
        if id.epoch == self.epoch:
            self._seq, self._hash = id.seq, hashed

    def _get(self, key: str, default: str) -> str:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return default if row is None else str(row[0])

    def _set(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
