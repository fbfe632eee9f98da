"""A kiosk with nobody before it, and a card with ￥87.50 on it."""

import pytest

from tests.kiosk.rig import Rig, make_plastic


@pytest.fixture
def rig(tmp_path):
    rig = Rig(tmp_path)
    yield rig
    rig.close()


@pytest.fixture
def plastic():
    return make_plastic(8_750)
