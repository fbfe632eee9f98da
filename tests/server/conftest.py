"""What the tests of the whole server share: it runs as a process, or in this one without a network."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.office import Office
from tests.server.process import ServerProcess


@pytest.fixture
def server_process(tmp_path: Path) -> Iterator[ServerProcess]:
    """The real server, started; ended after the test whatever happened."""
    running = ServerProcess(tmp_path / "server")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """The server's parts in this process, on a false clock, asked without a network."""
    made = Office(tmp_path)
    yield made
    made.close()
