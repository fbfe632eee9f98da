"""Goal: a till sees what its people may act on, and nothing of another place; paper says what the books say.

Method: two outlets that sell, cards of two branches, on both engines.
"""

from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from onecard.ids import RecordId
from onecard.wire import errands as e
from onecard.wire import lookups as look
from onecard.wire import messages as m
from server.books.tables import wallet
from server.members import photo
from server.members.tables import member_pin
from server.operators.tables import operation_log
from server.organisation.scope import Scope
from server.reward import service as rewards
from tests.server.office import Reply, Till
from tests.server.terminals.desk import Desk, opening

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 16 + b"IEND\xaeB`\x82"
FAR = 60_000


def days(desk: Desk) -> dict[str, int]:
    day = desk.journal.head()["day"]
    return {"since_day": day - 1, "until_day": day}


def code(desk: Desk, path: str, question: msgspec.Struct, till: Till | None = None) -> str:
    reply: Reply = (till or desk.till).send(path, m.encode(question))
    assert reply.status in (403, 409, 422), reply.text
    return reply.code


# ---- past sales


def sales(desk: Desk, till: Till | None = None, **more: Any) -> tuple[look.SaleRow, ...]:
    question = look.AskSales(**({"operator": desk.boss, **days(desk)} | more))
    return (till or desk.till).ask("/t/sales", question, look.Sales).rows


def test_own_past_sales_say_what_is_left_and_why_not(desk: Desk) -> None:
    """C7: those of the open shift are voided and not refunded; what was refunded is gone."""
    card, sale = desk.sold(3_000)
    (row,) = sales(desk, card=card.card)
    assert (row.sale, row.fen, row.left_fen, row.why_not) == (sale, 3_000, 3_000, "refund.open_shift")
    desk.journal.close_shift(1, 0)
    desk.journal.sync()
    desk.done(e.RefundSale, sale=sale, lines=((0, 500),))
    (row,) = sales(desk, card=card.card)
    assert (row.left_fen, row.why_not) == (1_500, "")
    detail = desk.till.ask("/t/sale/lines", look.AskSale(operator=desk.boss, sale=sale), look.SoldSale)
    assert detail.row == row
    assert [(one.quantity, one.paid_fen, one.refunded) for one in detail.lines] == [(1_000, 3_000, 500)]
    assert detail.pays == (("main", 3_000),)
    desk.done(e.RefundSale, sale=sale)
    (row,) = sales(desk, card=card.card)
    assert (row.left_fen, row.why_not) == (0, "refund.excess")


def test_a_till_lists_its_own_sales_or_its_outlets(desk: Desk) -> None:
    card = desk.plastic()
    mine = desk.journal.sale(card, 100, outlet=1, owner=1).done()
    beside = desk.second.sale(card, 200, outlet=1, owner=1).done()
    elsewhere = desk.other.sale(card, 300, outlet=2, owner=1).done()
    for journal in (desk.journal, desk.second, desk.other):
        journal.sync()
    assert [one.sale for one in sales(desk, card=card.card)] == [mine]
    whole = sales(desk, card=card.card, whole_outlet=True)
    assert {one.sale for one in whole} == {mine, beside}
    older = sales(desk, card=card.card, whole_outlet=True, before=whole[0].entry)
    assert older == whole[1:]
    there = sales(desk, desk.other_till, card=card.card, operator=desk.other_boss, whole_outlet=True)
    assert [one.sale for one in there] == [elsewhere]
    asked = look.AskSale(operator=desk.boss, sale=elsewhere)
    assert code(desk, "/t/sale/lines", asked) == "refund.unknown"


def test_who_may_not_refund_sees_no_sales(desk: Desk) -> None:
    question = look.AskSales(operator=desk.nobody, **days(desk))
    assert code(desk, "/t/sales", question) == "operator.not_allowed"
    elsewhere = look.AskSales(operator=desk.boss, **days(desk))
    assert code(desk, "/t/sales", elsewhere, desk.other_till) == "operator.not_allowed"
    long = look.AskSales(operator=desk.boss, since_day=0, until_day=FAR)
    assert code(desk, "/t/sales", long) == "request.malformed"


# ---- paper


def statement(desk: Desk, card: int, **more: Any) -> look.CardStatement:
    question = look.AskStatement(**({"card": card, "issue": 1, "operator": desk.boss, **days(desk)} | more))
    return desk.till.ask("/t/statement", question, look.CardStatement)


def test_a_statement_adds_up_to_what_the_books_hold(desk: Desk) -> None:
    """D5 F1: money paid in and money given apart; a load that moves onto the card is no movement."""
    card = desk.plastic(10_000)
    desk.journal.sale(card, 1_500, outlet=1, owner=1).done()
    desk.journal.sync()
    desk.done(e.RechargeAccount, card=card.card, issue=1, fen=2_000)
    desk.done(e.GiveGift, card=card.card, issue=1, fen=300, reason="guest")
    found = statement(desk, card.card)
    assert {(one.kind, one.paid_fen, one.given_fen) for one in found.lines} == {
        ("issue", 10_000, 0),
        ("sale", -1_500, 0),
        ("recharge", 2_000, 0),
        ("gift", 0, 300),
    }
    assert (found.opening_paid_fen, found.closing_paid_fen, found.closing_given_fen) == (0, 10_500, 300)
    name = wallet.c.account
    mine = name.like(f"card:{card.card}:1:%:purse") | name.like(f"card:{card.card}:1:%:waiting")
    held = select(func.sum(wallet.c.fen)).where(mine)
    books = int(desk.office.read(lambda c: c.execute(held).scalar()))
    assert found.closing_paid_fen + found.closing_given_fen == books
    later = statement(desk, card.card, since_day=FAR, until_day=FAR)
    assert (later.lines, later.opening_paid_fen, later.opening_given_fen) == ((), 10_500, 300)


def test_a_statement_is_the_holders_at_a_kiosk_and_an_operators_in_his_branch(desk: Desk) -> None:
    card = desk.plastic()
    kiosk = desk.kiosk.till
    question = look.AskStatement(card=card.card, issue=1, **days(desk))
    assert kiosk.ask("/t/statement", question, look.CardStatement).closing_paid_fen == 10_000
    assert code(desk, "/t/statement", question) == "operator.not_allowed"
    theirs = msgspec.structs.replace(question, operator=desk.other_boss)
    assert code(desk, "/t/statement", theirs, desk.other_till) == "desk.other_branch"


def test_an_operator_sees_his_own_cash(desk: Desk) -> None:
    """C11 G1"""
    question = look.AskRemittance(operator=desk.head, **days(desk))
    before = desk.till.ask("/t/remittance", question, look.Remittance)
    errand = desk.errand(e.RechargeAccount, card=desk.account(), issue=1, fen=4_200, operator=desk.head)
    desk.ask(errand)
    after = desk.till.ask("/t/remittance", question, look.Remittance)
    gained = sum(one.in_fen - one.out_fen for one in after.lines) - sum(
        one.in_fen - one.out_fen for one in before.lines
    )
    assert gained == 4_200
    assert {one.kind for one in after.lines} == {"recharge"}
    nobody = look.AskRemittance(operator=desk.nobody, **days(desk))
    assert code(desk, "/t/remittance", nobody) == "operator.not_allowed"


# ---- who somebody is


def checks(desk: Desk) -> int:
    query = select(func.count()).where(operation_log.c.action == "till.identify")
    return int(desk.office.read(lambda c: c.execute(query).scalar()))


def test_an_identity_check_says_who_it_is_and_is_logged(desk: Desk) -> None:
    """A13"""
    member = desk.member()
    card, before = desk.account(member=member), checks(desk)
    whole, now = Scope.whole(desk.unit), desk.office.clock.now()
    desk.office.write(lambda c: photo.keep(c, whole, member, PNG, now))
    asked = look.Identify(card=card, issue=1, operator=desk.boss, with_photo=True)
    found = desk.till.ask("/t/identify", asked, look.Identified)
    assert (found.state, found.department, found.photo) == ("active", "研发", PNG)
    by_uid = look.Identify(uid=f"{member:08x}", operator=desk.boss)
    again = desk.till.ask("/t/identify", by_uid, look.Identified)
    assert (again.card, again.name, again.photo) == (card, found.name, b"")
    assert checks(desk) == before + 2
    assert code(desk, "/t/identify", look.Identify(uid="ffffffff", operator=desk.boss)) == "card.unknown"
    theirs = look.Identify(card=card, issue=1, operator=desk.other_boss)
    assert code(desk, "/t/identify", theirs, desk.other_till) == "desk.other_branch"


# ---- PINs


@pytest.fixture
def holder(desk: Desk) -> dict[str, int]:
    return {"card": desk.account(), "issue": 1}


def ids(desk: Desk) -> RecordId:
    """A new question's name."""
    desk._card += 1
    return RecordId(desk.till.terminal, 1, 500_000 + desk._card)


def test_a_first_pin_is_vouched_for_and_the_next_proven(desk: Desk, holder: dict[str, int]) -> None:
    """C11 D5: the same question again is the same change; another PIN under its id is a conflict."""
    first = look.ChangePin(id=ids(desk), **holder, new="271828", operator=desk.boss)
    answer = desk.till.ask("/t/pin/change", first, m.Answer)
    assert answer.result.status is m.Status.CREATED
    assert desk.till.ask("/t/pin/change", first, m.Answer) == answer
    other = msgspec.structs.replace(first, new="314159")
    assert code(desk, "/t/pin/change", other) == "record.conflict"
    right = look.CheckPin(**holder, pin="271828")
    assert desk.till.ask("/t/pin/check", right, look.PinChecked) == look.PinChecked(fits=True, is_set=True)
    wrong = look.ChangePin(id=ids(desk), **holder, new="161803", old="000000")
    assert code(desk, "/t/pin/change", wrong) == "pin.wrong"
    proven = look.ChangePin(id=ids(desk), **holder, new="161803", old="271828")
    desk.till.ask("/t/pin/change", proven, m.Answer)
    assert desk.till.ask("/t/pin/change", proven, m.Answer).result.status is m.Status.CREATED
    assert not desk.till.ask("/t/pin/check", right, look.PinChecked).fits
    weak = look.ChangePin(id=ids(desk), **holder, new="123456", old="161803")
    assert code(desk, "/t/pin/change", weak) == "pin.weak"


def test_guessing_a_pin_closes_the_door(desk: Desk, holder: dict[str, int]) -> None:
    change = look.ChangePin(id=ids(desk), **holder, new="271828", operator=desk.boss)
    desk.till.ask("/t/pin/change", change, m.Answer)
    wrong = look.CheckPin(**holder, pin="000000")
    for _ in range(5):
        assert not desk.till.ask("/t/pin/check", wrong, look.PinChecked).fits
    right = look.CheckPin(**holder, pin="271828")
    assert code(desk, "/t/pin/check", right, desk.other_till) == "attempt.locked"


def test_a_pin_is_vouched_for_by_who_may_and_kept_as_a_verifier(desk: Desk, holder: dict[str, int]) -> None:
    change = look.ChangePin(id=ids(desk), **holder, new="271828", operator=desk.nobody)
    assert code(desk, "/t/pin/change", change) == "operator.not_allowed"
    theirs = msgspec.structs.replace(
        change, operator=desk.other_boss, id=RecordId(desk.other_till.terminal, 1, 600_000)
    )
    assert code(desk, "/t/pin/change", theirs, desk.other_till) == "desk.other_branch"
    unset = desk.till.ask("/t/pin/check", look.CheckPin(**holder, pin="271828"), look.PinChecked)
    assert unset == look.PinChecked(fits=False, is_set=False)
    kept = desk.office.read(lambda c: c.execute(select(member_pin.c.verifier)).scalars().all())
    assert all(one.startswith("$argon2id$") for one in kept)


# ---- rooms and rewards


def test_a_till_lists_the_deposits_and_rewards_of_its_place(desk: Desk) -> None:
    held, _ = desk.done(e.OpenHold, **opening(desk, desk.account(9_000), 5_000))
    card, sale = desk.sold(5_000)
    sold, _ = desk.done(e.OpenHold, **opening(desk, card.card, 5_000), sale=sale)
    rows = desk.till.ask("/t/holds", look.AskHolds(operator=desk.boss), look.Holds).rows
    found = {one.hold: one.on_card for one in rows}
    assert (found[held.id], found[sold.id]) == (False, True)
    there = look.AskHolds(operator=desk.other_boss)
    assert desk.other_till.ask("/t/holds", there, look.Holds).rows == ()
    number = desk.office.write(lambda c: rewards.add_reward(c, desk.unit, name="水杯", points=70))
    listed = desk.till.ask("/t/rewards", look.AskRewards(operator=desk.boss), look.Rewards).rows
    assert number in {one.reward for one in listed}
    assert code(desk, "/t/rewards", look.AskRewards(operator=desk.nobody)) == "operator.not_allowed"
