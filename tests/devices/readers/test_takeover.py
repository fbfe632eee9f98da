"""An old system's card and cards of an older key version, the real way: our driver, pcscd, a virtual card.

F: H8 A9 H5
"""

import time

import pytest

from onecard.bench.pcscd import NAMES
from onecard.cards.keys import make_test_keys
from onecard.cards.m1 import M1Card
from onecard.devices.readers.pcsc import open_reader
from onecard.devices.readers.virtual import DirectStorage
from onecard.errors import Refused
from onecard.terminal.outcome import State
from onecard.terminal.teller import Teller
from onecard.wire import messages as m
from tests.onecard.cards.legacy.test_value import LAYOUT, old_card
from tests.onecard.terminal.stand import CARD, UNIT, Stand, load, read_plastic
from tests.onecard.terminal.test_takeover import AGREED, Host

pytestmark = [pytest.mark.pcsc, pytest.mark.xdist_group("pcsc")]


class Reader:
    """A reader and the hand that lays cards on it."""

    def __init__(self, slot) -> None:
        self.slot, self.reader = slot, open_reader(NAMES[0])

    def put(self, card):
        self.slot.insert(card)
        return self._wait(lambda storage: storage is not None)

    def take(self) -> None:
        self.slot.remove()
        self._wait(lambda storage: storage is None)

    def _wait(self, wanted):
        until = time.monotonic() + 5
        while not wanted(storage := self.reader.poll()):
            assert time.monotonic() < until, "the reader did not notice"
            time.sleep(0.005)
        return storage


@pytest.fixture
def reader(slots):
    made = Reader(slots[0])
    yield made
    made.take()
    made.reader.close()


def test_an_old_card_is_taken_over_torn_once_and_gets_new_keys(reader, tmp_path):
    stand = Stand(tmp_path)
    stand.receive(stand.office.loads(load(1, AGREED)))
    stand.station.takeover.attach(LAYOUT, Host())
    card = old_card()
    storage = reader.put(card)
    card.tear_at(45, 5)
    with pytest.raises(Refused, match=r"^takeover\.again"):
        Teller(stand.station).look(storage)
    card.tear_at(10_000)
    reader.take()
    assert Teller(stand.station).look(reader.put(card)).balance_fen == AGREED
    (issued,) = stand.bodies(m.Issue)
    assert (issued.card, stand.station.find(issued.id).state) == (CARD, State.DONE)
    stand.station._desk.keys = make_test_keys(2, previous=(1,))
    renewed = stand.station.front_desk.renew_keys(reader.reader.poll())
    assert (renewed.before, renewed.now) == (1, 2)
    reader.take()
    assert LAYOUT.read(DirectStorage(card)).fen == 0
    card.pull()
    newest = M1Card(DirectStorage(card), make_test_keys(2), UNIT).read().newest
    assert newest.main_fen == AGREED
    with pytest.raises(Exception, match="card"):
        read_plastic(card)
    stand.close()
