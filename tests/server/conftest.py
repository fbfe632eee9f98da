"""What the tests of the whole server share: it runs as a process, or in this one without a network."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.bootstrap import FirstStart
from tests.server import compiled
from tests.server.books.engine import shared
from tests.server.console.day import Day
from tests.server.console.kept import Kept
from tests.server.console.stock import Stock
from tests.server.office import Browser, Office
from tests.server.process import ServerProcess

compiled.share()


@pytest.fixture
def server_process(tmp_path: Path) -> Iterator[ServerProcess]:
    """The real server, started; ended after the test whatever happened."""
    running = ServerProcess(tmp_path / "server")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, FirstStart]:
    """A folder after its first start, to be copied: making one takes half a second."""
    folder = tmp_path_factory.mktemp("first") / "server"
    made = Office(folder)
    made.close()
    assert made.first is not None
    return folder, made.first


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Modules that say ``ENGINES`` have an office on each of them."""
    engines = getattr(metafunc.module, "ENGINES", ())
    if engines and "office" in metafunc.fixturenames:
        metafunc.parametrize("office", engines, indirect=True)


@pytest.fixture(scope="session")
def first_on_postgresql(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Path, FirstStart, Callable[[], str]]]:
    """The same on PostgreSQL: the folder, and who makes a new copy of its database."""
    for cluster in shared():
        folder, url = tmp_path_factory.mktemp("first-pg") / "server", cluster.new()
        made = Office(folder, db=url)
        made.close()
        assert made.first is not None
        yield folder, made.first, lambda: cluster.one_copy(url)  # noqa: B023 - there is one


@pytest.fixture
def office(
    request: pytest.FixtureRequest, tmp_path: Path, first_start: tuple[Path, FirstStart]
) -> Iterator[Office]:
    """The server's parts in this process, on a false clock, asked without a network; see ``ENGINES``."""
    folder, first = first_start
    db = None
    if getattr(request, "param", "sqlite") == "postgresql":
        folder, first, copied = request.getfixturevalue("first_on_postgresql")
        db = copied()
    shutil.copytree(folder, tmp_path / "server")
    made = Office(tmp_path / "server", first=first, db=db)
    yield made
    made.close()


@pytest.fixture(scope="session")
def kept_day(tmp_path_factory: pytest.TempPathFactory) -> Kept[Day]:
    """An office after a day."""
    office = Office(tmp_path_factory.mktemp("day") / "server")
    return Kept(office, Day(office))


@pytest.fixture
def after_a_day(kept_day: Kept[Day], tmp_path: Path) -> Iterator[tuple[Office, Day]]:
    """An office of the test's own with a day behind it."""
    made = kept_day.open(tmp_path / "server")
    yield made
    made[0].close()


@pytest.fixture(scope="session")
def kept_stock(
    kept_day: Kept[Day], tmp_path_factory: pytest.TempPathFactory
) -> Kept[tuple[Day, Stock, Browser]]:
    """The same with everything going on, and the administrator at his browser."""
    office, day = kept_day.open(tmp_path_factory.mktemp("stock") / "server")
    return Kept(office, (day, Stock(office, day), office.administrator()))
