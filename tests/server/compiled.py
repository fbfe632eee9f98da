"""What SQLAlchemy made of a statement serves every database of this process, not only the one it was made in.

Each test has a database of its own, and making the SQL text of its statements anew took a third of its time.
"""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

#: By dialect and statement; bounded, because migrations make tables of their own.
_COMPILED: Any = LRUCache(4_000)


class _Alike:
    """All databases of one engine here are opened the same way: a text for one is right for another."""

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=_COMPILED)


class Sqlite(_Alike, SQLiteDialect_pysqlite):
    supports_statement_cache = True


class Postgresql(_Alike, PGDialect_asyncpg):
    supports_statement_cache = True


def share() -> None:
    """From here on, for every engine that is made."""
    registry.register("sqlite", __name__, "Sqlite")
    registry.register("postgresql.asyncpg", __name__, "Postgresql")
