"""A list of cards at the desk, and new keys and data at the kiosk, the real way: our driver, pcscd, virtual
cards, whole apps before the real server.

F: A2 A7 A9 E4 H5
"""

import pytest

from onecard.cards.keys import make_test_keys
from onecard.cards.m1 import M1Card
from onecard.cards.management.document import Kind
from onecard.cards.management.plastic import Plastic
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.ids import SystemEntropy
from onecard.terminal.collector import Collector
from onecard.wire import messages as m
from tests.devices.readers.test_takeover import Reader
from tests.kiosk.conftest import hall
from tests.kiosk.hall import PIN
from tests.kiosk.test_service_journey import dial
from tests.pos.frontdesk.conftest import counter, made_office, office
from tests.pos.frontdesk.test_batch_journey import begin, lines
from tests.pos.frontdesk.test_media_journey import chip_of, chips
from tests.server.conftest import first_start

__all__ = ["chips", "counter", "first_start", "hall", "made_office", "office"]

pytestmark = [pytest.mark.pcsc, pytest.mark.xdist_group("pcsc")]

NEWER = make_test_keys(2, previous=(1,))


@pytest.fixture
def reader(slots):
    made = Reader(slots[0])
    yield made
    made.take()
    made.reader.close()


class Hand:
    """Lays a card on the reader of an app, and takes it away."""

    def __init__(self, app, reader: Reader) -> None:
        self.app, self.reader = app, reader

    def put(self, card) -> None:
        self.app.gate.changed(self.reader.put(card))
        self.app._pump()

    def take(self) -> None:
        self.reader.take()
        self.app.lift()


def test_a_list_takes_a_chip_that_is_torn_once_and_a_blank(chips, reader):
    """F: A2 A9"""
    counter, hand = chips, Hand(chips, reader)
    chip, blank = chip_of(counter, 81, uid="0f580001"), VirtualM1(bytes.fromhex("0f580002"))
    begin(counter, "真读卡器", "甲乙")
    counter.keys("enter")
    chip.tear_at(20)
    hand.put(chip)
    hand.take()
    chip.tear_at(100_000)
    hand.put(chip)
    hand.take()
    counter.keys("enter escape escape")
    counter.sync_up()
    counter.open_job("batch")
    counter.keys("enter")
    for _ in range(3):
        if not lines(counter) or lines(counter)[0][0] == "乙":
            break
        counter.keys("enter")
        hand.put(chip)
        hand.take()
        counter.keys("enter")
    counter.keys("enter")
    hand.put(blank)
    assert counter.overlay.look == "ok", counter.overlay
    hand.take()
    counter.keys("enter")
    counter.sync_up()
    assert (chip.memory.balance, counter.read(blank).newest.main_fen) == (2_000, 2_000)
    assert len(counter.stand.bodies(m.Issue)) >= 2


def test_a_kiosk_gives_new_keys_and_its_data_to_who_has_card_and_pin(hall, reader, tmp_path):
    """F: A7 E4 H5: a card pulled half-way goes on; the management card is itself of the older version."""
    member, attendant = hall.card(5_000), hall.attendant("zhao", Kind.COLLECTOR)
    folder = tmp_path / "stick"
    folder.mkdir()
    made = Collector(hall.box.identity, hall.box.station, folder, tmp_path, hall.clock, SystemEntropy())
    hall.booth.carry = lambda card, by, then: then(made.carry(card, by))
    hall.box.station._desk.keys = NEWER
    hand = Hand(hall, reader)
    hand.put(attendant)
    dial(hall, PIN)
    hall.press("ok")
    hall.press_line("carry")
    hall.press_line("go")
    assert "已采集" in hall.view.notice.text, hall.view
    assert len(list(folder.glob("*.up"))) == 1
    hall.press("home")
    hand.take()
    hall.press_line("renew")
    hall.press_line("go")
    member.tear_at(40, 5)
    hand.put(member)
    assert hall.view.notice.tone == "refuse"
    hand.take()
    member.tear_at(100_000)
    hall.press_line("go")
    hand.put(member)
    assert "第 2 版密钥" in hall.view.notice.text
    hand.take()
    image = M1Card(DirectStorage(member), make_test_keys(2), hall.unit).read()
    assert image.newest.main_fen == 5_000
    # The collector's card, of the older keys, becomes blank over the same wire.
    Plastic(reader.put(attendant), NEWER, hall.unit).wipe()
    reader.take()
    assert attendant.blocks == VirtualM1(attendant.uid).blocks
