"""The database: one metadata, one door. Embedded SQLite by default, PostgreSQL by URL.

Work is a plain function of a SQLAlchemy ``Connection`` and runs in one transaction of its own, the same code
on both engines: SQLite on its one writer thread (or a reader thread), asyncpg through SQLAlchemy's greenlets.
ORM sessions were rejected: sets of rows per statement are several times faster, and nobody needs identity
maps.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, Connection, Engine, Integer, MetaData, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError

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
#: Rows per statement on SQLite at most; only powers of two are used, so that all of them stay prepared.
_AT_ONCE = 256


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


def _driver(connection: Connection) -> Any:
    """The driver's own connection, for what every batch asks: Core takes ten times as long to hand that on.

    What the driver raises is put into SQLAlchemy's words by ``_run``.
    """
    return connection.connection.driver_connection


def _json(keys: Sequence[Any]) -> str:
    return msgspec.json.encode(keys).decode()


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
        _driver(connection).execute(begin)

    return engine


def one_writer(connection: Connection, unit: int) -> None:
    """From here to the end of the transaction nobody else writes this unit's books or cards, in any process.

    SQLite has one writer anyway. Chains, loads and running numbers hang together; one lock cannot deadlock.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:unit)"), {"unit": unit})


def write_rows(
    connection: Connection, table: sa.Table, rows: Sequence[Any], *, replace: bool = False
) -> None:
    """Insert many rows, each a tuple in the order of the table's columns; ``replace``: overwrite same keys.

    The statement is Core's, compiled once; the rows go to the driver as they are, without a dictionary each.
    """
    if not rows:
        return
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(_statement(table, "postgresql", replace), list(rows))
        return
    # SQLite's driver lets go of the interpreter's lock at every row, and waits for it behind the requests
    # that come in; a statement of many rows does so once.
    driver, start = _driver(connection), 0
    while start < len(rows):
        size = min(_AT_ONCE, 1 << (len(rows) - start).bit_length() - 1)
        statement = _many(_statement(table, "sqlite", replace), size)
        driver.execute(statement, tuple(chain.from_iterable(rows[start : start + size])))
        start += size


@cache
def _many(statement: str, count: int) -> str:
    """A statement of one row as one of ``count`` rows."""
    head, _, rest = statement.partition(" VALUES ")
    row, closing, end = rest.partition(")")
    return f"{head} VALUES {', '.join([row + closing] * count)}{end}"


def read_rows(
    connection: Connection, column: "sa.Column[Any]", unit: int, keys: Sequence[Any]
) -> Sequence[tuple[Any, ...]]:
    """Rows of one unit whose ``column`` is one of ``keys``, as tuples in the order of the table's columns.

    One statement whatever the number of keys, with no compiling on the way; ordered by the column.
    """
    name = connection.dialect.name
    if name == "sqlite":
        found: list[tuple[Any, ...]] = (
            _driver(connection).execute(_selection(column, name), (unit, _json(keys))).fetchall()
        )
        return found
    return connection.exec_driver_sql(_selection(column, name), (unit, list(keys))).all()


@cache
def _selection(column: "sa.Column[Any]", dialect: str) -> str:
    table = column.table
    names = ", ".join(f'"{one.name}"' for one in table.c)
    if dialect == "sqlite":
        mine = f'unit_id = ? AND "{column.name}" IN (SELECT value FROM json_each(?))'  # noqa: S608
    else:
        kind = "VARCHAR" if isinstance(column.type, sa.String) else "BIGINT"
        mine = f'unit_id = $1 AND "{column.name}" = ANY($2::{kind}[])'
    # Only names of our own tables get into the text.
    return f'SELECT {names} FROM "{table.name}" WHERE {mine} ORDER BY "{column.name}"'  # noqa: S608


@cache
def _statement(table: sa.Table, dialect: str, replace: bool) -> str:
    insert, rendering = _dialect(dialect, table)
    insert = insert.values({column.name: sa.bindparam(column.name) for column in table.c})
    if replace:
        keys = [column.name for column in table.primary_key]
        others = {column.name: insert.excluded[column.name] for column in table.c if column.name not in keys}
        insert = insert.on_conflict_do_update(index_elements=keys, set_=others)
    compiled = insert.compile(dialect=rendering)
    assert compiled.positiontup == [column.name for column in table.c], compiled.positiontup
    return str(compiled)


def _dialect(name: str, table: sa.Table) -> tuple[Any, sa.Dialect]:
    """The dialect's own insert into ``table``, and what renders it."""
    if name == "sqlite":
        return sqlite.insert(table), sqlite.dialect()
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.dialects.postgresql import asyncpg

    return postgresql.insert(table), asyncpg.dialect()  # type: ignore[no-untyped-call]
