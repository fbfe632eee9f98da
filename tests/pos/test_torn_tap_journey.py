"""Goal: a card that leaves half-way is waited for, set aside or rung again, and pays once. F: C8 C10"""

import pytest

from onecard.wire import messages as m
from tests.onecard.terminal.stand import BOSS, read_plastic
from tests.pos.rig import Rig, make_plastic

#: Commands of a good tap: reading takes the first ones, the last ones write and read back.
BEFORE_THE_WRITE, AT_THE_COMMIT = 13, 16


def balance(plastic) -> int:
    return read_plastic(plastic).newest.main_fen


def tear(rig: Rig, plastic, at: int) -> None:
    """Put the card; it leaves at its command number ``at``."""
    plastic.tear_at(at)
    rig.put(plastic)
    rig.lift()


def torn(rig: Rig, plastic) -> None:
    """A sale of ￥12.50 whose card leaves somewhere after the intent."""
    rig.keys("12.5 enter")
    for at in range(BEFORE_THE_WRITE, 20):
        tear(rig, plastic, at)
        if rig.overlay.look == "retap":
            return
        assert rig.overlay.look == "refused", at
        rig.wait(2)
    raise AssertionError("no command tore the write")


@pytest.fixture
def other():
    return make_plastic(5_000, uid=bytes.fromhex("04DDEEFF"), card=500_888)


def test_the_same_card_completes_the_sale(rig, plastic):
    torn(rig, plastic)
    assert rig.overlay.title == "请放回同一张卡"
    assert rig.sounds[-1] == "retap"
    rig.keys("escape enter 7")  # nothing leads out of here but the card, time or a supervisor
    assert rig.overlay.look == "retap"
    rig.tap(plastic)
    assert rig.overlay.look == "ok"
    assert rig.sounds[-2:] == ["quiet", "ok"]
    assert balance(plastic) == 8750
    assert len(rig.papers) == 1
    assert len(rig.stand.bodies(m.Sale)) == 1


def test_another_card_is_not_touched_while_one_is_waited_for(rig, plastic, other):
    torn(rig, plastic)
    rig.wait(0.5)
    rig.put(other)
    assert "不是同一张卡" in rig.overlay.detail
    rig.lift()
    rig.wait(0.5)
    rig.tap(plastic)
    assert rig.overlay.look == "ok"
    assert balance(other) == 5_000


def test_after_fifteen_seconds_the_queue_moves(rig, plastic, other):
    torn(rig, plastic)
    rig.wait(14)
    assert rig.overlay.look == "retap"
    assert rig.overlay.choices[0].action == "f8"
    rig.wait(1.5)
    assert "已挂起" in rig.overlay.title
    assert len(rig.stand.bodies(m.Unresolved)) == 1
    rig.keys("enter")
    assert rig.overlay is None
    assert any("未完成" in notice.text for notice in rig.view.frame.notices)
    assert rig.view.amount == "￥0.00"  # its figures must not run into the next customer's
    rig.keys("3 enter")
    rig.tap(other)
    assert rig.overlay.look == "ok"
    assert balance(other) == 4_700


def test_a_supervisors_word_sets_it_aside_at_once(rig, plastic):
    # F: C7
    torn(rig, plastic)
    rig.keys("f8")
    assert [tile.text for tile in rig.overlay.people] == ["李伟"]
    rig.keys("000000 enter")
    assert rig.overlay.error
    rig.keys("135791 enter")
    assert "已挂起" in rig.overlay.title


def test_the_card_may_come_back_while_the_supervisor_is_asked(rig, plastic):
    torn(rig, plastic)
    rig.keys("f8 13")
    rig.tap(plastic)
    assert rig.overlay.look == "ok"
    assert balance(plastic) == 8750


def test_set_aside_is_completed_from_its_list(rig, plastic):
    torn(rig, plastic)
    rig.wait(16)
    rig.keys("enter f4")
    assert rig.screen == "aside"
    assert rig.view.rows[0].cells[3] == "12.50"
    rig.keys("enter")
    rig.tap(plastic)
    assert rig.overlay.look == "ok"
    assert balance(plastic) == 8750
    rig.keys("enter")
    assert rig.view.rows == ()


def test_the_next_sale_with_that_card_first_asks_about_the_open_one(rig, plastic):
    torn(rig, plastic)
    rig.wait(16)
    rig.keys("enter 3 enter")
    rig.tap(plastic)
    assert "未完成" in rig.overlay.title
    rig.wait(1)
    rig.keys("enter")
    rig.tap(plastic)
    assert rig.overlay.look == "ok"
    assert "再刷一次" in rig.overlay.note
    rig.wait(1)
    assert rig.overlay.look == "ready"
    rig.tap(plastic)
    assert balance(plastic) == 8450
    assert [sale.due_fen for sale in rig.stand.bodies(m.Sale)] == [1250, 300]


def test_goods_not_handed_over_are_rung_again_in_its_place(rig, plastic):
    torn(rig, plastic)
    rig.wait(16)
    rig.keys("f5")
    assert rig.overlay.look == "ready"
    rig.tap(plastic)
    assert rig.overlay.look == "ok"
    first, second = rig.stand.bodies(m.Sale)
    assert second.replaces == first.id
    assert [given.of for given in rig.stand.bodies(m.GivenUp)] == [first.id]


def test_cash_of_a_recharge_set_aside_is_rung_again_in_its_place(rig, plastic, other):
    # F: A3
    rig.keys("f9 f3 50 enter")
    for at in range(BEFORE_THE_WRITE, 20):
        tear(rig, plastic, at)
        if rig.overlay.look == "retap":
            break
        rig.wait(2)
    rig.wait(16)
    assert "重新充值" in rig.overlay.choices[0].text
    rig.keys("f5")
    assert rig.overlay.look == "ready"
    rig.tap(other)
    assert rig.overlay.look == "ok"
    assert balance(other) == 10_000
    first, second = rig.stand.bodies(m.Recharge)
    assert second.replaces == first.id
    assert [given.of for given in rig.stand.bodies(m.GivenUp)] == [first.id]
    assert rig.stand.station.expected_cash_fen() == 20_000 + 5_000


def test_a_power_cut_sets_it_aside_by_itself(rig, plastic):
    torn(rig, plastic)
    rig.stand.restart()
    rig.boot()
    assert rig.screen == "sign_on"
    rig.sign_on()
    assert rig.screen == "sell"  # the shift is still open
    rig.keys("f4")
    assert len(rig.view.rows) == 1


def test_nobody_signs_out_of_an_open_tap_or_an_unpaid_bill(rig, plastic):
    torn(rig, plastic)
    rig.keys("f10")
    assert rig.overlay.look == "retap"
    rig.tap(plastic)
    rig.keys("enter 5 f10")
    assert rig.screen == "sell"
    assert rig.message
    rig.keys("clear f10")
    assert rig.screen == "sign_on"


def test_the_sixth_aside_needs_a_supervisor(rig):
    for number in range(6):
        card = make_plastic(10_000, uid=bytes([4, 1, 1, number + 1]), card=600_000 + number)
        torn(rig, card)
        rig.wait(16)
        if number < 5:
            assert "已挂起" in rig.overlay.title
            rig.keys("enter clear")
    assert rig.overlay.look == "retap"
    rig.keys("f8 135791 enter")
    assert "已挂起" in rig.overlay.title
    assert len(rig.till.aside) == 6
    rig.keys("enter")
    assert rig.screen == "sell"


def test_a_supervisor_gives_one_up(rig, plastic):
    torn(rig, plastic)
    rig.wait(16)
    rig.keys("enter clear f4 f6 135791 enter")
    (given,) = rig.stand.bodies(m.GivenUp)
    assert (given.why, given.by) == ("supervisor", BOSS)
    assert rig.view.rows == ()
