"""What the tests of the whole server share: it runs as a process, or in this one without a network."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.bootstrap import FirstStart
from tests.server.office import Office
from tests.server.process import ServerProcess


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
