"""Goal: a shift opens with a float and closes with a blind count; voids need a supervisor. F: C7 C8"""

import pytest

from onecard.wire import messages as m
from tests.onecard.terminal.stand import BOSS, CARD, CASHIER, read_plastic
from tests.pos.rig import error_of, make_plastic


def lines(document) -> str:
    return "\n".join(f"{part.text}|{part.right}" for part in document.parts if hasattr(part, "right"))


def balance(plastic) -> int:
    return read_plastic(plastic).newest.main_fen


def test_a_wrong_pin_opens_nothing(closed):
    closed.keys("operator:1 111111 enter")
    assert closed.screen == "sign_on"
    assert closed.view.error
    assert closed.view.dots == ""


def test_an_operators_card_signs_on(closed):
    # F: C8
    closed.tap(make_plastic(0, uid=bytes.fromhex("04998877"), card=CARD + 900))
    assert closed.till.operator.operator == BOSS
    assert closed.screen == "shift"


def test_card_and_pin_sign_on_without_a_network(closed, plastic):
    # F: C8
    closed.offline(age_s=3 * 86_400)
    closed.tap(make_plastic(0, uid=bytes.fromhex("04998877"), card=CARD + 900))
    closed.keys("100 enter")
    assert (closed.screen, closed.till.operator.name) == ("sell", "李伟")
    closed.keys("12.5 enter")
    closed.tap(plastic)
    closed.keys("enter f12 f12 100 enter")
    closed.wait(1)
    closed.keys("enter enter operator:1 246810 enter 50 enter")
    assert (closed.screen, closed.till.operator.name) == ("sell", "张敏")
    assert [one.operator for one in closed.stand.bodies(m.ShiftOpen)] == [BOSS, CASHIER]


def test_a_members_card_signs_nobody_on(closed, plastic):
    closed.tap(plastic)
    assert closed.screen == "sign_on"
    assert closed.view.error
    assert closed.overlay is None
    closed.wait(2)
    closed.tap(make_plastic(0, uid=bytes.fromhex("04998877"), card=CARD + 900))
    assert closed.screen == "shift"


def test_the_float_must_be_typed(closed):
    # F: C8
    closed.keys("operator:1 246810 enter")
    closed.keys("enter")
    assert closed.screen == "shift"
    assert closed.message
    closed.keys("0 enter")
    assert closed.screen == "sell"
    assert closed.till.shift.float_fen == 0


def test_x_shows_sums_and_never_the_expected_cash(rig, plastic):
    # F: C8
    rig.keys("12.5 enter")
    rig.tap(plastic)
    rig.keys("enter f12")
    assert rig.view.stage == "x"
    assert ("消费", "1", "12.50") in [row.cells for row in rig.view.rows]
    rig.keys("f5")
    assert "应有" not in lines(rig.papers[-1])
    assert "消费 × 1|12.50" in lines(rig.papers[-1])
    rig.keys("enter")
    assert rig.screen == "sell"


@pytest.mark.parametrize(
    ("count", "verdict", "over"),
    [("250", "账款相符", 0), ("251.5", "长款 ￥1.50", 150), ("249", "短款 ￥1.00", -100)],
)
def test_z_counts_blind_and_books_the_difference(rig, plastic, count, verdict, over):
    # F: C8
    rig.keys("f9 f3 50 enter")
    rig.tap(plastic)
    assert rig.overlay.look == "ok"
    rig.keys("enter escape escape f12 f12")
    assert rig.view.stage == "count"
    assert "250" not in str(rig.view)
    rig.keys(f"{count} enter")
    assert rig.view.stage == "sure"
    rig.wait(1)
    rig.keys("enter")
    assert rig.view.verdict == verdict
    (closed,) = rig.stand.bodies(m.ShiftClose)
    assert closed.counted_fen - closed.expected_fen == over
    assert "Z 编号|1" in lines(rig.papers[-1])
    assert closed.head[:16] in lines(rig.papers[-1])
    rig.keys("enter")
    assert rig.screen == "sign_on"


def test_a_held_enter_closes_no_shift(rig):
    rig.keys("f12 f12 200 enter")
    for _ in range(40):
        rig.clock.advance(0.03)
        rig.keys("enter")
    assert rig.view.stage == "sure"
    assert rig.stand.bodies(m.ShiftClose) == []


def test_a_shift_of_somebody_else_is_closed_before_selling(rig):
    rig.keys("f10 operator:0 135791 enter")
    assert rig.screen == "shift"
    assert "张敏" in rig.view.body
    rig.keys("f12 200 enter")
    rig.wait(1)
    rig.keys("enter enter operator:0 135791 enter")
    assert rig.view.stage == "open"


def test_void_needs_a_supervisor_and_the_card_that_paid(rig, plastic):
    # F: C7
    rig.keys("12.5 enter")
    rig.tap(plastic)
    rig.keys("enter f2")
    assert rig.screen == "void"
    assert rig.view.rows[0].cells[3] == "12.50"
    rig.keys("enter")
    rig.keys("right 135791 enter")
    assert rig.overlay.look == "ready"
    other = make_plastic(5_000, uid=bytes.fromhex("04DDEEFF"), card=500_888)
    rig.put(other)
    assert rig.overlay.look == "refused"
    rig.lift()
    rig.wait(2)
    rig.tap(plastic)
    assert rig.overlay.look == "ok"
    assert balance(plastic) == 10_000
    assert balance(other) == 5_000
    (void,) = rig.stand.bodies(m.Void)
    assert (void.supervisor, void.operator, void.reason) == (BOSS, CASHIER, "goods")
    assert "主管|李伟" in lines(rig.papers[-1])
    assert "原因|退菜退货" in lines(rig.papers[-1])
    rig.keys("enter")
    assert rig.view.rows[1].cells[4] == "已撤销"
    assert rig.view.rows[0].cells[1] == "撤销 · 退菜退货"
    rig.keys("f7")
    assert rig.view.rows[0].cells[1] == "Void · Goods returned"
    rig.keys("f7 down enter")
    assert rig.message == error_of(rig, "void.already")


def test_a_supervisors_card_gives_the_word(rig, plastic):
    # F: C7
    rig.keys("12.5 enter")
    rig.tap(plastic)
    rig.keys("enter f2 enter")
    assert rig.overlay.card_hint
    rig.tap(plastic)
    assert rig.overlay.error
    rig.tap(make_plastic(0, uid=bytes.fromhex("04998877"), card=CARD + 900))
    assert rig.overlay.look == "ready"
    rig.tap(plastic)
    assert balance(plastic) == 10_000


def test_a_supervisor_at_the_till_is_asked_for_nothing(closed, plastic):
    closed.keys("operator:0 135791 enter 0 enter 12.5 enter")
    closed.tap(plastic)
    closed.keys("enter f2 enter")
    assert closed.overlay.look == "ready"


def test_a_receipt_of_the_shift_is_printed_again(rig, plastic):
    # F: C6
    rig.keys("12.5 enter")
    rig.tap(plastic)
    rig.keys("enter f2 f3")
    assert "补打" in lines(rig.papers[-1])
    assert "消费凭证" in lines(rig.papers[-1])
