"""Goal: a tap that another station could not finish is looked at here, and its card says whether it paid.

Method: one station tears a sale, the office tells of it, the card comes to this till; by keys and by touch.
"""

import pytest

from onecard.devices.readers.virtual import DirectStorage
from onecard.errors import Refused
from onecard.terminal.order import Order
from onecard.terminal.outcome import Unfinished
from onecard.wire import messages as m
from tests.onecard.terminal.stand import CASHIER, Stand, read_plastic
from tests.pos.rig import make_plastic


@pytest.fixture
def other(tmp_path, closed):
    """The station next door; closes with the test."""
    folder = tmp_path / "other"
    folder.mkdir()
    stand = Stand(folder, clock=closed.clock, office=closed.stand.office, terminal=1002)
    stand.station.open_shift(CASHIER, 0)
    yield stand
    stand.close()


def torn(other, plastic, is_written: bool) -> m.OpenTap:
    """A sale of ￥12.50 there, whose card left before or after its record was whole."""
    for at in range(2, 30):
        storage = DirectStorage(plastic)
        look = other.station.look(storage)
        plastic.tear_at(plastic.commands + at, None)
        ended = other.station.sell(storage, look, Order.amount(1250))
        plastic._fault = None
        plastic.pull()
        assert isinstance(ended, Unfinished), "never left in time"
        paid = read_plastic(plastic).newest.main_fen != 10_000
        plastic.pull()
        if paid is is_written:
            break
        other.station.give_up(ended.id, "supervisor", CASHIER)
    other.station.set_aside(ended.id)
    purse = ended.intent.purse
    return m.OpenTap(
        of=ended.id, card=purse.card, issue=1, kind="sale", fen=1250, counter=purse.counter,
        at=other.clock.now(),
    )  # fmt: skip


def tell(rig, *taps: m.OpenTap) -> None:
    rig.stand.receive(rig.stand.office.open_taps(*taps))


def test_a_card_that_was_not_charged_is_rung_again_here(rig, other, plastic):
    # F: C10
    tap = torn(other, plastic, is_written=False)
    tell(rig, tap)
    rig.keys("f4 f5")
    assert [row.cells[1] for row in rig.view.rows] == ["1002"]
    assert rig.view.rows[0].cells[-1] == "等原机"
    rig.keys("f6")
    assert rig.screen == "aside"  # its card has not said anything yet
    rig.keys("enter")
    rig.tap(plastic)
    assert rig.view.rows[0].cells[-1] == "未扣款"
    assert "没有扣款" in rig.view.body
    (seen,) = rig.stand.bodies(m.Seen)
    assert seen.of == tap.of
    rig.keys("f6 enter")
    rig.tap(plastic)
    assert read_plastic(plastic).newest.main_fen == 10_000 - 1250
    # Now the other station can write it no more, whoever brings the card there.
    plastic.pull()
    (own,) = other.station.open_taps()
    with pytest.raises(Refused) as refused:
        other.station.retap(DirectStorage(plastic), own)
    assert refused.value.code == "card.not_written"
    assert read_plastic(plastic).newest.main_fen == 10_000 - 1250


@pytest.mark.parametrize("given_up", [False, True])
def test_a_card_that_was_charged_is_not_charged_again(rig, other, plastic, given_up):
    tap = torn(other, plastic, is_written=True)
    tell(
        rig,
        m.OpenTap(**{name: getattr(tap, name) for name in tap.__struct_fields__} | {"given_up": given_up}),
    )
    for touch in ("f4", "where:else", "row:0", "enter"):
        rig.flow.act(touch)
    rig.tap(plastic)
    assert rig.view.rows[0].cells[-1] == "已扣款"
    assert ("待充值" if given_up else "回 1002 号机") in rig.view.body
    rig.keys("f6")
    assert rig.screen == "aside"
    assert rig.stand.bodies(m.Seen)


def test_another_card_and_one_of_our_own_say_so(rig, other, plastic):
    tell(rig, torn(other, plastic, is_written=False))
    rig.keys("f4 f5 enter")
    rig.tap(make_plastic(500, uid=bytes.fromhex("04A1B2C9"), card=10_777))
    assert "没有未完成" in rig.view.body
    assert rig.stand.bodies(m.Seen) == []
    rig.keys("where:own")
    assert rig.view.rows == ()
    assert rig.view.empty == "没有未完成的交易"
