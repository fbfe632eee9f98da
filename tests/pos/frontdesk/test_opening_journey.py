"""Goal: an account is opened at the counter as a card is: member, type, medium, deposit and fee, one receipt.

Method: the person's steps against the presenters, the real journal and the real office.
"""

from onecard.books import accounts
from onecard.devices.readers.virtual import VirtualM1
from onecard.wire import messages as m


def test_deposit_and_fee_stand_on_the_bill_and_the_receipt(counter):
    """F: C11 A2 C11"""
    before = counter.drawer
    plastic = counter.issued("新会员", 10_000, uid="0b000001")
    assert counter.drawer == before + 11_500
    assert "首次充值|100.00" in counter.paper
    assert "押金|10.00" in counter.paper
    assert "工本费|5.00" in counter.paper
    assert "收现金|￥115.00" in counter.paper
    card = counter.card_of(plastic)
    counter.sync_up()
    assert (counter.purse(card), counter.balance(accounts.deposit(card))) == (10_000, 1_000)


def test_an_account_is_opened_and_charged_on_the_spot(counter):
    """F: A2 A3: its money is at the office; the plastic only says whose it is."""
    counter.member("网络卡客", number="B1")
    counter.to_desk()
    counter.keys("f2")
    counter.type("search", "B1")
    counter.keys("enter enter right enter")
    blank = VirtualM1(bytes.fromhex("0b000002"))
    counter.tap(blank)
    assert counter.overlay.look == "ok", counter.overlay
    counter.keys("enter")
    card = counter.card_of(blank)
    counter.sync_up()
    assert counter.state_of(card) == "active"
    counter.open_job("cash")
    counter.keys("f1")
    counter.tap(blank)
    assert counter.view.subject == "网络卡客"
    counter.keys("80 enter")
    assert counter.view.sum == "￥80.00"
    assert counter.balance(accounts.account(card, "main")) == 8_000
    assert counter.stand.bodies(m.Recharge) == []


def test_cash_by_f3_for_an_account_card_goes_on_to_its_account(counter):
    """F: A3 C11: nobody has to know where a card's money is before he takes cash for it."""
    counter.member("网络卡充值", number="B3")
    counter.to_desk()
    counter.keys("f2")
    counter.type("search", "B3")
    counter.keys("enter enter right enter")
    blank = VirtualM1(bytes.fromhex("0b000004"))
    counter.tap(blank)
    counter.keys("enter")
    counter.sync_up()
    counter.to_desk()
    counter.keys("f3 62.5 enter")
    counter.tap(blank)
    assert (counter.screen, counter.overlay) == ("job", None)
    assert counter.view.subject == "网络卡充值"
    assert (
        counter.balance(accounts.account(counter.card_of(blank), "main")) == 0
    )  # not before it is confirmed
    counter.keys("enter")
    assert counter.view.sum == "￥62.50"
    assert counter.balance(accounts.account(counter.card_of(blank), "main")) == 6_250


def test_an_account_card_is_given_back_without_a_lock(counter):
    """F: A4: nothing is on it that could be spent meanwhile."""
    counter.member("退网络卡", number="B2")
    counter.to_desk()
    counter.keys("f2")
    counter.type("search", "B2")
    counter.keys("enter enter right enter")
    blank = VirtualM1(bytes.fromhex("0b000003"))
    counter.tap(blank)
    counter.keys("enter")
    card = counter.card_of(blank)
    counter.sync_up()
    counter.open_job("cash")
    counter.search("B2")
    counter.keys("30 enter")
    before = counter.drawer
    counter.do_job("return_card", "B2")
    assert counter.view.sum == "￥30.00"
    assert counter.drawer == before - 3_000
    assert counter.stand.bodies(m.Lock) == []
    assert counter.state_of(card) == "returned"
