"""A till with a cashier at it, and a card with ￥100 on it."""

import pytest

from tests.pos.rig import Rig, make_plastic


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
