"""One unit with two branches per engine and worker: making it costs more than all that is asked of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.books.reconcile import reconcile
from server.bootstrap import FirstStart
from tests.server.books.conftest import postgres
from tests.server.office import Office
from tests.server.terminals.desk import Desk

__all__ = ["desk", "postgres"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def desk(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    first_start: tuple[Path, FirstStart],
) -> Iterator[Desk]:
    """Every test brings cards and people of its own, so that none depends on another."""
    folder = tmp_path_factory.mktemp("desk") / "server"
    if request.param == "sqlite":
        shutil.copytree(first_start[0], folder)
        office = Office(folder, first=first_start[1])
    else:
        office = Office(folder, db=request.getfixturevalue("postgres").new())
    yield Desk(office)
    problems = office.read(lambda connection: reconcile(connection, office.unit))
    office.close()
    assert problems == []
