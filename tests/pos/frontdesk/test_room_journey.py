"""Goal: a deposit is held, prolonged, settled or given back once; a slip and a debt are paid once.

Method: the person's steps against the presenters, the real journal and the real office.
"""

from typing import Any

from msgspec.structs import replace

from onecard.books import accounts
from onecard.ids import RecordId
from onecard.wire import errands as e
from onecard.wire import messages as m
from onecard.wire.cash import claim_digest
from server.cards import service as cards
from tests.pos.frontdesk.counter import ACCOUNT
from tests.server.office import Journal


def account(counter, name: str, number: str, fen: int) -> int:
    """A member with an account card, and cash on it from this desk."""
    holder, now, unit = counter.member(name, number=number), counter.clock.now(), counter.office.unit
    uid = f"{holder:08x}"
    card = counter.office.write(lambda c: cards.open_account_card(c, unit, holder, uid, ACCOUNT, now))[0]
    if fen:
        counter.open_job("cash")
        counter.search(number)
        counter.keys(f"{fen // 100} enter")
    return int(card)


def main(counter, card: int) -> int:
    return counter.balance(accounts.account(card, "main"))


def test_a_room_deposit_is_held_and_settled_with_the_bill(counter):
    """F: C19: off an account; the rest stays in it."""
    card = account(counter, "包房客", "R1", 50_000)
    counter.open_job("hold")
    counter.search("R1")
    counter.type("room", "K8")
    counter.keys("300 enter")
    assert "押金|300.00" in counter.paper
    assert "房号|K8" in counter.paper
    assert (main(counter, card), counter.balance(accounts.held(card))) == (20_000, 30_000)
    counter.open_job("holds")
    assert counter.view.list.rows[0].cells[0] == "K8"
    counter.keys("f2")
    assert counter.stand.bodies(e.ExtendHold)
    counter.keys("enter 180 enter")
    assert "押金结账" in counter.paper
    assert (main(counter, card), counter.balance(accounts.held(card))) == (32_000, 0)
    counter.keys("enter")
    assert counter.view.list.rows == ()


def test_a_room_deposit_off_a_purse_is_paid_and_the_rest_comes_back(counter):
    """F: C19: what is on a card cannot be held while the card is away."""
    plastic = counter.issued("钱包客", 40_000, uid="0f000001")
    counter.open_job("hold")
    counter.search("N0f000001")
    counter.type("room", "K9")
    counter.keys("15 enter")
    counter.put(plastic)
    assert "房号|K9" in counter.paper
    assert counter.read(plastic).newest.main_fen == 38_500
    counter.open_job("holds")
    counter.keys("12 enter")
    counter.keys("f6")
    assert counter.read(plastic).newest.main_fen == 38_800


def test_a_deposit_is_given_back_whole(counter):
    """F: C19 C19"""
    card = account(counter, "退押金", "R2", 20_000)
    counter.open_job("hold")
    counter.search("R2")
    counter.type("room", "K10")
    counter.keys("100 enter")
    counter.open_job("holds")
    counter.keys("f6")
    assert main(counter, card) == 20_000


def test_a_deposit_that_nobody_settles_comes_back_by_itself(counter):
    """F: C19: until then nobody can spend it; afterwards the list is empty and the member has it."""
    card = account(counter, "忘结账", "R9", 20_000)
    counter.open_job("hold")
    counter.search("R9")
    counter.type("room", "K12")
    counter.keys("100 enter")
    (hold,) = counter.stand.bodies(e.OpenHold)
    runtime = counter.office.runtime
    for at, held in ((hold.until - 1, 10_000), (hold.until + 1, 0)):
        counter.clock.advance(at - counter.clock.now())
        runtime._sweep_at = 0
        counter.office.run(runtime.sweep())
        assert counter.balance(accounts.held(card)) == held
    assert main(counter, card) == 20_000
    counter.open_job("holds")
    assert counter.view.list.rows == ()


def test_the_answer_of_a_deposit_is_lost_and_it_is_held_once(counter):
    """F: C19"""
    card = account(counter, "押金丢答复", "R3", 20_000)
    counter.open_job("hold")
    counter.search("R3")
    counter.type("room", "K11")
    counter.wired.deaf = 1
    counter.keys("100 enter")
    counter.wait(3)
    assert counter.balance(accounts.held(card)) == 10_000
    counter.open_job("holds")
    counter.keys("f6")


def test_no_room_is_no_deposit(counter):
    account(counter, "没房号", "R4", 20_000)
    counter.open_job("hold")
    counter.search("R4")
    counter.keys("100 enter")
    assert counter.view.tone == "refuse"
    assert not counter.stand.bodies(e.OpenHold)


def test_a_kiosks_slip_is_paid_once(counter):
    """F: D3 C11"""
    till = counter.office.till("kiosk", name="自助机")
    kiosk = Journal(till)
    note = kiosk.credit(5_000, 1)
    id = kiosk.next_id
    body = m.Claim(**kiosk.head(), amount_fen=5_000, credits=(note,), digest=claim_digest(id, "ABCD2345"))
    kiosk.append(body)
    kiosk.sync()
    before = counter.drawer
    counter.open_job("claim")
    counter.type("claim", str(id))
    counter.type("code", "abcd 2345")
    counter.keys("enter f4")
    assert counter.view.sum == "￥50.00"
    assert "付现金|￥50.00" in counter.paper
    assert counter.drawer == before - 5_000
    counter.keys("enter")
    counter.type("claim", str(id))
    counter.type("code", "ABCD2345")
    counter.keys("enter f4")
    assert counter.view.tone == "refuse"
    assert counter.drawer == before - 5_000


def test_a_slip_without_a_number_asks_nothing(counter):
    counter.open_job("claim")
    counter.type("claim", "K3001")
    counter.keys("enter")
    assert counter.view.tone == "refuse"
    assert not counter.stand.bodies(e.PayClaim)


def test_what_a_member_owes_on_account_is_paid_in_cash(counter):
    """F: B8"""
    card = account(counter, "记账人", "R5", 0)
    journal = Journal(counter.office.till(name="2 号机"))
    owes: Any = m.FullSale(
        **journal.head(), outlet=1, owner=1, card=card, issue=1, due_fen=700,
        lines=(m.PricedLine(price_fen=700, total_fen=700),), pays=(m.Pay("credit", 700),),
    )  # fmt: skip
    journal.append(replace(owes))
    journal.done(owes.id, offline=True)
    journal.sync()
    before = counter.drawer
    counter.open_job("credit")
    counter.search("R5")
    counter.keys("8 enter")
    assert counter.view.tone == "refuse"
    counter.keys("clear 7 enter")
    assert counter.view.sum == "￥7.00"
    assert counter.drawer == before + 700
    assert isinstance(counter.stand.bodies(e.PayCredit)[0].id, RecordId)
