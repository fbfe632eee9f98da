"""The database: one metadata, one door. Embedded SQLite by default, PostgreSQL by URL.

Work is a plain function of a SQLAlchemy ``Connection`` and runs in one transaction of its own, the same code
on both engines: SQLite on its one writer thread (or a reader thread), asyncpg through SQLAlchemy's greenlets.
ORM sessions were rejected: sets of rows per statement are several times faster, and nobody needs identity
maps.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, Connection, Engine, Integer, MetaData, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError

from server.rows import HELD, driver
from server.rows import read_rows as read_rows
from server.rows import write_rows as write_rows

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")
Work = Callable[[Connection], T]

#: Every table of the server hangs here; names of constraints are given, so that migrations can name them.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_READERS = 2
#: SQLite's log is copied into the database from this length on: pages that change often are copied once.
_LOG_BYTES = 16 << 20
#: The lane's statements look rows up by their keys, always. A plan is made once and must not be the one that
#: was best while the tables were small; planning each batch anew would cost more than running it.
_POSTING = {
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
}

#: Everybody else's ask for a day here and for years there: each plan is made for what is asked. With the
#: default cost of a random page, that of a disk with arms, a day out of years was found by reading the years.
_ASKING = {"plan_cache_mode": "force_custom_plan", "random_page_cost": "1.1"}


def unit_id() -> Column[int]:
    """The first column of every key: which unit a row belongs to."""
    return Column("unit_id", Integer, primary_key=True, autoincrement=False)


def big(name: str, *, primary_key: bool = False, nullable: bool = False) -> Column[int]:
    """A 64-bit whole number: money in fen, times, record keys."""
    return Column(name, BigInteger, primary_key=primary_key, nullable=nullable, autoincrement=False)


class _Held(NamedTuple):
    """The lane's connection; ``raw``: the driver's own of it, ``info``: what is known about it."""

    connection: "AsyncConnection"
    raw: Any
    info: dict[Any, Any]


class Database:
    """Open once per process; ``read`` and ``write`` from any task."""

    def __init__(self, url: str) -> None:
        """See ``open``."""
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            self._writer = _sqlite(url, "BEGIN IMMEDIATE", 1)
            self._reader = _sqlite(url, "BEGIN", _READERS)
            self._writing = ThreadPoolExecutor(1, thread_name_prefix="writer")
            self._reading = ThreadPoolExecutor(_READERS, thread_name_prefix="reader")
            self._kept: Connection | None = None  # of the writer's thread
            self._copier = _sqlite(url, "BEGIN", 1)
            self._copying = ThreadPoolExecutor(1, thread_name_prefix="copier")
            self._copied: Future[None] | None = None
            self._log = Path((sa.make_url(url).database or "") + "-wal")
        else:
            self._engine = _postgresql(url, 8, 10, _ASKING)
            self._posting = _postgresql(url, 1, 0, _POSTING, isolation_level="AUTOCOMMIT")
            self._held: _Held | None = None

    @classmethod
    def open(cls, url: str) -> "Database":
        """``sqlite:////path/file.db`` or ``postgresql://user@host/name``. Connects at first use."""
        return cls(url)

    async def write(self, work: Work[T]) -> T:
        """Run ``work`` in one transaction; committed (and, on SQLite, on disk) when this returns."""
        if self.is_sqlite:
            return await asyncio.get_running_loop().run_in_executor(self._writing, self._written, work)
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def post(self, work: Work[T], units: Collection[int] = ()) -> T:
        """As ``write``, on a connection kept for the posting lane alone; one at a time.

        ``units``: as if ``one_writer`` had been called for each, without a question of its own.
        """
        if self.is_sqlite:
            return await self.write(work)
        if self._held is None:
            self._held = await self._hold()
        held, raw, info = self._held
        try:
            # Spoken to the driver itself: what SQLAlchemy adds to each question costs as much as a sale.
            locks = "".join(f"SELECT pg_advisory_xact_lock({unit:d});" for unit in sorted(units))
            await raw.execute("BEGIN;" + locks)
            info[HELD] = frozenset(units)
            result = await held.run_sync(work)
            if await raw.execute("COMMIT") != "COMMIT":
                raise OperationalError("COMMIT", None, RuntimeError("rolled back"))
        except BaseException as error:
            await self._undo(error)
            if isinstance(error, _pg_errors()):
                raise _in_words(error, lost=raw.is_closed()) from error
            raise
        return result

    async def _hold(self) -> "_Held":
        try:
            held = await self._posting.connect()
        except OSError as error:
            raise OperationalError(None, None, error) from error
        own = await held.get_raw_connection()
        return _Held(held, own.driver_connection, own.info)

    async def _undo(self, error: BaseException) -> None:
        """Roll back; or whatever state the connection is in, the next batch gets another one."""
        assert self._held is not None
        held, raw, info = self._held
        try:
            if isinstance(error, Exception) and not raw.is_closed():
                await raw.execute("ROLLBACK")
                info.clear()  # what was found out there may be taken back with it
                return
        except _pg_errors():
            pass
        self._held = None
        await held.invalidate()
        await held.close()

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on one consistent snapshot; it must not write."""
        if self.is_sqlite:
            return await asyncio.get_running_loop().run_in_executor(self._reading, self._seen, work)
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with connection.begin():
                return await connection.run_sync(work)

    async def study(self, work: Work[T]) -> T:
        """As ``read``, for what works on what it reads for seconds: sales go on meanwhile."""
        if self.is_sqlite:
            return await self.read(work)
        return await asyncio.to_thread(self._studied, work)

    def _studied(self, work: Work[T]) -> T:
        # The driver belongs to one event loop, so this one has a database of its own.
        async def read() -> T:
            own = Database.open(self.url)
            try:
                return await own.read(work)
            finally:
                await own.close()

        return asyncio.run(read())

    async def create_all(self) -> None:
        """All tables from the metadata, for tests; a real database is made by ``server.migrations``."""
        await self.write(metadata.create_all)

    async def close(self) -> None:
        """Wait for what runs, then let go of every connection."""
        loop = asyncio.get_running_loop()
        if not self.is_sqlite:
            if self._held is not None:
                await self._held.connection.close()
            await self._posting.dispose()
            await self._engine.dispose()
            return
        await loop.run_in_executor(self._writing, self._let_go)
        pairs = ((self._writing, self._writer), (self._copying, self._copier), (self._reading, self._reader))
        for executor, engine in pairs:
            await loop.run_in_executor(None, executor.shutdown)
            engine.dispose()

    # ---- on SQLite's threads

    def _written(self, work: Work[T]) -> T:
        # One connection for all writes: fetching and returning it costs as much as a small transaction.
        if self._kept is None:
            self._kept = self._writer.connect()
        try:
            with _named(self._writer), self._kept.begin():
                result = work(self._kept)
        except BaseException:
            self._let_go()
            raise
        if (self._copied is None or self._copied.done()) and _size(self._log) > _LOG_BYTES:
            self._copied = self._copying.submit(self._copy)
        return result

    def _copy(self) -> None:
        """Bring what is in the log into the database itself, while the writer goes on; else it has to wait
        for that at one of its commits."""
        with self._copier.connect() as connection:
            driver(connection).execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _let_go(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()

    def _seen(self, work: Work[T]) -> T:
        with _named(self._reader), self._reader.begin() as connection:
            return work(connection)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def _named(engine: Engine) -> Iterator[None]:
    """The driver's errors in SQLAlchemy's words."""
    try:
        yield
    except engine.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(None, None, error, engine.dialect.loaded_dbapi.Error) from error


def _pg_errors() -> tuple[type[Exception], ...]:
    """What PostgreSQL's driver raises."""
    import asyncpg

    return (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)


def is_misfit(error: BaseException) -> bool:
    """Whether a value did not fit its column: a number too large, a text with a zero byte in it."""
    if isinstance(error, OverflowError):
        return True
    own = error.orig if isinstance(error, DBAPIError) else None
    # What the driver itself refuses to send has no code; it is a ``ValueError`` to it.
    return isinstance(own, Exception) and (
        str(getattr(own, "sqlstate", None) or "").startswith("22") or isinstance(own.__cause__, ValueError)
    )


def _in_words(error: BaseException, *, lost: bool) -> DBAPIError:
    """The same in SQLAlchemy's words; ``lost``: nobody knows what became of the transaction."""
    kind = OperationalError if lost or isinstance(error, OSError) else DBAPIError
    return kind(None, None, error, connection_invalidated=lost)


def _postgresql(url: str, size: int, more: int, settings: dict[str, str], **options: str) -> "AsyncEngine":
    # Imported here: the embedded server starts a second earlier without it.
    from sqlalchemy.ext.asyncio import create_async_engine

    return create_async_engine(
        "postgresql+asyncpg://" + url.split("://", 1)[1],
        pool_size=size,
        max_overflow=more,
        pool_pre_ping=True,
        hide_parameters=True,  # else names, numbers and verifiers get into the log with an error
        connect_args={"server_settings": settings},
        **options,
    )


def _sqlite(url: str, begin: str, size: int) -> Engine:
    """``begin``: the writer takes the write lock at once, so that nothing it read can change under it."""
    engine = sa.create_engine(
        url,
        poolclass=sa.pool.QueuePool,
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": 30, "cached_statements": 512},
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-65536")
        cursor.execute("PRAGMA temp_store=MEMORY")  # else every batch makes and unlinks a file
        # By then most of it has been copied beside the writer, and its commit only copies the rest.
        cursor.execute(f"PRAGMA wal_autocheckpoint={4 * _LOG_BYTES // 4096}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        driver(connection).execute(begin)

    return engine


def one_writer(connection: Connection, unit: int) -> None:
    """From here to the end of the transaction nobody else writes this unit's books or cards, in any process.

    SQLite has one writer anyway. Chains, loads and running numbers hang together; one lock cannot deadlock.
    """
    if connection.dialect.name == "postgresql" and unit not in connection.info.get(HELD, ()):
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:unit)"), {"unit": unit})


def insert_new(connection: Connection, table: sa.Table, **values: Any) -> None:
    """A row, unless one with its key is there, also one that somebody else is just writing (writes)."""
    made = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(made(table).values(**values).on_conflict_do_nothing())
