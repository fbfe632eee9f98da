"""A kiosk with nobody before it, and a card with ￥87.50 on it; and one whose office is the real server."""

import pytest

from tests.kiosk.hall import Hall
from tests.kiosk.rig import Rig, make_plastic
from tests.server.conftest import first_start

__all__ = ["first_start"]


@pytest.fixture
def rig(tmp_path):
    rig = Rig(tmp_path)
    yield rig
    rig.close()


@pytest.fixture
def hall(tmp_path, first_start):
    hall = Hall(tmp_path, first_start)
    yield hall
    problems = hall.books_agree()
    hall.close()
    assert problems == []


@pytest.fixture
def plastic():
    return make_plastic(8_750)
