"""Goal: a code payment becomes money on the card exactly once, however late, lost or repeated any answer is.

Method: the server on both engines and the sandbox gateway in one process, silences and losses in between.
"""

from typing import Any

import pytest
from sqlalchemy import select

from onecard.bench.gateway import Payments
from onecard.books import accounts
from onecard.ids import RecordId
from onecard.wire import errands as e
from onecard.wire import messages as m
from onecard.wire.payment import AskPayment, AskWays, Payment, Ways
from server.books import tables as books
from server.exceptions.tables import exception
from server.payments.tables import payment
from tests.server.terminals.desk import Desk


def open_one(desk: Desk, card: int, fen: int = 5_000) -> RecordId:
    """What a kiosk asks for; its id."""
    errand = desk.errand(
        e.CodePayment, desk.kiosk, card=card, issue=1, fen=fen, gateway="sandbox", operator=0
    )
    answer = desk.ask(errand, desk.kiosk.till)
    assert answer.result.status is m.Status.CREATED, answer
    again = desk.ask(errand, desk.kiosk.till)
    assert again.result.entry == answer.result.entry
    return errand.id


def ask(desk: Desk, id: RecordId, **more: bool) -> Payment:
    return desk.kiosk.till.ask("/t/payment", AskPayment(payment=id, **more), Payment)


def turn(desk: Desk, seconds: int = 2) -> None:
    if seconds > 60:
        desk.pass_time(seconds)
    else:
        desk.office.clock.advance(seconds)
    runtime = desk.office.runtime
    desk.office.run(runtime.clerk.turn(runtime.terms.types))


def balance(desk: Desk, account: str) -> int:
    query = select(books.wallet.c.fen).where(books.wallet.c.account == account)
    return int(desk.office.read(lambda c: c.execute(query).scalar()) or 0)


def gateway_fen(desk: Desk) -> int:
    """What the books say the gateway holds for us."""
    posting = books.posting
    name = accounts.gateway("sandbox")

    def read(c: Any) -> int:
        rows = c.execute(select(posting.c.debit, posting.c.credit, posting.c.fen)).all()
        return sum(row.fen * ((row.debit == name) - (row.credit == name)) for row in rows)

    return int(desk.office.read(read))


# F: D4
def test_a_paid_code_is_credited_once_and_waits_for_a_purse_card(desk: Desk, payments: Payments) -> None:
    card = desk.plastic()
    before = gateway_fen(desk)
    id = open_one(desk, card.card)
    assert ask(desk, id).state == "created"
    turn(desk)
    shown = ask(desk, id)
    assert (shown.state, shown.fen) == ("shown", 5_000)
    assert str(id) in shown.code
    assert payments.pay(str(id))
    for _ in range(3):
        turn(desk)
    paid = ask(desk, id)
    assert (paid.state, paid.is_credited, paid.code) == ("paid", True, "")
    assert balance(desk, accounts.waiting(card.card, 1, "main")) == 5_000
    assert gateway_fen(desk) - before == 5_000


# F: D4
def test_an_account_card_has_it_at_once(desk: Desk, payments: Payments) -> None:
    card = desk.account(fen=1_000)
    id = open_one(desk, card, 700)
    turn(desk)
    payments.pay(str(id))
    turn(desk)
    assert ask(desk, id).is_credited
    assert balance(desk, accounts.account(card, "main")) == 1_700


# F: D4
@pytest.mark.parametrize("lost", [1, 2, 3])
def test_lost_answers_of_the_gateway_change_nothing(desk: Desk, payments: Payments, lost: int) -> None:
    card = desk.plastic()
    id = open_one(desk, card.card)
    payments.line.lose = lost  # type: ignore[attr-defined]
    for _ in range(4):
        turn(desk, 30)
    assert len([one for one in payments.orders if one == str(id)]) == 1
    payments.pay(str(id))
    payments.line.lose = lost  # type: ignore[attr-defined]
    for _ in range(5):
        turn(desk, 400)
    assert ask(desk, id).state == "paid"
    assert balance(desk, accounts.waiting(card.card, 1, "main")) == 5_000


# F: D4
def test_who_pays_after_the_member_has_left_finds_it_waiting(desk: Desk, payments: Payments) -> None:
    card = desk.plastic()
    id = open_one(desk, card.card)
    turn(desk)
    payments.silent = True
    assert ask(desk, id, leave=True).code == ""
    turn(desk)
    payments.pay(str(id))
    payments.silent = False
    turn(desk, 600)
    assert ask(desk, id).state == "paid"
    assert balance(desk, accounts.waiting(card.card, 1, "main")) == 5_000


# F: D4
def test_nobody_pays_and_nobody_can_pay_later(desk: Desk, payments: Payments) -> None:
    id = open_one(desk, desk.plastic().card)
    turn(desk)
    turn(desk, 200)
    assert ask(desk, id).state == "expired"
    assert not payments.pay(str(id))


# F: D4
def test_a_member_who_left_before_there_was_a_code_owes_nothing(desk: Desk, payments: Payments) -> None:
    id = open_one(desk, desk.plastic().card)
    ask(desk, id, leave=True)
    turn(desk)
    assert ask(desk, id).state == "expired"
    assert not payments.pay(str(id))


# F: D4
def test_a_card_stopped_meanwhile_gets_nothing_and_the_money_goes_back(
    desk: Desk, payments: Payments
) -> None:
    card = desk.plastic()
    before = gateway_fen(desk)
    id = open_one(desk, card.card)
    turn(desk)
    question = m.ReportLoss(
        id=RecordId(desk.till.terminal, 1, 777_001), card=card.card, issue=1, operator=desk.boss
    )
    desk.till.ask("/t/loss", question, m.Answer)
    payments.pay(str(id))
    turn(desk)
    payments.silent = True
    turn(desk)
    assert ask(desk, id).state == "refunding"
    payments.silent = False
    turn(desk, 400)
    told = ask(desk, id)
    assert (told.state, told.reason, told.is_credited) == ("refunded", "card.stopped", False)
    assert payments.orders[str(id)].state == "refunded"
    assert gateway_fen(desk) == before


def stuck(desk: Desk, id: RecordId) -> list[Any]:
    query = select(exception).where(exception.c.kind == "refund_stuck", exception.c.subject == str(id))
    return list(desk.office.read(lambda c: c.execute(query).all()))


# F: D4
def test_a_refund_that_the_gateway_does_not_make_is_in_the_inbox_until_it_is_made(
    desk: Desk, payments: Payments
) -> None:
    card = desk.plastic()
    id = open_one(desk, card.card)
    turn(desk)
    question = m.ReportLoss(
        id=RecordId(desk.till.terminal, 1, 777_002), card=card.card, issue=1, operator=desk.boss
    )
    desk.till.ask("/t/loss", question, m.Answer)
    payments.pay(str(id))
    turn(desk)
    payments.silent = True
    for _ in range(4):
        turn(desk, 60)
    assert stuck(desk, id) == []
    for _ in range(4):
        turn(desk, 400)
    (matter,) = stuck(desk, id)
    assert (matter.card, matter.fen, matter.closed_at) == (card.card, 5_000, None)
    payments.silent = False
    turn(desk, 400)
    assert ask(desk, id).state == "refunded"
    (matter,) = stuck(desk, id)
    assert (matter.closed_at is not None, matter.note) == (True, "refunded")


# F: D4
def test_a_gateway_that_says_no_is_told(desk: Desk, payments: Payments) -> None:
    payments.refuse_next = True
    id = open_one(desk, desk.plastic().card)
    turn(desk)
    assert (ask(desk, id).state, ask(desk, id).reason) == ("failed", "payment.refused")


# F: D4
def test_a_kill_between_gateway_and_books_is_made_up_for(desk: Desk, payments: Payments) -> None:
    """The gateway was asked and had been paid; the process died before the books were written."""
    card = desk.plastic()
    id = open_one(desk, card.card)
    turn(desk)
    payments.pay(str(id))
    runtime = desk.office.runtime
    real = runtime.lane.do

    async def die(_command: Any) -> Any:
        raise KeyboardInterrupt

    runtime.lane.do = die  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        turn(desk)
    runtime.lane.do = real  # type: ignore[method-assign]
    turn(desk)
    assert balance(desk, accounts.waiting(card.card, 1, "main")) == 5_000


# F: D4
def test_ways_are_told_and_a_payment_is_its_own_terminals(desk: Desk, payments: Payments) -> None:
    assert desk.kiosk.till.ask("/t/payment/ways", AskWays(), Ways).names == ("sandbox",)
    id = open_one(desk, desk.plastic().card)
    reply = desk.till.send("/t/payment", m.encode(AskPayment(payment=id)))
    assert reply.code == "request.not_yours"
    rows = desk.office.read(lambda c: c.execute(select(payment.c.terminal)).scalars().all())
    assert desk.kiosk.till.terminal in rows
