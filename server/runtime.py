"""What every request needs, opened once per process: database, lane, clock, secrets, terminals and types."""

import asyncio
from collections import deque
from pathlib import Path

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy import Connection

from onecard.clock import Clock
from onecard.errors import Refused
from onecard.ids import Entropy
from onecard.wire import messages as m
from onecard.wire.mac import Macs
from onecard.wire.messages import CalendarTerms, CardType
from onecard.wire.session import SessionKeys, TicketBox
from server.books.lane import Lane
from server.books.office.sweep import sweep
from server.cards.keyroom import CardKeys
from server.catalogue.service import calendars, card_types
from server.catalogue.terms import NO_TERMS, Terms
from server.db import Database
from server.keys import ServerKeys
from server.members.seal import Seals
from server.payments.clerk import Clerk
from server.payments.configured import Configured
from server.terminals import version
from server.terminals.contact import keep
from server.terminals.tables import terminal

_log = structlog.get_logger()

#: How often a process looks whether terminals were revoked elsewhere, and writes down whom it heard.
LOOK_EVERY_S = 1.0
#: How often released subsidies are delivered, and deposits that nobody settled given back.
SWEEP_EVERY_S = 60
_TICKETS = 10_000


class Known(msgspec.Struct, frozen=True):
    """A terminal as the edge needs it on every request."""

    terminal: int
    kind: str
    epoch: int
    state: str
    public_key: bytes
    #: Who answers for the person at it, for one question; 0 = nobody else.
    supervisor: int = 0


class Session:
    """An opened ticket, and which request numbers were seen on it."""

    __slots__ = ("_highest", "_window", "keys", "macs")

    def __init__(self, keys: SessionKeys, ticket: str) -> None:
        self.keys = keys
        self.macs = Macs(keys, ticket)
        self._highest = 0
        self._window = 0

    def take(self, number: int) -> bool:
        """Whether this request number is new here. The 64 before the highest may come out of order.

        A repeat that reaches another process passes: every question is safe to repeat by its own id.
        """
        if number > self._highest:
            shift = number - self._highest
            self._window = (self._window << shift | 1) & ((1 << 64) - 1) if shift < 64 else 1
            self._highest = number
            return True
        back = self._highest - number
        if back >= 64 or self._window >> back & 1:
            return False
        self._window |= 1 << back
        return True


class Runtime:
    """One per process."""

    def __init__(
        self,
        db: Database,
        lane: Lane,
        clock: Clock,
        entropy: Entropy,
        keys: ServerKeys,
        unit: int,
        folder: Path | None = None,
    ) -> None:
        #: Where the server may keep files of its own, beside the database.
        self.folder = folder
        self.db = db
        self.lane = lane
        self.clock = clock
        self.entropy = entropy
        self.keys = keys
        self.unit = unit
        self.box = TicketBox(keys.ticket, entropy)
        self.code_secret = keys.derived("enrolment codes")
        self.seals = Seals(keys.derived("member keys"), entropy)
        #: argon2id takes 19 MiB and 20 ms each: two at once, the others wait.
        self.hashing = asyncio.Semaphore(2)
        self.heard: dict[int, m.Fetch] = {}
        #: Asks payment gateways.
        self.clerk = Clerk(lane, unit, Configured(folder))
        #: The keys of CPU cards, where the key ceremony has put them.
        self.card_keys: CardKeys | None = None
        #: Card types and calendars: they hold in every decision.
        self.terms = NO_TERMS
        self._rules: tuple[tuple[CardType, ...], dict[int, tuple[CalendarTerms, ...]]] = ((), {})
        self._known: dict[int, Known] = {}
        self._registry, self._rules_version = -1, (-1, -1)
        self._sessions: dict[str, Session] = {}
        self._order: deque[str] = deque()
        self._task: asyncio.Task[None] | None = None
        self._sweep_at = 0

    async def start(self) -> None:
        """Look at the terminals once, then every second."""
        await self.look()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Write down what was heard and let go of the database."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.keep_contacts()
        await self.db.close()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.look()
                await self.keep_contacts()
                await self.sweep()
                await self.clerk.turn(self.terms.types)
            except Exception:
                # The database is away; requests say so themselves, and the next look comes in a second.
                _log.exception("look_failed")

    async def look(self) -> None:
        """Learn what changed about terminals and rules, here or in another process, or by the hour."""

        def read(connection: Connection) -> list[Known] | None:
            running = version.versions(connection, self.unit)
            registry, types, calendar = (
                running.get(name, (0, 0))[0] for name in (version.REGISTRY, version.TYPES, version.CALENDAR)
            )
            if (types, calendar) != self._rules_version:
                self._rules = card_types(connection, self.unit), calendars(connection, self.unit)
                self._rules_version = (types, calendar)
            if registry == self._registry:
                return None
            self._registry = registry
            return _terminals(connection, self.unit)

        rows = await self.db.read(read)
        if rows is not None:
            self._known = {row.terminal: row for row in rows}
        self.terms = Terms.at(*self._rules, self.clock.now())

    async def sweep(self) -> None:
        """What time brings by itself, about once a minute."""
        now = self.clock.now()
        if now >= self._sweep_at:
            self._sweep_at = now + SWEEP_EVERY_S
            await sweep(self.lane, self.unit, self.terms.types)

    async def keep_contacts(self) -> None:
        """Write the heartbeats of the last second, all terminals in one go."""
        if not self.heard:
            return
        heard, self.heard = self.heard, {}
        now = self.clock.now()
        await self.db.write(lambda connection: keep(connection, self.unit, heard, now))

    def known(self, number: int) -> Known:
        """Raises ``Refused("terminal.unknown" | "terminal.revoked" | "terminal.suspended")``."""
        found = self._known.get(number)
        if found is None or found.state == "new":
            raise Refused("terminal.unknown")
        if found.state == "revoked":
            raise Refused("terminal.revoked")
        if found.state == "suspended":
            raise Refused("terminal.suspended")
        return found

    def session(self, ticket: str) -> Session:
        """The session of a ticket. Raises ``Refused("session.unknown" | "session.expired")``."""
        session = self._sessions.get(ticket)
        if session is None:
            if len(ticket) > 1024:
                raise Refused("session.unknown")
            session = Session(self.box.open(ticket), ticket)
            if session.keys.unit != self.unit:
                raise Refused("session.unknown")
            self._sessions[ticket] = session
            self._order.append(ticket)
            if len(self._order) > _TICKETS:
                self._sessions.pop(self._order.popleft(), None)
        if session.keys.expires <= self.clock.now():
            raise Refused("session.expired")
        return session


def _terminals(connection: Connection, unit_id: int) -> list[Known]:
    rows = connection.execute(sa.select(terminal).where(terminal.c.unit_id == unit_id))
    return [
        Known(row.terminal, row.kind, row.epoch, row.state, bytes.fromhex(row.public_key)) for row in rows
    ]
