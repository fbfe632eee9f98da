"""What journals, plastic, notes and the server's books say of one another when everything has been uploaded.

The invariants of the seeded worlds, asked of real programs' files; their own sums, not the server's.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine

from onecard.books import accounts
from onecard.cards.keys import make_test_keys
from onecard.cards.m1 import M1Card
from onecard.clock import SystemClock
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import OneCardError
from onecard.journal.journal import Journal
from onecard.terminal import enrol
from onecard.wire import messages as m
from server.books import tables
from server.books.reconcile import reconcile
from server.books.tables import id_of, key_of
from server.bootstrap import UNIT, database_url
from server.cards import tables as cards
from server.exceptions.tables import exception
from tests.soak import shift
from tests.soak.pocket import Pocket
from tests.world import books, ledger
from tests.world.invariant import NEVER, is_below_its_floor

T = TypeVar("T")
#: Entries whose money the journals know of by themselves; all others were ordered in the office or at a desk.
JOURNALED = frozenset({"sale", "void", "recharge", "issue", "load", "credit", "waiting", "lock"})


class Office:
    """The server's database, read past its code."""

    def __init__(self, folder: Path) -> None:
        self._engine = create_engine(database_url(folder, None))

    def read(self, question: Callable[[Connection], T]) -> T:
        with self._engine.connect() as connection:
            return question(connection)

    def close(self) -> None:
        self._engine.dispose()


@dataclass
class Told:
    """What one station's own disk says in the end. ``kept``: what was shown as done, what is in its box."""

    name: str
    terminal: int
    bodies: list[Any]
    verified: int
    pending: int
    kept: dict[str, Any] = field(default_factory=lambda: {"shown": []})

    @classmethod
    def by(cls, folder: Path) -> "Told":
        """A station that has ended."""
        identity = enrol.load(folder / "identity.json")
        assert identity is not None
        journal = Journal(folder / "journal.db", identity.terminal, identity.epoch, SystemClock())
        try:
            records = journal.records(journal.epoch, 0, 10**7)
            return cls(
                name=folder.name,
                terminal=identity.terminal,
                bodies=[m.decode_body(one.body) for one in records],
                verified=journal.verify(),
                pending=journal.pending,
                kept=json.loads((folder / "kept.json").read_text("utf-8")),
            )
        finally:
            journal.close()


def check(folder: Path, names: list[str]) -> list[str]:
    """Everything that does not hold in this folder; the programs have ended."""
    found, told = [], []
    for name in names:
        try:
            told.append(Told.by(folder / name))
        except Exception as error:
            found.append(f"journal of the {name}: {type(error).__name__}: {error}")
    office = Office(folder / "server")
    try:
        return found + disagreements(office, told, Pocket(folder / "cards", "judge").everything())
    finally:
        office.close()


def disagreements(office: Any, told: list[Told], plastics: Sequence[VirtualM1]) -> list[str]:
    """The same for whoever has an ``office`` that can be read."""
    return [f"{one.__name__}: {what}" for one in CHECKS for what in one(office, told, plastics)]


def the_books_tie_out(office: Any, told: list[Told], plastics: Sequence[VirtualM1]) -> Iterator[str]:
    for problem in office.read(lambda c: list(reconcile(c, UNIT))):
        yield str(problem)


def journals_are_whole_and_all_there(
    office: Any, told: list[Told], plastics: Sequence[VirtualM1]
) -> Iterator[str]:
    """No hole, nothing kept back, and the server holds the very same records."""
    held: dict[int, list[bytes]] = {}
    for row in sorted(books.rows(office, tables.record), key=lambda row: row.record):
        held.setdefault(id_of(row.record).terminal, []).append(bytes(row.body))
    for one in told:
        if one.verified != len(one.bodies):
            yield f"{one.name}: {one.verified} of {len(one.bodies)} records verify"
        if one.pending:
            yield f"{one.name}: {one.pending} records not uploaded"
        there = held.get(one.terminal, [])
        if [m.encode(body) for body in one.bodies][: len(there)] != there or len(there) < len(one.bodies):
            yield f"{one.name}: {len(one.bodies)} records, the server holds {len(there)}"


def what_was_shown_stands(office: Any, told: list[Told], plastics: Sequence[VirtualM1]) -> Iterator[str]:
    for one in told:
        states = {str(fate.body.id): fate.state for fate in ledger.fold([one.bodies]).fates}
        there = {str(body.id) for body in one.bodies}
        for id in one.kept["shown"]:
            if id not in there:
                yield f"{one.name}: {id} was shown and is in no journal"
            elif states.get(id, "done") not in ("done", "given_up"):
                yield f"{one.name}: {id} was shown as done and is {states[id]}"


def each_fact_counts_once(office: Any, told: list[Told], plastics: Sequence[VirtualM1]) -> Iterator[str]:
    """Per card: what all journals add up to is what the books hold, unless a desk or the office had to do
    with it."""
    lives: dict[int, list[Any]] = {}
    for row in sorted(books.rows(office, tables.record), key=lambda row: row.record):
        lives.setdefault(id_of(row.record).terminal, []).append(m.decode_body(bytes(row.body)))
    sums = ledger.fold(lives.values())
    ordered = {row.card for row in books.rows(office, tables.entry) if row.kind not in JOURNALED}
    waits = {row.card for row in books.rows(office, cards.open_tap)}
    held = books.by_card(office)
    for card in sorted(sums.owed.keys() | held.keys()):
        if not card or card in ordered | waits or sums.unsure.get(card):
            continue
        total = held[card].total if card in held else 0
        if total != sums.owed[card]:
            yield f"card {card} should have {sums.owed[card]}, the books hold {total}"


def every_intent_is_answered(office: Any, told: list[Told], plastics: Sequence[VirtualM1]) -> Iterator[str]:
    facts = {row.fact for row in books.rows(office, tables.fact)}
    waits = {row.fact for row in books.rows(office, cards.open_tap)}
    for one in told:
        for fate in ledger.fold([one.bodies]).fates:
            if key_of(fate.body.id) not in facts | waits:
                yield f"{fate.body.id} ({fate.state}) is unknown to the books"


def notes_are_credits(office: Any, told: list[Told], plastics: Sequence[VirtualM1]) -> Iterator[str]:
    for one in told:
        if "box_fen" not in one.kept:
            continue
        sums = ledger.fold([one.bodies])
        credited = Counter(credit.value_fen for credit in sums.credits.values())
        boxed = Counter(one.kept["box_fen"])
        if one.kept["inside_fen"]:
            boxed[one.kept["inside_fen"]] += 1
        if credited - boxed:
            yield f"{one.name}: credits without notes {dict(credited - boxed)}"
        if (boxed - credited).total() > sums.doubts:
            yield f"{one.name}: {dict(boxed - credited)} without a credit, {sums.doubts} exceptions"


def nothing_is_below_its_floor(office: Any, told: list[Told], plastics: Sequence[VirtualM1]) -> Iterator[str]:
    for name, fen in sorted(books.sums(office).items()):
        if is_below_its_floor(name, fen, ()):
            yield f"{name} is {fen}"


def nothing_alarms_without_a_cause(
    office: Any, told: list[Told], plastics: Sequence[VirtualM1]
) -> Iterator[str]:
    for row in books.rows(office, exception):
        if row.kind in NEVER:
            yield f"{row.kind} {row.subject} of card {row.card}"


def a_z_is_the_sum_of_its_records(
    office: Any, told: list[Told], plastics: Sequence[VirtualM1]
) -> Iterator[str]:
    for one in told:
        for close in (body for body in one.bodies if isinstance(body, m.ShiftClose)):
            found, said = shift.sold(one.bodies, close.shift, close.last_seq), shift.said(close.totals)
            if found != said:
                yield f"{one.name} Z{close.z}: says {said}, its records {found}"


def cards_say_what_the_books_say(
    office: Any, told: list[Told], plastics: Sequence[VirtualM1]
) -> Iterator[str]:
    held = books.sums(office)
    waits = {(row.card, row.issue) for row in books.rows(office, cards.open_tap)}
    gaps = {(row.card, row.issue) for row in books.rows(office, cards.gap) if row.inferred == 0}
    for medium in sorted(gaps):
        yield f"card {medium} has a hole in its chain"
    for plastic in plastics:
        try:
            image = M1Card(DirectStorage(plastic), make_test_keys(), UNIT).read()
        except OneCardError:
            continue  # blank, somebody else's, or left half-way: its purse is what it was before
        finally:
            plastic.pull()
        medium = (image.identity.card, image.identity.issue)
        if image.identity.unit != UNIT or medium in waits:
            continue
        found = held.get(accounts.purse(*medium, "main"), 0)
        if image.newest.main_fen != found:
            yield f"card {medium} says {image.newest.main_fen}, its purse in the books {found}"


CHECKS = (
    the_books_tie_out,
    journals_are_whole_and_all_there,
    what_was_shown_stands,
    every_intent_is_answered,
    each_fact_counts_once,
    notes_are_credits,
    nothing_is_below_its_floor,
    nothing_alarms_without_a_cause,
    a_z_is_the_sum_of_its_records,
    cards_say_what_the_books_say,
)
