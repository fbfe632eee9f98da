"""Goal: people practise on the till with test cards; nothing is posted, and nobody mistakes it. F: C14"""

import msgspec
import pytest

from onecard.cards.keys import make_training_keys
from onecard.devices.readers.virtual import VirtualM1
from onecard.settings import POS, STATION, Settings
from onecard.terminal import training
from onecard.terminal.enrol import Enrolment
from onecard.terminal.setup import Kind, set_up
from onecard.wire import messages as m
from onecard.wire.client import Identity
from tests.onecard.terminal.stand import KEYS, TERMINAL, UNIT, Stand, read_plastic
from tests.pos.rig import Rig, make_plastic
from tests.pos.test_shift_journey import lines
from tests.pos.test_watch_journey import door


@pytest.fixture
def practice(tmp_path):
    """The till as it starts in training: documents of the real one, keys of its own."""
    rig = Rig(tmp_path)
    rig.stand.keys = make_training_keys()
    rig.stand.restart()
    rig.boot()
    rig.offline()
    rig.sign_on()
    yield rig
    rig.stand.close()


def blank(uid: str = "04778899") -> VirtualM1:
    return VirtualM1(bytes.fromhex(uid))


def test_training_is_unmistakable_on_screen_and_paper(practice):
    # F: C14
    rig, card = practice, blank()
    assert rig.view.frame.status.text == "培训模式"
    assert "不记账" in rig.view.frame.status.detail
    door(rig, "training_card")
    rig.tap(card)
    assert rig.message == "培训卡已做好"
    rig.keys("escape 12.5 enter")
    rig.tap(card)
    assert rig.overlay.look == "ok"
    assert read_plastic(card, rig.stand.keys).newest.main_fen == 20_000 - 1250
    assert "培训" in lines(rig.papers[-1])
    rig.keys("enter f3")
    assert "培训" in lines(rig.papers[-1])


def test_a_real_card_is_a_stranger_in_training_and_the_other_way_round(practice):
    rig = practice
    real = make_plastic(10_000)
    rig.keys("12.5 enter")
    rig.tap(real)
    assert rig.overlay.look == "refused"
    assert read_plastic(real, KEYS).newest.main_fen == 10_000
    rig.keys("escape clear clear")
    door(rig, "training_card")
    rig.tap(real)
    assert read_plastic(real, KEYS).newest.main_fen == 10_000


def test_no_training_card_is_made_by_a_real_till(rig, plastic):
    rig.keys("f11")
    word = rig.till.tr("pos.key.back")
    rig.flow.act(next(tile.action for tile in rig.view.tiles if tile.text == word))
    assert "做培训卡" not in [one.text for one in rig.view.tiles]
    assert "培训模式" in [one.text for one in rig.view.tiles]


def test_a_supervisor_begins_it_and_the_real_shift_stays_open(rig):
    switched = []
    rig.till.train, rig.till.restart = switched.append, lambda: switched.append("again")
    door(rig, "training")
    rig.keys("right 135791 enter")
    assert switched == [True, "again"]
    assert rig.stand.bodies(m.ShiftClose) == []


def test_a_program_in_training_has_a_journal_of_its_own(tmp_path):
    stand = Stand(tmp_path)
    stand.station.open_shift(11, 20_000)
    key = stand.office.key.public
    stand.close()
    kind = Kind(name="pos", title="the till", own=POS)
    settings = Settings.of((*STATION, *POS), {"data.folder": str(tmp_path), "card.test_keys": True})
    seed = bytes(32).hex()
    who = Identity(unit=UNIT, terminal=TERMINAL, epoch=1, seed=seed, server_key=key.hex())
    kept = Enrolment(seed=seed, server_url="", terminal=TERMINAL, identity=who)
    kind.identity_file(settings).write_bytes(msgspec.json.encode(kept))
    training.switch(tmp_path, on=True)
    setup = set_up(kind, settings, stand.clock)
    assert setup.is_training
    assert setup.station.upkeep.is_training
    assert setup.station.shift is None
    assert setup.station.facts.place is not None
    setup.station.open_shift(11, 0)
    setup.close()
    training.switch(tmp_path, on=False)
    again = set_up(kind, settings, stand.clock)
    assert not again.is_training
    assert again.station.shift is not None
    assert again.station.shift.float_fen == 20_000
    again.close()
