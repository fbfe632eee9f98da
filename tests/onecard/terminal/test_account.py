"""A card whose money is at the office: written down before it is asked, and only the server's word counts.

F: A1 C1 C7 C8
"""

import pytest

from onecard.devices.readers.virtual import DirectStorage
from onecard.errors import Refused, StoreError
from onecard.ids import RecordId
from onecard.terminal.account import Account
from onecard.terminal.order import Order
from onecard.terminal.outcome import Completed, State
from onecard.wire import messages as m
from tests.onecard.terminal.stand import BOSS, CARD, CARD_TYPE, CASHIER, make_plastic

TYPE = m.CardType(
    type=2, name="网络卡", purse_on_card=False, sale_limit_fen=5_000, pin_above_fen=4_000, media=("m1", "uid")
)
ACCOUNT = Account(card=CARD, issue=1, type=2)
ORDER = Order.amount(1_250)


@pytest.fixture(autouse=True)
def types(stand):
    stand.receive(stand.office.types(CARD_TYPE, TYPE))


def said(id, status=m.Status.CREATED, reason="", balance_fen=8_750):
    return m.Answer(result=m.Result(id=id, status=status, reason=reason), balance_fen=balance_fen)


def refused(act, *arguments):
    with pytest.raises(Refused) as refused:
        act(*arguments)
    return refused.value


def test_the_intent_is_on_disk_before_anybody_is_asked_and_the_question_is_its_bytes(stand):
    accounts = stand.station.accounts
    opened = accounts.sell(ACCOUNT, ORDER)
    assert opened.is_on_account
    assert stand.bodies(m.Sale) == [opened.intent]
    assert (opened.intent.card, opened.intent.pays, opened.intent.purse) == (
        CARD,
        (m.Pay("main", 1_250),),
        None,
    )
    question = accounts.question(opened.id)
    assert bytes(question.body) == stand.journal.body_bytes(opened.id)
    stand.restart()
    assert stand.station.accounts.question(opened.id) == question, (
        "asked again after a restart: the same bytes"
    )


@pytest.mark.parametrize("status", [m.Status.CREATED, m.Status.EXISTS])
def test_a_yes_is_on_disk_before_it_is_shown(stand, status):
    accounts = stand.station.accounts
    opened = accounts.sell(ACCOUNT, ORDER)
    paid = accounts.answered(said(opened.id, status))
    assert isinstance(paid, Completed)
    assert (paid.balance_before_fen, paid.balance_after_fen) == (10_000, 8_750)
    assert [(body.of, body.balance_fen) for body in stand.bodies(m.Done)] == [(opened.id, 8_750)]
    assert stand.station.open_taps() == []
    assert accounts.balance_told(opened.id) == 8_750
    assert refused(accounts.answered, said(opened.id)).code == "tap.done"


def test_a_disk_that_takes_no_outcome_leaves_it_open_for_the_same_answer(stand, monkeypatch):
    accounts = stand.station.accounts
    opened = accounts.sell(ACCOUNT, ORDER)
    append = stand.journal.append

    def broken(make):
        raise StoreError("store.failed")

    monkeypatch.setattr(stand.journal, "append", broken)
    with pytest.raises(StoreError):
        accounts.answered(said(opened.id))
    monkeypatch.setattr(stand.journal, "append", append)
    assert [tap.id for tap in stand.station.open_taps()] == [opened.id]
    assert isinstance(accounts.answered(said(opened.id)), Completed)


@pytest.mark.parametrize(
    ("reason", "code", "params"),
    [
        ("purse.short", "purse.short", {"balance": 300, "due": 1_250}),
        ("card.stopped", "card.stopped", {}),
        ("limit.day", "account.limit", {"rule": "limit.day"}),
        ("cancelled", "account.cancelled", {}),
    ],
)
def test_a_no_is_kept_and_says_why(stand, reason, code, params):
    accounts = stand.station.accounts
    opened = accounts.sell(ACCOUNT, ORDER)
    error = refused(accounts.answered, said(opened.id, m.Status.REFUSED, reason, 300))
    assert error.code == code
    assert params.items() <= error.params.items()
    assert [body.of for body in stand.bodies(m.NotWritten)] == [opened.id]
    assert stand.station.find(opened.id).state is State.NOT_WRITTEN
    assert stand.station.totals() == m.Totals()


def test_another_record_under_its_id_leaves_it_to_people(stand):
    accounts = stand.station.accounts
    opened = accounts.sell(ACCOUNT, ORDER)
    answer = said(opened.id, m.Status.CONFLICT, "record_conflict")
    assert refused(accounts.answered, answer).code == "account.conflict"
    assert [tap.id for tap in stand.station.open_taps()] == [opened.id]


@pytest.mark.parametrize(
    ("account", "order", "code"),
    [
        (ACCOUNT, Order.amount(0), "amount.zero"),
        (ACCOUNT, Order.amount(5_001), "limit.sale"),
        (ACCOUNT, Order.amount(4_001), "limit.pin"),
        (Account(card=CARD, issue=1, type=9), ORDER, "card.type_unknown"),
        (Account(card=CARD, issue=1, type=1), ORDER, "card.blank"),
        (ACCOUNT, Order.amount(100, replaces=RecordId(1001, 1, 77)), "tap.not_given_up"),
    ],
)
def test_what_needs_no_server_to_refuse_is_refused_without_a_trace(stand, account, order, code):
    head = stand.journal.head
    assert refused(stand.station.accounts.sell, account, order).code == code
    assert stand.journal.head == head


def test_a_stopped_card_and_a_closed_shift_are_refused_here_already(stand):
    stand.receive(stand.office.stops((CARD, 1, "lost")))
    assert refused(stand.station.accounts.sell, ACCOUNT, ORDER).code == "card.stopped"
    stand.station.close_shift(0)
    assert refused(stand.station.accounts.sell, ACCOUNT, ORDER).code == "shift.closed"


def test_what_was_open_when_the_power_went_is_set_aside_and_its_card_goes_on(stand):
    opened = stand.station.accounts.sell(ACCOUNT, ORDER)
    stand.restart()
    (aside,) = stand.station.recover()
    assert (aside.id, aside.state) == (opened.id, State.ASIDE)
    look = stand.station.look(DirectStorage(make_plastic(0, type=2)))
    assert look.own_open == (), "the card has nothing to say about it"
    assert look.refusal.code == "card.account"
    assert stand.station.retap(DirectStorage(make_plastic(0, type=2)), aside).why == "tap.server_decides"
    assert isinstance(stand.station.accounts.answered(said(opened.id)), Completed)


def test_its_card_is_judged_like_any_other_before_it_is_asked_for(stand):
    expired = make_plastic(0, type=2, until_day=1)
    assert stand.station.look(DirectStorage(expired)).refusal.code == "card.expired"


def test_what_the_plastic_says_is_never_spent(stand):
    storage = DirectStorage(make_plastic(9_000, type=2))
    for act in (
        lambda look: stand.station.sell(storage, look, ORDER),
        lambda look: stand.station.recharge(storage, look, 500),
        lambda look: stand.station.apply_loads(storage, look),
    ):
        assert refused(lambda act=act: act(stand.station.look(storage))).code == "card.account"


def test_a_void_needs_no_card_and_stands_for_the_whole_sale(stand):
    # F: C7
    accounts = stand.station.accounts
    sold = accounts.sell(ACCOUNT, ORDER)
    assert refused(accounts.void, sold.id).code == "void.not_done"
    accounts.answered(said(sold.id))
    opened = accounts.void(sold.id, BOSS, "goods")
    void = opened.intent
    assert (void.voids, void.pays, void.supervisor, void.reason) == (sold.id, sold.intent.pays, BOSS, "goods")
    assert refused(accounts.void, sold.id).code == "void.already"
    back = accounts.answered(said(void.id, balance_fen=10_000))
    assert (back.balance_before_fen, back.balance_after_fen) == (8_750, 10_000)
    assert stand.station.find(sold.id).voided_by == void.id


def test_a_void_that_was_cancelled_may_be_tried_again(stand):
    accounts = stand.station.accounts
    sold = accounts.sell(ACCOUNT, ORDER)
    accounts.answered(said(sold.id))
    first = accounts.void(sold.id, BOSS)
    refused(accounts.answered, said(first.id, m.Status.REFUSED, "cancelled"))
    assert accounts.void(sold.id, BOSS).intent.voids == sold.id


def test_the_z_counts_it_by_what_the_server_said(stand):
    # F: C8
    accounts = stand.station.accounts
    for status in (m.Status.CREATED, m.Status.REFUSED):
        opened = accounts.sell(ACCOUNT, ORDER)
        try:
            accounts.answered(said(opened.id, status, "purse.short"))
        except Refused:
            continue
    left = accounts.sell(ACCOUNT, Order.amount(700))
    stand.station.set_aside(left.id)
    closed = stand.station.close_shift(20_000)
    totals = closed.totals
    assert (totals.sales, totals.sales_main_fen, totals.aside, totals.aside_fen) == (1, 1_250, 1, 700)
    assert closed.expected_fen == 20_000
    assert [body.of for body in stand.bodies(m.GivenUp)] == [left.id]
    assert refused(accounts.answered, said(left.id)).code == "tap.given_up"


def test_a_type_with_wallets_and_discounts_leaves_the_sharing_to_the_server(stand):
    wallets = (m.WalletTerms(wallet="gift"), m.WalletTerms(wallet="main"))
    rich = m.CardType(type=3, name="网络卡", purse_on_card=False, wallets=wallets)
    stand.receive(stand.office.types(CARD_TYPE, rich))
    sale = stand.station.accounts.sell(Account(card=CARD, issue=1, type=3), ORDER).intent
    assert isinstance(sale, m.FullSale)
    assert (sale.pays, sale.due_fen) == ((), 1_250)


def test_a_uid_alone_is_asked_about_only_where_there_are_such_cards(stand):
    assert stand.station.accounts.knows_uids
    stand.receive(stand.office.types(CARD_TYPE))
    assert not stand.station.accounts.knows_uids


def test_no_money_is_put_on_the_plastic_of_an_account(stand):
    grant = m.IssueGrant(card=5, issue=1, type=2, until_day=4_000, deposit_fen=0, fee_fen=0)
    blank = make_plastic(blank=True, uid=b"\x04\x00\x00\x05")
    assert refused(stand.station.issue, DirectStorage(blank), grant, 100, CASHIER).code == "card.account"
    assert isinstance(stand.station.issue(DirectStorage(blank), grant, 0, CASHIER), Completed)
