"""Carries out what the cash intake orders, on the acceptor's own thread: the journal, then the device.

One per acceptor. Decides nothing about notes (``cash_intake.py`` does). Knows the journal's bodies of cash
and who opened the session; shows nothing: ``on_change`` tells the app after every step that changed
something.
"""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import msgspec

from kiosk import cash_intake
from kiosk.cash_box import LARGEST_COIN_FEN
from kiosk.cash_intake import Intake, Note
from kiosk.cash_room import CashRoom
from onecard.clock import Clock, business_day, card_day
from onecard.devices.acceptors import Acceptor, Event, Faulted
from onecard.devices.health import HealthView
from onecard.devices.worker import AcceptorWorker
from onecard.errors import StoreError
from onecard.ids import RecordId
from onecard.journal.index import number
from onecard.journal.journal import Journal
from onecard.terminal.station import Station
from onecard.wire.messages import Body, CashDoubt, Credit, NotWritten, Stack


class Session(msgspec.Struct, frozen=True):
    """Who feeds notes: the opening and the card that it is for, what came of the notes so far."""

    acceptor: str = ""
    card: int = 0
    issue: int = 0
    visit: int = 0
    #: ``(credit, fen)``, in order.
    credits: tuple[tuple[RecordId, int], ...] = ()
    #: ``(doubt, fen)`` of notes that went to the office as doubts.
    doubts: tuple[tuple[RecordId, int], ...] = ()


class CashDesk:
    """One acceptor of a kiosk. ``open`` and ``close`` return at once, from any thread."""

    def __init__(
        self,
        station: Station,
        clock: Clock,
        open_driver: Callable[[], Acceptor],
        serial: str,
        values_fen: tuple[int, ...],
        on_change: Callable[[Intake, Session], None],
        on_health: Callable[[HealthView], None] | None = None,
        *,
        name: str = "acceptor",
        room: CashRoom | None = None,
    ) -> None:
        """``room``: what it shares with the other acceptors of this kiosk."""
        self._station = station
        self._journal: Journal = station.journal
        self._clock = clock
        self._open_driver = open_driver
        self.serial = serial
        self._on_change = on_change
        self.session = Session(acceptor=serial)
        self._room = room or CashRoom()
        self._room.enter(self)
        #: Credited and on its way in, as the others were told last.
        self._moved = (0, 0)
        boot, open_stack, credited = last_note(self._journal, serial)
        # Above all that this terminal ever used, also on a disk that knows none of it (a spare's, a pruned
        # one): the numbers of its records never come again.
        head = self._journal.head
        boot = max(boot, number(RecordId(self._journal.terminal, head.epoch, head.seq)))
        drops = max(values_fen) <= LARGEST_COIN_FEN
        self.intake = cash_intake.at_start(values_fen, boot + 1, open_stack, credited, drops=drops)
        self._driver: Acceptor | None = None
        self._told: tuple[Intake, Session] | None = None
        self.worker = AcceptorWorker(
            name,
            self._connect,
            self._tell,
            clock=clock,
            on_health=on_health,
            on_gone=self._disconnected,
        )

    # ---- from the app

    def open(self, visit: int, card: int, issue: int, room_fen: int) -> None:
        """Take notes for this card up to ``room_fen``. Without an acceptor it begins with a fault."""
        self._open(Session(self.serial, card, issue, visit), room_fen)

    def try_out(self, opening: int) -> None:
        """Take one note and give it back. What falls in all the same is written down as nobody's."""
        self._open(Session(self.serial, visit=opening), max(self.intake.values_fen), trial=True)

    def _open(self, begun: Session, room_fen: int, *, trial: bool = False) -> None:
        def begin(_: Acceptor) -> None:
            with self._room.turns:
                self._room.open(begun.visit, room_fen)
                self.session = begun
                self._tell(cash_intake.Open(self._room.left_for(self), trial))

        def failed(future: "Future[None]") -> None:
            if future.exception() is not None:
                self._on_change(msgspec.structs.replace(self.intake, fault="silent"), begun)

        self.worker.call(begin).add_done_callback(failed)

    def close(self) -> None:
        """No further note; ``intake.can_close`` says when the last one has come to rest."""

        def failed(future: "Future[None]") -> None:
            # Also without a driver: a mouth that comes back must not be open for a visit that is over.
            if future.exception() is not None:
                self._tell(cash_intake.Close())

        self.worker.call(lambda _: self._tell(cash_intake.Close())).add_done_callback(failed)

    # ---- what the other desks want to know, in their turn

    def has_fen(self, visit: int) -> int:
        """Credited to this visit."""
        return sum(fen for _, fen in self.session.credits) if self.session.visit == visit else 0

    @property
    def moving_fen(self) -> int:
        """On its way in."""
        return 0 if self.intake.note is None else self.intake.note.value_fen

    def others_moved(self) -> None:
        """Another acceptor has taken money, or given some back: on this one's thread the room is set anew."""
        self.worker.call(lambda _: self._tell(None))

    # ---- on the acceptor's thread

    def _connect(self) -> Acceptor:
        driver = self._open_driver()
        driver.resume(0 if self.intake.credited is None else self.intake.credited[1])
        self._driver = driver
        self._tell(cash_intake.Reconnected())
        return driver

    def _disconnected(self) -> None:
        self._driver = None
        self._tell(Faulted("silent"))

    def _tell(self, event: Event | cash_intake.Event | None) -> None:
        """``None``: only the room may have changed."""
        with self._room.turns:
            self._step(cash_intake.Room(self._room.left_for(self)))
            if event is not None:
                self._step(event)
            moved = (self.has_fen(self.session.visit), self.moving_fen)
            if moved != self._moved:
                self._moved = moved
                self._room.moved(self)
            now = (self.intake, self.session)
            if now != self._told:
                self._told = now
                self._on_change(*now)

    def _step(self, event: cash_intake.Event) -> None:
        self.intake, orders = cash_intake.step(self.intake, event)
        for order in orders:
            self._carry_out(order)

    def _carry_out(self, order: cash_intake.Order) -> None:
        driver = self._driver
        match order:
            # What is said to a device that is away is said again when it is back: it asks for it.
            case cash_intake.Stack() if driver is not None:
                driver.stack()
            case cash_intake.GiveBack() if driver is not None:
                driver.give_back()
            case cash_intake.Acknowledge() if driver is not None:
                driver.acknowledge()
            case cash_intake.Enable(values) if driver is not None:
                driver.enable(values)
            case cash_intake.WriteStack(note):
                self._write_stack(note)
            case cash_intake.WriteCredit(note, value_fen, assumed):
                self._write_credit(note, value_fen, assumed)
            case cash_intake.WriteReturned(stack):
                self._append(lambda id: NotWritten(id=id, at=self._clock.now(), of=stack))
            case cash_intake.WriteDoubt():
                self._write_doubt(order)

    def _write_stack(self, note: Note) -> None:
        written = self._append(
            lambda id: Stack(
                **self._head(id),
                acceptor=self.serial,
                boot=note.boot,
                cycle=note.cycle,
                value_fen=note.value_fen,
                card=self.session.card,
                issue=self.session.issue,
            )
        )
        self._step(cash_intake.NotWritten() if written is None else cash_intake.StackWritten(written.id))

    def _write_credit(self, note: Note, value_fen: int, assumed: bool) -> None:
        card, issue = self._owner_of(note)
        written = self._append(
            lambda id: Credit(
                **self._head(id),
                acceptor=self.serial,
                boot=note.boot,
                cycle=note.cycle,
                value_fen=value_fen,
                card=card,
                issue=issue,
                assumed=assumed,
            )
        )
        if written is None:
            self._step(cash_intake.NotWritten())
            return
        if (card, issue) == (self.session.card, self.session.issue):
            credits = (*self.session.credits, (written.id, value_fen))
            self.session = msgspec.structs.replace(self.session, credits=credits)
        self._step(cash_intake.CreditWritten(value_fen))

    def _write_doubt(self, order: cash_intake.WriteDoubt) -> None:
        note = order.note
        value_fen = order.value_fen if note is None else note.value_fen
        card, issue = (self.session.card, self.session.issue) if note is None else self._owner_of(note)
        written = self._append(
            lambda id: CashDoubt(
                **self._head(id),
                acceptor=self.serial,
                boot=self.intake.boot if note is None else note.boot,
                cycle=order.cycle if note is None else note.cycle,
                value_fen=value_fen,
                what=order.what,
                card=card,
                issue=issue,
            )
        )

        if written is not None and (card, issue) == (self.session.card, self.session.issue):
            doubts = (*self.session.doubts, (written.id, value_fen))
            self.session = msgspec.structs.replace(self.session, doubts=doubts)

    def _owner_of(self, note: Note) -> tuple[int, int]:
        """The card whose session ordered this note; after a restart it is not today's. A coin is today's."""
        if note.is_coin:
            return self.session.card, self.session.issue
        stack = None if note.stack is None else self._journal.body(note.stack)
        return (stack.card, stack.issue) if isinstance(stack, Stack) else (0, 0)

    def _append(self, make: Callable[[RecordId], Body]) -> Body | None:
        try:
            return self._journal.append(make)
        except StoreError:
            return None

    def _head(self, id: RecordId) -> dict[str, Any]:
        at = self._clock.now()
        place = self._station.facts.place
        day = business_day(at, 0 if place is None else place.day_starts_at_minute)
        return {"unit": self._station.config.unit, "id": id, "at": at, "day": card_day(day)}


def last_note(journal: Journal, serial: str) -> tuple[int, Note | None, tuple[int, int] | None]:
    """What the journal knows of this acceptor, read backwards to its newest stack order:

    (newest boot number used, that order if it has no outcome, (boot, cycle) of what was credited or put in
    doubt last). What the device tells again of the latter is known: to the card, or to the office.
    """
    settled: set[tuple[int, int]] = set()
    newest: tuple[int, int] | None = None
    returned: set[RecordId] = set()
    boot = 0
    for body in journal.backwards():
        match body:
            case NotWritten():
                returned.add(body.of)
            case Credit() if body.acceptor == serial:
                # The one note in flight is settled by it; what is older was settled before.
                return max(boot, body.boot), None, newest or (body.boot, body.cycle)
            case CashDoubt() if body.acceptor == serial:
                settled.add((body.boot, body.cycle))
                newest = newest or ((body.boot, body.cycle) if body.cycle else None)
                boot = max(boot, body.boot)
            case Stack() if body.acceptor == serial:
                key = (body.boot, body.cycle)
                if key in settled or body.id in returned:
                    return max(boot, body.boot), None, newest
                return max(boot, body.boot), Note(*key, body.value_fen, body.id), None
    return boot, None, newest
