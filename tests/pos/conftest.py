"""A till with a cashier at it, and a card with ￥100 on it."""

import pytest

from tests.pos.rig import Rig, make_plastic
from tests.pos.town import Town


@pytest.fixture
def closed(tmp_path):
    """Nobody has signed on yet."""
    rig = Rig(tmp_path)
    yield rig
    rig.stand.close()


@pytest.fixture
def rig(closed):
    closed.sign_on()
    return closed


@pytest.fixture
def plastic():
    return make_plastic(10_000)


@pytest.fixture(scope="session")
def _town():
    """One for all: setting it up is most of the work, and the server keeps what a unit's documents said."""
    town = Town()
    yield town
    town.close()


@pytest.fixture
def town(_town):
    """A till with somebody at it, and the server it belongs to; the selling screen is in front and empty."""
    till = _town.till
    for _ in range(4):
        till.keys("escape clear")
    assert till.screen == "sell"
    return _town
