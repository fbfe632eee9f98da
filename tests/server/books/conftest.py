"""Books on both engines."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.server.books.engine import Books, Cluster, shared


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    yield from shared()


@pytest.fixture(params=["sqlite", "postgresql"])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Books]:
    """Empty books; every test that asks for them runs on both engines."""
    if request.param == "sqlite":
        made = Books(f"sqlite:///{tmp_path}/books.db")
        made.create()
    else:
        made = Books(request.getfixturevalue("postgres").with_tables())
    yield made
    made.close()


@pytest.fixture
def sqlite_books(tmp_path: Path) -> Iterator[Callable[[], Books]]:
    """New empty books as often as asked, embedded engine; for properties that need many."""
    made: list[Books] = []

    def new() -> Books:
        made.append(Books(f"sqlite:///{tmp_path}/books{len(made)}.db"))
        made[-1].create()
        return made[-1]

    yield new
    for one in made:
        one.close()
