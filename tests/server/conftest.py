"""What the tests of the whole server share: it runs as a process, or in this one without a network."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.bootstrap import FirstStart
from tests.server import compiled
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


@pytest.fixture
def office(tmp_path: Path, first_start: tuple[Path, FirstStart]) -> Iterator[Office]:
    """The server's parts in this process, on a false clock, asked without a network."""
    folder, first = first_start
    shutil.copytree(folder, tmp_path / "server")
    made = Office(tmp_path / "server", first=first)
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
