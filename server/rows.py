"""Rows in sets: what a batch reads in one statement, and what it writes in as few as the engine allows.

Statements are made once from the tables and handed to the driver as they are: Core takes ten times as long
to hand on what every batch asks. Knows columns and keys; knows no meaning of any table.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain, repeat
from typing import Any, NamedTuple, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite

Row: TypeAlias = Sequence[Any]

#: Rows per statement on SQLite at most; only powers of two are used, so that all of them stay prepared.
_AT_ONCE = 256
#: In ``Connection.info``: it is the posting lane's, begun on the driver's own connection; these units are
#: locked.
HELD = "held_units"
_ROWS: msgspec.json.Decoder[list[tuple[Any, ...]]] = msgspec.json.Decoder(list[tuple[Any, ...]])


class Wanted(NamedTuple):
    """Rows of one table whose ``column`` is one of ``keys``."""

    column: "sa.Column[Any]"
    keys: Sequence[Any]


def driver(connection: Connection) -> Any:
    """The driver's own connection. What it raises is put into SQLAlchemy's words by ``server.db``."""
    return connection.connection.driver_connection


# ---- reading


def read_rows(
    connection: Connection, column: "sa.Column[Any]", unit: int, keys: Sequence[Any]
) -> Sequence[Row]:
    """Rows of one unit whose ``column`` is one of ``keys``, in the order of the table's columns.

    One statement whatever the number of keys; ordered by the column.
    """
    name = connection.dialect.name
    if name == "sqlite":
        found: list[Row] = (
            driver(connection).execute(_selection(column, name), (unit, _json(keys))).fetchall()
        )
        return found
    return _asked(connection, _selection(column, name), (unit, _literal(column, keys)))


def read_together(connection: Connection, unit: int, wanted: Sequence[Wanted]) -> Sequence[Sequence[Row]]:
    """The rows of several tables in one statement, each as ``read_rows`` would give them but in no order."""
    if len(wanted) == 1:
        return [read_rows(connection, wanted[0].column, unit, wanted[0].keys)]
    columns = tuple(one.column for one in wanted)
    if connection.dialect.name != "sqlite":
        # One array per column: the driver takes those apart several times as fast as rows within a row.
        arguments = (unit, *(_literal(one.column, one.keys) for one in wanted))
        (row,) = _asked(connection, _joined(columns, "postgresql"), arguments)
        answers, at = [], 0
        for column in columns:
            end = at + len(column.table.c) - 1
            answers.append([] if row[at] is None else list(zip(repeat(unit), *row[at:end])))
            at = end
        return answers
    # SQLite's driver lets go of the interpreter's lock at every row, and waits for it behind the requests
    # that come in; so all rows come as one text.
    statement = _joined(columns, "sqlite")
    texts = driver(connection).execute(statement, (unit, *(_json(one.keys) for one in wanted))).fetchone()
    found: list[Sequence[Row]] = []
    for column, text in zip(columns, texts, strict=True):
        rows = _ROWS.decode(text)
        blobs = _blobs(column.table)
        found.append([_with_bytes(row, blobs) for row in rows] if blobs else rows)
    return found


def _asked(connection: Connection, statement: str, arguments: tuple[Any, ...]) -> Sequence[Row]:
    """Rows from PostgreSQL. The lane's connection hands a statement to the driver as it is; what that raises
    is put into SQLAlchemy's words by ``server.db``."""
    if HELD in connection.info:
        own: Any = connection.connection.dbapi_connection
        rows: Sequence[Row] = own.run_async(lambda raw: raw.fetch(statement, *arguments))
        return rows
    result = connection.exec_driver_sql(statement, arguments)
    return result.all() if result.returns_rows else ()


def _with_bytes(row: tuple[Any, ...], blobs: frozenset[int]) -> Row:
    return [
        bytes.fromhex(value) if at in blobs and value is not None else value for at, value in enumerate(row)
    ]


def _json(keys: Sequence[Any]) -> str:
    return msgspec.json.encode(keys).decode()


@cache
def _blobs(table: sa.Table) -> frozenset[int]:
    return frozenset(at for at, column in enumerate(table.c) if isinstance(column.type, sa.LargeBinary))


def _found(column: "sa.Column[Any]", dialect: str, unit: str, keys: str) -> str:
    """The part behind SELECT … that finds the rows. Only names of our own tables get into the text."""
    table = column.table.name
    if dialect == "sqlite":
        listed = f"SELECT value FROM json_each({keys})"  # noqa: S608
        return f'FROM "{table}" WHERE unit_id = {unit} AND "{column.name}" IN ({listed})'
    # One look-up per key, whatever the planner believes: it plans once, while the tables may still be small.
    sought = f"unnest({keys}::text::{_array(column)}) AS sought (key)"
    mine = f'unit_id = {unit} AND "{column.name}" = sought.key'
    return f'FROM {sought} CROSS JOIN LATERAL (SELECT * FROM "{table}" WHERE {mine} OFFSET 0) AS "{table}"'  # noqa: S608


def _names(table: Any) -> str:
    return ", ".join(f'"{table.name}"."{one.name}"' for one in table.c)


def _array(column: "sa.Column[Any]") -> str:
    """The type of a list of this column's values on PostgreSQL."""
    kind = column.type
    if isinstance(kind, sa.String):
        return "VARCHAR[]"
    if isinstance(kind, sa.LargeBinary):
        return "BYTEA[]"
    if isinstance(kind, sa.Boolean):
        return "BOOLEAN[]"
    return "BIGINT[]" if isinstance(kind, sa.BigInteger) else "INTEGER[]"


def _literal(column: "sa.Column[Any]", values: Sequence[Any]) -> str:
    """A list as PostgreSQL writes it. The driver's own way looks at each value ten times as long."""
    if isinstance(column.type, sa.LargeBinary):
        words = ["NULL" if value is None else f'"\\\\x{value.hex()}"' for value in values]
        return "{" + ",".join(words) + "}"
    text = msgspec.json.encode(values).decode()
    if "\\" in text:  # JSON has escapes that are none in a list
        words = [_quoted(value) for value in values]
        return "{" + ",".join(words) + "}"
    return "{" + text[1:-1] + "}"


def _quoted(value: str | None) -> str:
    if value is None:
        return "NULL"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@cache
def _selection(column: "sa.Column[Any]", dialect: str) -> str:
    places = ("?", "?") if dialect == "sqlite" else ("$1", "$2")
    return (
        f"SELECT {_names(column.table)} {_found(column, dialect, *places)} "
        f'ORDER BY "{column.table.name}"."{column.name}"'
    )


@cache
def _joined(columns: tuple["sa.Column[Any]", ...], dialect: str) -> str:
    parts = []
    for at, column in enumerate(columns, 2):
        if dialect == "sqlite":
            names = ", ".join(
                f'iif("{one.name}" IS NULL, NULL, hex("{one.name}"))'  # hex(NULL) would be ""
                if isinstance(one.type, sa.LargeBinary)
                else f'"{one.name}"'
                for one in column.table.c
            )
            parts.append(
                f"(SELECT json_group_array(json_array({names})) {_found(column, dialect, '?1', f'?{at}')})"
            )
        else:
            parts.append(_columns(column, f"${at}"))
    if dialect == "sqlite":
        return f"SELECT {', '.join(parts)}"
    named = ", ".join(f"({part}) AS part{at}" for at, part in enumerate(parts))
    return f"SELECT * FROM {named}"  # noqa: S608


def _columns(column: "sa.Column[Any]", keys: str) -> str:
    """One row: an array for each column but the first, which is the unit."""
    table = column.table
    unit, *others = table.c
    assert unit.name == "unit_id", table
    arrays = ", ".join(f'array_agg("{table.name}"."{one.name}")' for one in others)
    return f"SELECT {arrays} {_found(column, 'postgresql', '$1', keys)}"


# ---- writing


class Pile:
    """Rows to be written at the end of a batch, table by table in the order they were put here."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: dict[tuple[sa.Table, bool], list[Row]] = {}

    def put(self, table: sa.Table, rows: Iterable[Row], *, replace: bool = False) -> None:
        """See ``write_rows``."""
        self._waiting.setdefault((table, replace), []).extend(rows)

    def write(self) -> None:
        """All of it; on PostgreSQL as one statement."""
        waiting = {what: rows for what, rows in self._waiting.items() if rows}
        self._waiting = {}
        if self._connection.dialect.name == "sqlite":
            for (table, replace), rows in waiting.items():
                _write_sqlite(self._connection, table, rows, replace)
        elif waiting:
            arguments = tuple(
                _literal(column, values)
                for (table, _), rows in waiting.items()
                for column, values in zip(table.c, zip(*rows, strict=True), strict=True)
            )
            _asked(self._connection, _unnested(tuple(waiting)), arguments)


def write_rows(
    connection: Connection, table: sa.Table, rows: Sequence[Row], *, replace: bool = False
) -> None:
    """Insert many rows, each in the order of the table's columns; ``replace``: overwrite same keys."""
    pile = Pile(connection)
    pile.put(table, rows, replace=replace)
    pile.write()


def _write_sqlite(connection: Connection, table: sa.Table, rows: Sequence[Row], replace: bool) -> None:
    # A statement of many rows lets go of the interpreter's lock once, one per row every time.
    own, start = driver(connection), 0
    while start < len(rows):
        size = min(_AT_ONCE, 1 << (len(rows) - start).bit_length() - 1)
        statement = _many(_statement(table, replace), size)
        own.execute(statement, tuple(chain.from_iterable(rows[start : start + size])))
        start += size


@cache
def _many(statement: str, count: int) -> str:
    """A statement of one row as one of ``count`` rows."""
    head, _, rest = statement.partition(" VALUES ")
    row, closing, end = rest.partition(")")
    return f"{head} VALUES {', '.join([row + closing] * count)}{end}"


@cache
def _statement(table: sa.Table, replace: bool) -> str:
    insert = sqlite.insert(table).values({column.name: sa.bindparam(column.name) for column in table.c})
    if replace:
        keys = [column.name for column in table.primary_key]
        others = {column.name: insert.excluded[column.name] for column in table.c if column.name not in keys}
        insert = insert.on_conflict_do_update(index_elements=keys, set_=others)
    compiled = insert.compile(dialect=sqlite.dialect())
    assert compiled.positiontup == [column.name for column in table.c], compiled.positiontup
    return str(compiled)


@cache
def _unnested(what: tuple[tuple[sa.Table, bool], ...]) -> str:
    """One statement that inserts into all these tables from one array per column."""
    inserts, place = [], 0
    for table, replace in what:
        names = ", ".join(f'"{column.name}"' for column in table.c)
        arrays = []
        for column in table.c:
            place += 1
            arrays.append(f"${place}::text::{_array(column)}")
        text = f'INSERT INTO "{table.name}" ({names}) SELECT * FROM unnest({", ".join(arrays)})'  # noqa: S608
        if replace:
            keys = [column.name for column in table.primary_key]
            others = [f'"{c.name}" = excluded."{c.name}"' for c in table.c if c.name not in keys]
            listed = ", ".join(f'"{key}"' for key in keys)
            text += f" ON CONFLICT ({listed}) DO UPDATE SET {', '.join(others)}"
        inserts.append(text)
    first = ", ".join(f"w{at} AS ({text})" for at, text in enumerate(inserts[:-1]))
    return (f"WITH {first} " if first else "") + inserts[-1]
