"""What each body changes in the journal's indexes, inside the transaction that appends it.

Also the last wall: an intent that is settled cannot be settled again, a note cannot take two roads.
Knows SQL and bodies; knows neither cards nor people.
"""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import Final

from onecard.errors import Conflict
from onecard.ids import RecordId
from onecard.journal.facet import PurseIntent, amount_of, card_of, kind_of
from onecard.wire.errands import RefundPaid
from onecard.wire.messages import (
    PURSE_INTENTS,
    Answered,
    Body,
    Claim,
    CounterSale,
    Credit,
    Done,
    ForeignOrder,
    ForeignWord,
    GivenUp,
    NotWritten,
    ProvedDone,
    Recharge,
    Seen,
    ShiftClose,
    ShiftOpen,
    Status,
    Unresolved,
    Void,
    Waiting,
)

_SEQ_BITS: Final = 24


#: A clock that is set back or forth by less than this hides no record from a list by time.
_AROUND_S: Final = 3600


def number(id: RecordId) -> int:
    """The key of a record in the tables."""
    return id.epoch << _SEQ_BITS | id.seq


def record_id(terminal: int, n: int) -> RecordId:
    return RecordId(terminal, n >> _SEQ_BITS, n & (1 << _SEQ_BITS) - 1)


#: Outcome → the state it gives, and the states it may come from.
_STEPS: Final[dict[type, tuple[str, tuple[str, ...]]]] = {
    Unresolved: ("aside", ("open",)),
    GivenUp: ("given_up", ("open", "aside")),
    Done: ("done", ("open", "aside")),
    ProvedDone: ("done", ("open", "aside")),
    NotWritten: ("not_written", ("open", "aside")),
}


def note(db: sqlite3.Connection, body: Body) -> None:
    """Bring the indexes up to this body. Raises ``Conflict`` and the append is undone."""
    n = number(body.id)
    if isinstance(body, PURSE_INTENTS):
        _note_intent(db, n, body)
    if isinstance(body, CounterSale) and body.reference:
        # A reference of ours is the number of its order's record; one of somebody else's finds no row.
        with suppress(ValueError):
            paid = number(RecordId.parse(body.reference))
            db.execute("UPDATE foreign_order SET sold_n = ? WHERE n = ? AND sold_n IS NULL", (n, paid))
    match body:
        case Recharge(credits=credits) | Waiting(credits=credits) | Claim(credits=credits):
            for credit in credits:
                _note_road(db, n, credit)
        case Credit():
            db.execute("INSERT INTO credit (n) VALUES (?)", (n,))
        case Unresolved() | GivenUp() | Done() | NotWritten():
            _note_step(db, body)
            if isinstance(body, GivenUp):
                # A refund that may have been done all the same: kept as a negative number.
                db.execute("UPDATE foreign_order SET sold_n = -sold_n WHERE sold_n = ?", (number(body.of),))
        case Seen():
            db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (str(body.of), body.counter))
        case RefundPaid():
            # What was given up before it was answered is asked for anew under another number.
            claim = "UPDATE foreign_order SET sold_n = ? WHERE n = ? AND (sold_n IS NULL OR sold_n < 0)"
            db.execute(claim, (n, number(body.paid)))
        case Answered(status=status) if status not in (Status.CREATED, Status.EXISTS):
            # A refund that was not done: what was paid back is not booked yet.
            db.execute("UPDATE foreign_order SET sold_n = NULL WHERE sold_n = ?", (number(body.of),))
        case ForeignOrder():
            db.execute("INSERT INTO foreign_order VALUES (?, ?, NULL, NULL)", (n, body.device))
        case ForeignWord():
            _note_word(db, n, body)
        case ShiftOpen():
            db.execute("INSERT INTO shift (number, opened_n) VALUES (?, ?)", (body.shift, n))
        case ShiftClose():
            db.execute("UPDATE shift SET closed_n = ? WHERE number = ?", (n, body.shift))


def _note_word(db: sqlite3.Connection, n: int, body: ForeignWord) -> None:
    changed = db.execute(
        "UPDATE foreign_order SET word_n = ? WHERE n = ? AND word_n IS NULL", (n, number(body.of))
    )
    if changed.rowcount == 0:
        raise Conflict("tap.settled", of=str(body.of))


def _note_intent(db: sqlite3.Connection, n: int, body: PurseIntent) -> None:
    voids = number(body.voids) if isinstance(body, Void) else None
    db.execute(
        "INSERT INTO tap (n, kind, shift, card, issue, fen, state, voids_n)"
        " VALUES (?, ?, ?, ?, ?, ?, 'open', ?)",
        (n, kind_of(body), body.shift, *card_of(body), amount_of(body), voids),
    )


def _note_step(db: sqlite3.Connection, body: Unresolved | GivenUp | Done | NotWritten) -> None:
    state, before = _STEPS[type(body)]
    marks = ",".join("?" * len(before))
    changed = db.execute(
        f"UPDATE tap SET state = ? WHERE n = ? AND state IN ({marks})",  # noqa: S608 - only question marks
        (state, number(body.of), *before),
    )
    if changed.rowcount == 0 and _is_tap(db, body.of):
        raise Conflict("tap.settled", of=str(body.of))


def _is_tap(db: sqlite3.Connection, of: RecordId) -> bool:
    # Stack intents of the cash intake get outcomes too, and have no state here.
    return db.execute("SELECT 1 FROM tap WHERE n = ?", (number(of),)).fetchone() is not None


def _note_road(db: sqlite3.Connection, n: int, credit: RecordId) -> None:
    changed = db.execute(
        "UPDATE credit SET road_n = ? WHERE n = ? AND (road_n IS NULL OR"
        " EXISTS (SELECT 1 FROM tap WHERE tap.n = credit.road_n AND state = 'not_written'))",
        (n, number(credit)),
    )
    if changed.rowcount == 0:
        raise Conflict("credit.used", credit=str(credit))


@dataclass(frozen=True)
class Tap:
    """One purse intent and its state: ``open | aside | given_up | done | not_written``."""

    id: RecordId
    state: str
    kind: str
    shift: int
    card: int
    issue: int
    fen: int


class Index:
    """Questions to the indexes. ``reading`` hands out the connection under the journal's lock."""

    def __init__(
        self, terminal: int, reading: Callable[[], AbstractContextManager[sqlite3.Connection]]
    ) -> None:
        self._terminal = terminal
        self._reading = reading

    def open_taps(self) -> list[Tap]:
        """Own purse intents that are open or aside, oldest first."""
        return self._taps("state IN ('open', 'aside') ORDER BY n")

    def taps(self, *states: str) -> list[Tap]:
        """All own purse intents in one of these states, oldest first; walks through the whole table."""
        marks = ",".join(f"'{state}'" for state in states)
        assert all(state.replace("_", "").isalpha() for state in states), states
        return self._taps(f"state IN ({marks}) ORDER BY n")

    def taps_of_shift(self, shift: int) -> list[Tap]:
        """All purse intents of a shift, oldest first."""
        # They stand between its two records: one index fewer to write at every sale.
        return self._taps(
            "shift = ?1 AND n > (SELECT opened_n FROM shift WHERE number = ?1) AND n <"
            " (SELECT coalesce(closed_n, 1 << 62) FROM shift WHERE number = ?1) ORDER BY n",
            shift,
        )

    def taps_between(self, since: int, until: int) -> list[Tap]:
        """Purse intents whose record was written in this span of the wall clock, and those of an hour around
        it (clocks are set); oldest first."""
        with self._reading() as db:
            first, last = _first_at(db, since - _AROUND_S), _first_at(db, until + _AROUND_S)
        return self._taps("n >= ? AND n < ? ORDER BY n", first, last)

    def taps_given_up(self, card: int, issue: int) -> list[Tap]:
        """Own intents on this card that were given up; the newest first."""
        return self._taps("state = 'given_up' AND card = ? AND issue = ? ORDER BY n DESC", card, issue)

    def tap(self, id: RecordId) -> Tap | None:
        """One own purse intent."""
        if id.terminal != self._terminal:
            return None
        return next(iter(self._taps("n = ?", number(id))), None)

    def voids_of(self, sale: RecordId) -> list[Tap]:
        """Voids that name this sale, in every state."""
        return self._taps("voids_n = ? ORDER BY n", number(sale))

    def _taps(self, where: str, *values: int) -> list[Tap]:
        with self._reading() as db:
            rows = db.execute(
                f"SELECT n, state, kind, shift, card, issue, fen FROM tap WHERE {where}",  # noqa: S608 - our own words
                values,
            ).fetchall()
        return [Tap(record_id(self._terminal, n), *rest) for n, *rest in rows]

    def moved_since(self, kind: str, after: RecordId) -> int:
        """Σ fen of this kind after a record, without what was shown not written."""
        with self._reading() as db:
            row = db.execute(
                "SELECT coalesce(sum(fen), 0) FROM tap WHERE n > ? AND kind = ? AND state != 'not_written'",
                (number(after), kind),
            ).fetchone()
        return int(row[0])

    def credited_since(self, after: RecordId) -> int:
        """Σ fen of the notes and coins credited after a record, whatever became of them."""
        with self._reading() as db:
            row = db.execute(
                "SELECT coalesce(sum(json_extract(CAST(body AS TEXT), '$.value_fen')), 0)"
                " FROM credit CROSS JOIN record USING (n) WHERE n > ?",
                (number(after),),
            ).fetchone()
        return int(row[0])

    def foreign_orders(
        self, device: str, most: int
    ) -> list[tuple[RecordId, RecordId | None, RecordId | None, RecordId | None]]:
        """The newest orders at such a terminal: order, what came of it, the sale or refund that names it, the
        refund that did and was given up; oldest first. Whatever is still open is among them."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT n, word_n, sold_n FROM foreign_order WHERE device = ?1 AND (word_n IS NULL OR n IN"
                " (SELECT n FROM foreign_order WHERE device = ?1 ORDER BY n DESC LIMIT ?2)) ORDER BY n",
                (device, most),
            ).fetchall()

        def id_of(n: int | None) -> RecordId | None:
            return None if n is None else record_id(self._terminal, n)

        return [
            (
                record_id(self._terminal, n),
                id_of(word),
                id_of(sold if sold is not None and sold > 0 else None),
                id_of(-sold if sold is not None and sold < 0 else None),
            )
            for n, word, sold in rows
        ]

    def was_seen(self, of: RecordId, counter: int) -> bool:
        """Whether evidence about this intent at this counter of its card is journaled already."""
        with self._reading() as db:
            row = db.execute("SELECT 1 FROM seen WHERE of = ? AND counter = ?", (str(of), counter)).fetchone()
        return row is not None

    def shift_opened(self, number: int) -> RecordId | None:
        """The record that opened this shift."""
        with self._reading() as db:
            row = db.execute("SELECT opened_n FROM shift WHERE number = ?", (number,)).fetchone()
        return None if row is None else record_id(self._terminal, int(row[0]))

    def open_shift(self) -> RecordId | None:
        """The record that opened the shift now open."""
        with self._reading() as db:
            row = db.execute("SELECT opened_n FROM shift WHERE closed_n IS NULL").fetchone()
        return None if row is None else record_id(self._terminal, row[0])

    def shift_count(self) -> tuple[int, int]:
        """Number of the newest shift, and how many are closed."""
        with self._reading() as db:
            newest, closed = db.execute(
                "SELECT coalesce(max(number), 0), count(closed_n) FROM shift"
            ).fetchone()
        return int(newest), int(closed)

    def free_credits(self) -> list[RecordId]:
        """Credits on no road, or whose card write was shown not written; oldest first."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT n FROM credit WHERE road_n IS NULL UNION SELECT credit.n FROM tap"
                " CROSS JOIN credit ON road_n = tap.n WHERE state = 'not_written' ORDER BY 1"
            ).fetchall()
        return [record_id(self._terminal, n) for (n,) in rows]


def _first_at(db: sqlite3.Connection, at: int) -> int:
    """The first record of this moment or later; halves the numbers, which rise with the time."""
    (top,) = db.execute("SELECT coalesce(max(n), 0) + 1 FROM record").fetchone()
    low, high = 0, int(top)
    while low < high:
        middle = (low + high) // 2
        row = db.execute("SELECT n, at FROM record WHERE n >= ? ORDER BY n LIMIT 1", (middle,)).fetchone()
        if row is None or row[1] >= at:
            high = middle
        else:
            low = int(row[0]) + 1
    return low
