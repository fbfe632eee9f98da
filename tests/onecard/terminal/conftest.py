"""A station that is open for business, and a card with ￥100 on it."""

import pytest

from tests.onecard.terminal.stand import CASHIER, Stand, make_plastic


@pytest.fixture
def stand(tmp_path):
    stand = Stand(tmp_path)
    stand.station.open_shift(CASHIER, 20_000)
    yield stand
    stand.close()


@pytest.fixture
def plastic():
    return make_plastic(10_000)
