"""Migrating from nothing gives exactly the tables of the metadata, on both engines; the books are guarded."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from onecard.wire.messages import ShiftOpen
from server.books.tables import APPEND_ONLY
from server.migrations import migrate, newest, whole_metadata
from tests.server.books.conftest import postgres
from tests.server.books.engine import Books
from tests.server.books.station import Plastic, Station

__all__ = ["postgres"]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Books]:
    """A database in which nobody has made anything."""
    if request.param == "sqlite":
        made = Books(f"sqlite:///{tmp_path}/empty.db")
    else:
        made = Books(request.getfixturevalue("postgres").new())
    yield made
    made.close()


def schema(connection: Connection) -> dict[str, str]:
    """Every statement that SQLite remembers, without its spacing."""
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    return {name: re.sub(r"[\s\"]+", "", sql) for name, sql in rows if not name.startswith("alembic_version")}


def test_nothing_differs_from_the_metadata(empty: Books) -> None:
    empty.run(migrate(empty.db))

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, whole_metadata()))

    assert empty.read(differences) == []


def test_sqlite_remembers_the_very_same_statements(tmp_path: Path) -> None:
    """Also what a comparison of metadata overlooks: checks, triggers, tables without row ids."""
    migrated, created = (Books(f"sqlite:///{tmp_path}/{name}.db") for name in ("migrated", "created"))
    migrated.run(migrate(migrated.db))
    whole_metadata()
    created.create()
    one, other = migrated.read(schema), created.read(schema)
    assert one.keys() == other.keys()
    assert {name for name in one if sorted(one[name]) != sorted(other[name])} == set()
    assert sum(name.endswith(("_no_update", "_no_delete")) for name in one) >= 22
    for books in (migrated, created):
        books.close()


def test_migrating_again_changes_nothing(empty: Books) -> None:
    empty.run(migrate(empty.db))
    empty.run(migrate(empty.db))
    version = empty.read(lambda c: c.execute(text("SELECT version_num FROM alembic_version")).scalars().all())
    assert version == [newest()]


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["UPDATE {0} SET unit_id = 1", "DELETE FROM {0}"])
def test_the_database_itself_refuses_to_edit_the_books(empty: Books, table: str, verb: str) -> None:
    """B11: nothing is ever edited, not even by hand."""
    empty.run(migrate(empty.db))
    station = Station(1001)
    station.append(ShiftOpen(**station.head(), float_fen=0))
    card = Plastic(20_001)
    station.issue(card, 1_000).done()
    station.void(card, station.sale(card, 100).done(), 100, reason="amount").done()
    station.close_shift(1, 1_000)
    assert empty.upload(station).results == ()
    empty.tie_out()
    with pytest.raises(DBAPIError, match="append-only"):
        empty.write(lambda connection: connection.execute(text(verb.format(table))))
    empty.tie_out()
