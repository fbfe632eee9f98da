"""Goal: cash in and out of the drawer is written down and counted, and the Z says what it leaves. F: C8"""

import pytest

from onecard.wire import messages as m
from tests.onecard.terminal.stand import BOSS
from tests.pos.rig import error_of, make_plastic
from tests.pos.test_shift_journey import lines
from tests.pos.test_watch_journey import door


def pay(rig, keys: str) -> None:
    door(rig, "drawer")
    rig.keys(keys)


def test_paid_in_and_paid_out_are_in_the_expected_cash(rig):
    # F: C8
    pay(rig, "left reason:change 50 enter")
    assert rig.screen == "sell"
    assert rig.papers[-1].kick_drawer
    pay(rig, "120 enter")
    assert rig.overlay.title == "从钱箱取出现金"
    rig.keys("right 135791 enter")
    assert rig.screen == "sell"
    moves = rig.stand.bodies(m.DrawerMove)
    assert [(one.way, one.fen, one.reason, one.supervisor) for one in moves] == [
        ("in", 5_000, "change", 0),
        ("out", 12_000, "safe", BOSS),
    ]
    assert "原因|保险柜" in lines(rig.papers[-1])
    rig.keys("f12")
    assert ("存入现金", "", "50.00") in [row.cells for row in rig.view.rows]
    assert ("取出现金", "", "-120.00") in [row.cells for row in rig.view.rows]
    rig.keys("f12 130 enter")
    rig.wait(1)
    rig.keys("enter")
    assert rig.view.verdict == "账款相符"


def test_more_than_there_is_comes_out_of_no_drawer(rig):
    pay(rig, "300 enter right 135791 enter")
    assert rig.message == error_of(rig, "drawer.short")
    assert rig.stand.bodies(m.DrawerMove) == []


@pytest.mark.parametrize("typed", ["", "0", "-5"])
def test_no_amount_moves_nothing(rig, typed):
    pay(rig, f"{' '.join(typed)} enter")
    assert rig.screen == "drawer"
    assert rig.message
    assert rig.stand.bodies(m.DrawerMove) == []


def test_the_z_names_what_it_leaves_to_the_office(rig):
    card = make_plastic(10_000)
    rig.keys("12.5 enter")
    for at in range(13, 20):
        card.tear_at(at)
        rig.put(card)
        rig.lift()
        if rig.overlay.look == "retap":
            break
        rig.wait(2)
    rig.wait(16)
    rig.keys("enter clear f12 f12 200 enter")
    rig.wait(1)
    rig.keys("enter")
    paper = lines(rig.papers[-1])
    assert "留给后台处理" in paper
    assert "消费 ****0001|12.50" in paper
    rig.keys("f3")
    assert "留给后台处理" in lines(rig.papers[-1])


def test_several_shifts_a_day_each_have_their_own_cash(rig):
    # F: C8
    pay(rig, "left 50 enter")
    rig.keys("f12 f12 250 enter")
    rig.wait(1)
    rig.keys("enter enter")
    rig.sign_on(float_yuan="100")
    rig.keys("f12 f12 100 enter")
    rig.wait(1)
    rig.keys("enter")
    assert [(one.z, one.expected_fen) for one in rig.stand.bodies(m.ShiftClose)] == [(1, 25_000), (2, 10_000)]
