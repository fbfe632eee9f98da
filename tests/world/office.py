"""The server of a world: edge, lane and books as they are, on a false disk, without sockets and threads.

Each question is answered before the next step of the world. A killed server answers nobody and comes back
from what its disk kept. Knows how to ask the office for what needs no card; knows no terminal and no fault.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import msgspec
import structlog
from sqlalchemy import Connection, select

from onecard.cards.keys import make_test_keys
from onecard.clock import Clock
from onecard.errors import OneCardError, Unreachable
from onecard.ids import SeededEntropy
from onecard.wire import messages as m
from server import bootstrap
from server.books.lane import Lane
from server.books.posting import Command
from server.cards.keyroom import CardKeys
from server.catalogue.service import put_card_type
from server.db import Database
from server.keys import ServerKeys
from server.migrations import migrate
from server.operators import secret
from server.operators import service as operators
from server.organisation.service import add_outlet, first_unit
from server.runtime import Runtime
from server.terminals import restored, suspension
from server.terminals import service as terminals
from server.terminals.edge import Edge
from server.terminals.tables import terminal as terminal_table
from tests.world.disk import Disk

T = TypeVar("T")
NOW = 1_790_000_000
UNIT = 1
FILE = "onecard.db"
#: Of all cards of a world, at the office and at every station.
CARD_KEYS = make_test_keys()
PURSE, ACCOUNT, CHIP = 1, 2, 3
#: Numbers of the people whom every world has, in the order in which they are added.
CASHIER, BOSS, CLERK, CLERK_2, KEEPER = 2, 3, 4, 5, 6
#: Looks after the kiosks, with a card and this PIN.
KEEPER_PIN = "482913"
WALLETS = tuple(m.WalletTerms(wallet=name) for name in ("subsidy", "subsidy2", "main"))
TYPES = (
    m.CardType(type=PURSE, name="普通卡", cap_fen=100_000, sale_limit_fen=50_000, wallets=WALLETS),
    m.CardType(type=ACCOUNT, name="网络卡", purse_on_card=False, cap_fen=100_000, wallets=WALLETS),
    m.CardType(type=CHIP, name="芯片卡", cap_fen=100_000, sale_limit_fen=50_000, media=("cpu",)),
)


class InlineDatabase(Database):
    """The embedded database whose work is done at once, by whoever asks."""

    async def write(self, work: Callable[[Connection], T]) -> T:
        return self._written(work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        return self._seen(work)

    async def close(self) -> None:
        self.let_go()

    def let_go(self) -> None:
        """No connection is kept."""
        self._let_go()
        for engine in (self._writer, self._reader, self._copier):
            engine.dispose()


def quiet() -> None:
    """The log of a fleet that is being broken on purpose says nothing that the story does not say shorter."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


_DATABASES: dict[str, InlineDatabase] = {}
_template: dict[str, bytes] = {}
_RUNNER: list[asyncio.Runner] = []


def run(work: Coroutine[Any, Any, T]) -> T:
    """One event loop for all; nothing on it ever waits for time or sockets."""
    if not _RUNNER:
        _RUNNER.append(asyncio.Runner())
    return _RUNNER[0].run(work)


async def _furnish(db: Database, clock: Clock) -> None:
    await migrate(db)
    now, entropy = clock.now(), SeededEntropy(1)

    def fill(connection: Connection) -> None:
        bootstrap.make(connection, now, entropy)
        add_outlet(connection, UNIT, "二号网点", 1, 1)
        for card_type in TYPES:
            put_card_type(connection, UNIT, card_type, now)
        for login, role in (("cashier", 4), ("boss", 2), ("clerk", 1), ("clerk2", 1)):
            # Nobody types a PIN here, but only who has one may work at a till.
            operators.add_operator(
                connection, UNIT, now, login=login, name=login, grants=((role, 0),), pin="none"
            )
        keeper, pin = "keeper", secret.verifier(KEEPER_PIN)
        operators.add_operator(connection, UNIT, now, login=keeper, name=keeper, grants=((6, 0),), pin=pin)

    await db.write(fill)


def template(clock: Clock) -> dict[str, bytes]:
    """The disk of a server that was set up and has heard of nobody yet; made once per process."""
    if not _template:
        disk = Disk("template")
        db = InlineDatabase(f"sqlite:///{disk.path(FILE)}")
        run(_furnish(db, clock))
        db.let_go()
        _template.update(disk.copy())
        disk.remove()
    return _template


class Reply(msgspec.Struct):
    """What came back over the wire."""

    status: int
    body: bytes
    headers: dict[str, str]


class Office:
    """The one server of a world."""

    def __init__(self, name: str, clock: Clock, entropy: SeededEntropy) -> None:
        self.clock, self.entropy = clock, entropy
        self.disk = Disk(name)
        self.disk.restore(template(clock))
        self.keys = ServerKeys(entropy.bytes(32), entropy.bytes(32))
        self.lives = 0
        self._swept_at = 0.0
        self._office_seq = 0
        self.runtime: Runtime | None = None
        self.start()

    # ---- its life

    def start(self) -> None:
        """Open what is on the disk."""
        url = f"sqlite:///{self.disk.path(FILE)}"
        # Statements are compiled once for all worlds of this process; connections are always fresh ones.
        # And its tables are those that it was furnished with: no world installs another program.
        db = _DATABASES.setdefault(url, InlineDatabase(url))
        unit = run(db.read(first_unit))
        assert unit == UNIT
        self.lives += 1
        lane = Lane(db, self.clock)
        self.runtime = Runtime(db, lane, self.clock, self.entropy, self.keys, UNIT)
        self.runtime.card_keys = CardKeys(UNIT, CARD_KEYS)
        self.edge = Edge(self.runtime)
        run(self.runtime.look())

    @property
    def is_up(self) -> bool:
        return self.runtime is not None and not self.disk.is_dead

    def kill(self, below: Callable[[int], int]) -> int:
        """It stops, now; how many writes that were not synced its disk lost."""
        self.disk.is_dead = True
        if self.runtime is not None:
            db = self.runtime.db
            assert isinstance(db, InlineDatabase)
            db.let_go()
        self.runtime = None
        return self.disk.crash(below)

    def tick(self) -> None:
        """What the server does by itself once a second."""
        runtime = self.runtime
        if runtime is not None and self.is_up:
            with suppress(Unreachable):
                self._run(runtime.look())
                if self.clock.monotonic() >= self._swept_at + 10:
                    # Nobody here looks at when a terminal was heard last.
                    self._swept_at = self.clock.monotonic()
                    self._run(runtime.keep_contacts())
                    self._run(runtime.sweep())

    def hear(self) -> None:
        """Who was heard is written down now."""
        if self.runtime is not None and self.is_up:
            with suppress(Unreachable):
                self._run(self.runtime.keep_contacts())

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        """Raises ``Unreachable`` when it dies over it."""
        try:
            return run(work)
        except Exception as error:
            if self.disk.is_dead or self.disk.trouble:
                raise Unreachable(why="the server died") from error
            raise

    # ---- what terminals ask

    def exchange(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        """One exchange; only while it is up."""
        return self._run(self._asked(method, path, body, headers))

    def exchange_all(self, asked: list[tuple[str, str, bytes, dict[str, str]]]) -> None:
        """Several at the same time, whose answers nobody hears."""

        async def both() -> None:
            await asyncio.gather(*(self._asked(*one) for one in asked))

        with suppress(Unreachable):
            self._run(both())

    async def _asked(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        sent: list[dict[str, Any]] = []
        told = {"host": "office", "content-length": str(len(body)), **headers}
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "headers": [(k.lower().encode(), v.encode()) for k, v in told.items()],
            "client": ("10.0.0.1", 50_000),
        }
        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            return waiting.pop(0)

        async def send(event: dict[str, Any]) -> None:
            sent.append(event)

        await self.edge(scope, receive, send)
        heads = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Reply(sent[0]["status"], b"".join(one.get("body", b"") for one in sent[1:]), heads)

    # ---- what the office does

    def _up(self) -> Runtime:
        if self.runtime is None:
            raise Unreachable(why="the server is down")
        return self.runtime

    def read(self, work: Callable[[Connection], T]) -> T:
        return self._run(self._up().db.read(work))

    def write(self, work: Callable[[Connection], T]) -> T:
        return self._run(self._up().db.write(work))

    def do(self, command: Command[T]) -> T:
        return self._run(self._up().lane.do(command))

    def try_write(self, work: Callable[[Connection], T]) -> "T | OneCardError":
        """What it says, a refusal included."""
        try:
            return self.write(work)
        except OneCardError as error:
            return error

    def add_terminal(self, kind: str, outlet: int) -> tuple[int, str]:
        """A new one and the code with which it enrols."""
        runtime, now = self.runtime, self.clock.now()
        assert runtime is not None
        number = self.write(
            lambda c: terminals.add_terminal(c, UNIT, now, kind=kind, name=kind, outlet_no=outlet)
        )
        code = self.write(
            lambda c: terminals.make_code(c, UNIT, number, now, runtime.code_secret, self.entropy)
        )
        return number, code

    def release(self) -> int:
        """Whoever found the second box, or that there is none, lets suspended terminals in; how many."""
        table, now = terminal_table, self.clock.now()
        held = select(table.c.terminal).where(table.c.unit_id == UNIT, table.c.state == "suspended")

        def write(connection: Connection) -> int:
            numbers = list(connection.execute(held).scalars())
            for number in numbers:
                suspension.release(connection, UNIT, number, now, CLERK)
            return len(numbers)

        found = self.try_write(write)
        self.tick()
        return found if isinstance(found, int) else 0

    @property
    def types(self) -> dict[int, m.CardType]:
        assert self.runtime is not None
        return dict(self.runtime.terms.types)


def set_books_epoch(office: Office, number: int) -> None:
    """Whoever restores a backup says which life of the books this is: numbers of all those before are not
    used again, also when the same backup is restored once more."""

    def write(connection: Connection) -> None:
        restored.begin(connection, UNIT, office.clock.now(), known_epoch=number - 1)

    office.write(write)
