"""The database: one metadata, one door. Embedded SQLite by default, PostgreSQL by URL.

Work is a plain function of a SQLAlchemy ``Connection`` and runs in one transaction of its own, the same code
on both engines: SQLite on its one writer thread (or a reader thread), asyncpg through SQLAlchemy's greenlets.
ORM sessions were rejected: sets of rows per statement are several times faster, and nobody needs identity
maps.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, Connection, Engine, Integer, MetaData, event
from sqlalchemy.exc import DBAPIError

from server.rows import driver
from server.rows import read_rows as read_rows
from server.rows import write_rows as write_rows

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

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


def unit_id() -> Column[int]:
    """The first column of every key: which unit a row belongs to."""
    return Column("unit_id", Integer, primary_key=True, autoincrement=False)


def big(name: str, *, primary_key: bool = False, nullable: bool = False) -> Column[int]:
    """A 64-bit whole number: money in fen, times, record keys."""
    return Column(name, BigInteger, primary_key=primary_key, nullable=nullable, autoincrement=False)


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
        else:
            self._engine = _postgresql(url)

    @classmethod
    def open(cls, url: str) -> "Database":
        """``sqlite:////path/file.db`` or ``postgresql://user@host/name``. Connects at first use."""
        return cls(url)

    async def write(self, work: Work[T]) -> T:
        """Run ``work`` in one transaction; committed (and, on SQLite, on disk) when this returns."""
        if self.is_sqlite:
            return await asyncio.get_running_loop().run_in_executor(self._writing, _run, self._writer, work)
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on one consistent snapshot; it must not write."""
        if self.is_sqlite:
            return await asyncio.get_running_loop().run_in_executor(self._reading, _run, self._reader, work)
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with connection.begin():
                return await connection.run_sync(work)

    async def create_all(self) -> None:
        """All tables from the metadata, for tests; a real database is made by ``server.migrations``."""
        await self.write(metadata.create_all)

    async def close(self) -> None:
        """Wait for what runs, then let go of every connection."""
        if not self.is_sqlite:
            await self._engine.dispose()
            return
        for executor, engine in ((self._writing, self._writer), (self._reading, self._reader)):
            await asyncio.get_running_loop().run_in_executor(None, executor.shutdown)
            engine.dispose()


def _run(engine: Engine, work: Work[T]) -> T:
    try:
        with engine.begin() as connection:
            return work(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(None, None, error, engine.dialect.loaded_dbapi.Error) from error


def _postgresql(url: str) -> "AsyncEngine":
    # Imported here: the embedded server starts a second earlier without it.
    from sqlalchemy.ext.asyncio import create_async_engine

    return create_async_engine(
        "postgresql+asyncpg://" + url.split("://", 1)[1], pool_size=8, pool_pre_ping=True
    )


def _sqlite(url: str, begin: str, size: int) -> Engine:
    """``begin``: the writer takes the write lock at once, so that nothing it read can change under it."""
    engine = sa.create_engine(
        url,
        poolclass=sa.pool.QueuePool,
        pool_size=size,
        max_overflow=0,
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
        cursor.execute("PRAGMA wal_autocheckpoint=4000")  # 16 MB: pages that change often are copied once
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        driver(connection).execute(begin)

    return engine


def one_writer(connection: Connection, unit: int) -> None:
    """From here to the end of the transaction nobody else writes this unit's books or cards, in any process.

    SQLite has one writer anyway. Chains, loads and running numbers hang together; one lock cannot deadlock.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:unit)"), {"unit": unit})
