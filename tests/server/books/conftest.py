"""Books on both engines."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.books.engine import Books, Cluster, cluster


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    yield from cluster()


@pytest.fixture(params=["sqlite", "postgresql"])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Books]:
    """Empty books; every test that asks for them runs on both engines."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/books.db"
    else:
        url = request.getfixturevalue("postgres").new()
    made = Books(url)
    made.create()
    yield made
    made.close()
