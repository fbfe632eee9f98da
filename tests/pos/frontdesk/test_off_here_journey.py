"""Goal: at a place where recharge is switched off cards are sold to and served, and no money is taken.

Method: the office's setting, a cashier's steps, and the real office, which refuses an order from there too.
"""

import msgspec

from onecard.devices.readers.virtual import VirtualM1
from onecard.wire import errands as e
from onecard.wire import messages as m
from server.terminals.tables import terminal
from tests.pos.frontdesk.counter import Counter

WHY = "本网点不办理充值"


def tile(counter: Counter, action: str):
    return next(one for one in counter.view.tiles if one.action == action)


def test_the_desk_says_why_no_cash_is_taken_and_takes_none(counter):
    """F: C13"""
    plastic = counter.issued("王小明", uid="13000001")
    counter.place(recharge="false")
    counter.to_desk()
    counter.keys("group:1")
    assert (tile(counter, "f3").enabled, tile(counter, "f3").reason) == (False, WHY)
    assert (tile(counter, "job:cash").enabled, tile(counter, "job:cash").reason) == (False, WHY)
    assert tile(counter, "job:correct").enabled
    counter.keys("f3")
    assert counter.screen == "desk"
    counter.keys("f1")
    counter.tap(plastic)
    key = next(one for one in counter.view.frame.keys if one.key == "f3")
    assert (key.enabled, key.reason) == (False, WHY)
    counter.place(recharge="true")
    counter.to_desk()
    counter.keys("f3")
    assert counter.screen == "recharge"


def test_a_card_is_issued_there_without_money_and_not_with_it(counter):
    """F: C13 A2"""
    counter.place(recharge="false")
    number = "130001"
    counter.member("李雷", number=number)
    counter.to_desk()
    counter.keys("f2")
    counter.type("search", number)
    counter.keys("enter enter 50 enter")
    assert counter.overlay is None
    assert "不办理充值" in counter.view.error
    counter.keys("clear enter")
    blank = VirtualM1(bytes.fromhex("13000002"))
    counter.tap(blank)
    assert counter.overlay.look == "ok", counter.overlay
    assert [one.opening_fen for one in counter.stand.bodies(m.Issue)][-1] == 0


def test_the_office_refuses_what_is_asked_and_books_what_was_taken(counter):
    """F: C13: the setting has come to the office and not yet to the till."""
    plastic = counter.issued("韩梅", uid="13000003")
    card, before = counter.card_of(plastic), counter.drawer
    said = msgspec.json.encode({"recharge": "false"}).decode()
    mine = terminal.c.terminal == counter.box.number
    counter.office.write(lambda c: c.execute(terminal.update().where(mine).values(settings=said)))
    counter.open_job("cash")
    counter.search("N13000003")
    counter.keys("50 enter")
    assert "不办理充值" in str(counter.view)
    assert counter.drawer == before
    assert len(counter.stand.bodies(e.RechargeAccount)) == 1
    counter.to_desk()
    counter.keys("f3 30 enter")
    counter.tap(plastic)
    assert counter.overlay.look == "ok", counter.overlay
    counter.sync_up()
    assert counter.purse(card) == 13_000
    assert counter.drawer == before + 3_000
