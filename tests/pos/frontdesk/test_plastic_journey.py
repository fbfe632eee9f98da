"""Goal: a card changes hands once, whatever happens in between; plastic, books and drawer agree on its money.

Method: the person's steps, real journal, virtual cards, the real office; cards torn, power cut, answers lost.
"""

import pytest

from onecard.books import accounts
from onecard.devices.readers.virtual import VirtualM1
from onecard.errors import CardForeign
from onecard.wire import errands as e
from onecard.wire import messages as m
from pos.shelf import Shelf


def blank(uid: str) -> VirtualM1:
    return VirtualM1(bytes.fromhex(uid))


def is_blank(counter, plastic) -> bool:
    try:
        counter.read(plastic)
    except CardForeign as error:
        return error.code == "card.blank"
    return False


def test_a_card_comes_back_is_paid_and_wiped(counter):
    """F: C11 A4 C11"""
    plastic = counter.issued("退卡人", 10_000, uid="0d000001")
    card = counter.card_of(plastic)
    before = counter.drawer
    counter.open_job("return_card")
    counter.keys("f1")
    assert counter.overlay.look == "ready"
    counter.put(plastic)
    assert counter.view.subject == "退卡人"
    counter.keys("enter")
    assert counter.view.stop is not None
    counter.keys("f4")
    # Balance and deposit; the fee stays.
    assert counter.view.sum == "￥110.00"
    assert "付现金|￥110.00" in counter.paper
    assert counter.papers[-1].kick_drawer
    assert counter.drawer == before - 11_000
    assert counter.read(plastic).newest.locked
    counter.keys("f5")
    assert is_blank(counter, plastic)
    counter.sync_up()
    assert (counter.purse(card), counter.balance(accounts.deposit(card))) == (0, 0)
    assert counter.state_of(card) == "returned"
    # The same plastic is good for the next member.
    counter.lift()
    again = counter.issued_on(plastic, "下一位", 2_000, number="N0d000099")
    assert again != card


def test_the_power_goes_after_the_lock_and_the_return_goes_on(counter):
    """F: A4: what was locked and not paid for is paid once, also after a restart."""
    plastic = counter.issued("断电", 5_000, uid="0d000002")
    before = counter.drawer
    counter.open_by_card("return_card", plastic)
    with counter.office_away():
        counter.keys("enter f4")
        assert counter.overlay.look == "reading"  # its record could not be sent
        counter.power_cut()
    assert counter.drawer == before
    counter.sync_up()
    counter.open_by_card("return_card", plastic)
    counter.keys("enter f4")
    assert counter.view.sum == "￥60.00"
    assert counter.drawer == before - 6_000
    assert len(counter.stand.bodies(m.Lock)) == 1
    counter.keys("f5")
    assert is_blank(counter, plastic)


def test_the_power_goes_between_the_pay_out_and_its_paper(counter, tmp_path):
    """F: A4 C6: the sum, a marked copy, and the drawer once more by a supervisor's word."""
    plastic = counter.issued("没凭证", 5_000, uid="0d0000f2")
    counter.open_by_card("return_card", plastic)
    counter.till.print = lambda document: None  # the power goes just then
    counter.keys("enter f4")
    shelf = tmp_path / "shelf.json"
    counter.power_cut()
    counter.till.shelf = Shelf(shelf)
    before, papers = counter.drawer, len(counter.papers)
    counter.open_by_card("return_card", plastic)
    counter.keys("enter f4")
    assert counter.view.sum == "￥60.00"
    assert "已经退过款" in counter.view.body
    assert {"f3", "f5", "f4"} <= {key.action for key in counter.view.keys}
    counter.keys("f3")
    assert not counter.papers[-1].kick_drawer
    assert "退卡|" not in counter.paper
    assert "付现金|￥60.00" in counter.paper
    counter.keys("f4")  # whoever works here is a supervisor himself
    assert counter.papers[-1].kick_drawer
    assert "开钱箱|desk 姓名" in counter.paper
    counter.keys("f4")
    assert len(counter.papers) == papers + 2
    counter.power_cut()
    counter.till.shelf = Shelf(shelf)
    counter.open_by_card("return_card", plastic)
    counter.keys("enter f4")
    assert "f4" not in {key.action for key in counter.view.keys}
    assert counter.drawer == before
    assert len(counter.stand.bodies(e.ReturnCard)) == 1
    counter.keys("f5")
    assert is_blank(counter, plastic)


def test_the_answer_of_a_return_is_lost_and_nothing_is_paid_twice(counter):
    """F: A4"""
    plastic = counter.issued("丢答复", 5_000, uid="0d000003")
    before = counter.drawer
    counter.open_by_card("return_card", plastic)
    counter.wired.deaf = 1
    counter.keys("enter f4")
    assert counter.drawer == before
    counter.wait(3)
    assert counter.drawer == before - 6_000
    assert len(counter.stand.bodies(e.ReturnCard)) == 1


def test_another_card_than_the_one_chosen_is_not_locked(counter):
    plastic = counter.issued("张三", 5_000, uid="0d000004")
    other = counter.issued("李四", 5_000, uid="0d000005")
    counter.do_job("return_card", "N0d000004")
    counter.put(other)
    assert counter.overlay.look == "refused"
    assert not counter.read(other).newest.locked
    assert not counter.read(plastic).newest.locked


def test_a_card_torn_while_it_is_locked_waits_for_itself(counter):
    """F: A4: the lock is a write like any: the same card again, then it goes on."""
    plastic = counter.issued("撕卡", 5_000, uid="0d000006")
    counter.do_job("return_card", "N0d000006")
    for at in range(13, 22):
        plastic.tear_at(at)
        counter.put(plastic)
        counter.lift()
        if counter.overlay is not None and counter.overlay.look == "retap":
            break
        counter.wait(2)
    assert counter.overlay.look == "retap"
    counter.put(plastic)
    assert counter.view.sum == "￥60.00"
    assert counter.read(plastic).newest.locked


def test_a_return_that_is_given_up_is_opened_again(counter):
    """F: A4: locked, then they changed their minds."""
    plastic = counter.issued("反悔", 5_000, uid="0d000007")
    counter.open_job("return_card")
    counter.search("N0d000007")
    with counter.office_away():
        counter.keys("enter f4")
        counter.put(plastic)
        counter.keys("escape")
    counter.sync_up()
    counter.open_job("unlock")
    counter.search("N0d000007")
    counter.keys("enter")
    counter.keys("f6")
    image = counter.read(plastic)
    assert (image.newest.locked, image.newest.main_fen) == (False, 5_000)
    assert [one.lock for one in counter.stand.bodies(e.UnlockCard)] == [counter.stand.bodies(m.Lock)[0].id]


@pytest.mark.parametrize(
    ("pays_all", "at_once", "uid"), [("true", 8_000, "0d0000a0"), ("false", 0, "0d0000a2")]
)
def test_a_lost_card_is_replaced_with_its_balance(counter, pays_all, at_once, uid):
    """F: A5 A6: the old one is dead for ever, its balance goes to the new one, the fee into the drawer.

    Tills that never stop selling without network may still take all of it from the old one: it follows when
    they are settled, unless this desk is set to pay it at once.
    """
    counter.place(replace_all=pays_all)
    old = counter.issued("补卡人", 8_000, uid=uid)
    card = counter.card_of(old)
    counter.to_desk()
    counter.keys("f4")
    counter.type("search", f"N{uid}")
    counter.keys("enter enter f4 escape")
    assert counter.state_of(card) == "lost"
    before = counter.drawer
    counter.do_job("replace", f"N{uid}")
    new = blank(uid.replace("0d", "0e"))
    counter.put(new)
    assert counter.overlay.look == "ok"
    assert counter.drawer == before + 500
    counter.keys("enter")
    assert ("￥80.00" in counter.view.body) is (at_once == 0)
    assert counter.view.sum == f"￥{at_once // 100}.00"
    counter.keys("f6")
    image = counter.read(new)
    assert (image.identity.card, image.identity.issue) == (card, 2)
    assert image.newest.main_fen == at_once
    counter.lift()
    counter.sync_up()
    assert (counter.purse(card, 1), counter.purse(card, 2)) == (8_000 - at_once, at_once)
    assert counter.state_of(card) == "active"
    counter.to_desk()
    counter.keys("f1")
    counter.put(old)
    assert counter.view.state.tone == "refuse"


def test_the_power_goes_before_the_new_plastic_is_written(counter):
    """F: A5: the same blank gets the number that was granted, not a third one."""
    old = counter.issued("补卡断电", 3_000, uid="0d000012")
    card = counter.card_of(old)
    counter.do_job("replace", "N0d000012")
    new = blank("0d000013")
    counter.wired.deaf = 99
    counter.put(new)
    counter.lift()
    counter.power_cut()
    counter.wired.deaf = 0
    counter.open_job("left")
    counter.keys("enter")
    counter.do_job("replace", "N0d000012")
    counter.put(new)
    assert counter.overlay.look == "ok"
    assert counter.read(new).identity.issue == 2
    assert len(counter.stand.bodies(e.ReplaceCard)) == 1
    assert counter.card_of(new) == card


def test_a_card_that_is_no_blank_replaces_nothing(counter):
    counter.issued("甲", 3_000, uid="0d000014")
    other = counter.issued("乙", 3_000, uid="0d000015")
    counter.do_job("replace", "N0d000014")
    counter.put(other)
    assert counter.overlay.look == "refused"
    assert counter.stand.bodies(e.ReplaceCard) == []


def test_a_temporary_card_moves_to_the_formal_one(counter):
    """F: A8: balance, deposit, and the temporary plastic is free for the next guest."""
    guest = counter.issued("临时", 4_000, uid="0d000020")
    formal = counter.issued("正式", 1_000, uid="0d000021")
    a, b = counter.card_of(guest), counter.card_of(formal)
    before = counter.drawer
    counter.do_job("transfer", "N0d000021")
    counter.put(guest)
    assert "已转到正式卡" in counter.view.body
    assert counter.drawer == before
    counter.keys("f5")
    counter.lift()
    assert is_blank(counter, guest)
    counter.put(formal)
    counter.keys("f6")
    assert counter.read(formal).newest.main_fen == 5_000
    counter.sync_up()
    assert (counter.purse(a), counter.purse(b)) == (0, 5_000)
    assert counter.balance(accounts.deposit(b)) == 2_000
    # What was done with the temporary card stands in the formal one's history.
    moved = [(one.kind, one.fen) for one in counter.wired.ask_card(b, 1).movements]
    assert {("issue", 4_000), ("issue", 1_000), ("transfer", 4_000)} <= set(moved)


def test_a_card_does_not_move_onto_itself(counter):
    plastic = counter.issued("自己", 4_000, uid="0d000022")
    counter.do_job("transfer", "N0d000022")
    counter.put(plastic)
    assert counter.overlay.look == "refused"
    assert not counter.read(plastic).newest.locked


@pytest.mark.parametrize("name", ["return_card", "replace", "transfer"])
def test_esc_does_nothing_at_the_second_look(counter, name):
    counter.issued("犹豫", 1_000, uid=f"0d0001{len(name):02x}")
    counter.open_job(name)
    counter.search(f"N0d0001{len(name):02x}")
    counter.keys("enter")
    assert counter.view.stop is not None
    counter.keys("enter")
    assert counter.overlay is None
    assert counter.view.stop is None
