"""Goal: an old system's card put on a kiosk is a card of ours when its holder reads the screen. F: H8 D1

Method: the whole app on a virtual card, with an office of the test's and with the real one.
"""

import sqlalchemy as sa

from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import Unreachable
from onecard.terminal.ordering import first_tap
from server.exceptions.tables import exception
from server.members import takeover
from server.organisation.scope import Scope
from server.tabular import read
from server.terminals.snapshot import EVERY_S
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


def test_before_the_real_office_the_books_have_it_once_whatever_type_of_card_it_becomes(hall):
    """With a purse of its own, and as an account whose money is at the office."""
    scope, now = Scope.whole(hall.unit), hall.clock.now()
    hall.box.station.takeover.attach(LAYOUT, first_tap(hall.client))
    for card_type, number in ((1, "20190042"), (2, "20190043")):
        lines = read(f"学号,姓名,余额\n{number},旧人{card_type},120.00".encode())
        listed = hall.office.write(
            lambda c, lines=lines, t=card_type: takeover.hand_in(
                c, scope, lines, (1, 12_000), now, 1, name="旧", branch=1, card_type=t
            )
        )[0]
        hall.office.write(lambda c, n=listed: takeover.agree(c, scope, n, (1, 12_000), now, 2))
        some, by = hall.office.read(lambda c, n=listed: takeover.openings(c, scope, n))
        runtime = hall.office.runtime
        hall.office.run(takeover.post(runtime.lane, hall.unit, listed, some, by, runtime.terms.types))
        hall.clock.advance(EVERY_S + 1)
        for _ in range(2):
            hall.sync()
        plastic = VirtualM1(bytes([4, 0xC1, 0, card_type]))
        plastic.blocks[4:] = old_card(12_345, number).blocks[4:]
        hall.put(plastic)
        assert hall.screen == "balance", hall.view
        assert hall.view.balance == "￥120.00"
        hall.lift()
        hall.run(30)
        hall.sync()
        (posted,) = some
        place = "1:main:purse" if card_type == 1 else "main"
        assert hall.wallet(f"card:{posted.card}:{place}") == 12_000
    assert len(hall.entries("issue")) == 2
    assert hall.entries("load")[-1].fen == 12_000
    assert hall.office.read(lambda c: c.execute(sa.select(exception.c.kind)).scalars().all()) == []
