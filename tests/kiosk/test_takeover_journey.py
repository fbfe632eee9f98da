"""Goal: an old system's card put on a kiosk is a card of ours when its holder reads the screen. F: H8 D1

Method: the whole app on a virtual card; what the office says is tested with it elsewhere.
"""

from onecard.devices.readers.virtual import DirectStorage
from onecard.errors import Unreachable
from tests.kiosk.rig import CARD
from tests.onecard.cards.legacy.test_value import LAYOUT, old_card
from tests.onecard.terminal.stand import load, read_plastic
from tests.onecard.terminal.test_takeover import AGREED, Host


def test_a_tap_takes_it_over_and_shows_the_tied_out_money(rig):
    rig.stand.receive(rig.stand.office.loads(load(1, AGREED)))
    rig.stand.station.takeover.attach(LAYOUT, Host())
    plastic = old_card()
    rig.put(plastic)
    assert (rig.screen, rig.view.balance, rig.view.holder) == ("balance", "￥120.00", "王*明")
    rig.lift()
    assert (read_plastic(plastic).identity.card, read_plastic(plastic).newest.main_fen) == (CARD, AGREED)
    assert LAYOUT.read(DirectStorage(plastic)).fen == 0


def test_torn_or_offline_it_says_what_to_do_and_the_next_tap_goes_on(rig):
    rig.stand.receive(rig.stand.office.loads(load(1, AGREED)))
    host, plastic = Host(), old_card()
    rig.stand.station.takeover.attach(LAYOUT, host)
    host.answer = Unreachable()
    rig.put(plastic)
    assert "联网" in str(rig.view)
    rig.lift()
    rig.run(5)
    host.answer = None
    plastic.tear_at(45, 5)
    rig.put(plastic)
    rig.lift()
    assert "再放一次" in str(rig.view)
    plastic.tear_at(10_000)
    rig.run(5)
    rig.put(plastic)
    assert (rig.screen, rig.view.balance) == ("balance", "￥120.00")
