"""One office for all that a module tests, and a till of its own for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.books.reconcile import reconcile
from tests.pos.frontdesk.counter import Counter, make_office
from tests.server.office import Office


@pytest.fixture(scope="session")
def made_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to be copied: making one costs more than a module's tests ask of it."""
    folder = tmp_path_factory.mktemp("made") / "server"
    made = Office(folder)
    make_office(made)
    made.close()
    return folder


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, made_office: Path) -> Iterator[Office]:
    """Its books tie out when everything was done to them."""
    folder = tmp_path_factory.mktemp("office") / "server"
    shutil.copytree(made_office, folder)
    made = Office(folder)
    made.run(made.runtime.look())
    yield made
    problems = made.read(lambda connection: reconcile(connection, made.unit))
    made.close()
    assert problems == []


@pytest.fixture
def counter(office: Office, tmp_path: Path) -> Iterator[Counter]:
    """Signed on, a shift with ￥1000 open, at the desk."""
    made = Counter(office, tmp_path / "till", "desk")
    made.sign_on_as()
    made.keys("f9")
    yield made
    made.box.close()
    shutil.rmtree(tmp_path, ignore_errors=True)
