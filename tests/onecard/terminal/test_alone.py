"""Account cards while the office is away: approved from its last figures, within caps that bound the loss.

Method: a real station with a snapshot; each cap at its edge, uploads and newer snapshots as they come.
F: C10 E3 D10
"""

import pytest

from onecard.errors import Refused, StoreError
from onecard.journal import journal as journals
from onecard.journal.journal import Journal
from onecard.rules.risk import worst_case
from onecard.terminal import offline
from onecard.terminal.account import Account
from onecard.terminal.order import Order
from onecard.terminal.outcome import State
from onecard.wire import messages as m
from onecard.wire.fleet import AccountRow, AccountsDocument
from tests.onecard.terminal.stand import CARD, CARD_TYPE, NOON, TERMINAL
from tests.onecard.terminal.test_disk import FailingDatabase

TYPE = m.CardType(type=2, name="网络卡", purse_on_card=False, sale_limit_fen=50_000, media=("m1", "uid"))
ACCOUNT = Account(card=CARD, issue=1, type=2)
UID = "04a1b2c3"
CAPS = {
    "offline_account_sale_fen": "3000",
    "offline_account_card_fen": "5000",
    "offline_account_count": "3",
    "offline_account_fen": "8000",
}


def snapshot(stand, *rows, base=0, as_of=None, gone=()):
    body = AccountsDocument(
        base=base,
        as_of=stand.clock.now() if as_of is None else as_of,
        accounts=tuple(AccountRow(card, 1, 2, fen, uid) for card, fen, uid in rows),
        gone=gone,
    )
    stand.receive(stand.office.document("accounts", body))


@pytest.fixture(autouse=True)
def ready(stand):
    stand.receive(stand.office.types(CARD_TYPE, TYPE), stand.office.place(**CAPS))
    snapshot(stand, (CARD, 10_000, UID), (CARD + 1, 10_000, ""), (CARD + 2, 10_000, ""))


def sell(stand, fen, card=CARD, replaces=None):
    account = Account(card=card, issue=1, type=2)
    return stand.station.accounts.approve(account, Order.amount(fen, replaces=replaces))


def code(act, *arguments, **more):
    with pytest.raises(Refused) as refused:
        act(*arguments, **more)
    return refused.value.code


def uploaded(stand):
    """The office has everything up to here, and the station hears it."""
    stand.journal.set_contact(stand.clock.now())
    stand.journal.set_watermarks(stand.journal.head.seq)


def test_intent_and_outcome_are_on_disk_together_and_say_that_nobody_was_asked(stand):
    sold = sell(stand, 1_250)
    assert (sold.balance_before_fen, sold.balance_after_fen) == (10_000, 8_750)
    intent, done = stand.bodies()[-2:]
    assert (intent.id, intent.purse, done.of, done.offline) == (sold.intent.id, None, intent.id, True)
    assert stand.station.find(intent.id).state is State.DONE
    stand.restart()
    assert stand.station.accounts.known(CARD)[0] == 8_750


@pytest.mark.parametrize(
    ("sales", "last", "refusal"),
    [
        ([], (CARD, 3_000), None),
        ([], (CARD, 3_001), "limit.offline"),
        ([(CARD, 3_000)], (CARD, 2_000), None),
        ([(CARD, 3_000)], (CARD, 2_001), "offline.account_card"),
        ([(CARD, 1)] * 2, (CARD, 1), None),
        ([(CARD, 1)] * 3, (CARD, 1), "offline.account_card"),
        ([(CARD, 3_000), (CARD + 1, 3_000)], (CARD + 2, 2_000), None),
        ([(CARD, 3_000), (CARD + 1, 3_000)], (CARD + 2, 2_001), "offline.account_total"),
        ([], (CARD + 9, 1), "offline.account_unknown"),
    ],
)
def test_each_cap_holds_at_its_edge(stand, sales, last, refusal):
    for card, fen in sales:
        sell(stand, fen, card)
    before = stand.journal.head
    if refusal is None:
        sell(stand, last[1], last[0])
    else:
        assert code(sell, stand, last[1], last[0]) == refusal
        assert stand.journal.head == before, "a refusal leaves no trace"


def test_a_types_own_caps_count_too(stand):
    tight = {"offline_sale_fen": 500, "offline_total_fen": 800, "offline_count": 9}
    stand.receive(stand.office.types(CARD_TYPE, m.CardType(type=2, name="x", purse_on_card=False, **tight)))
    assert code(sell, stand, 501) == "limit.offline"
    sell(stand, 500)
    assert code(sell, stand, 301) == "offline.account_card"


def test_uploading_refills_the_caps_and_a_newer_snapshot_takes_over(stand):
    sell(stand, 3_000)
    sell(stand, 2_000)
    assert code(sell, stand, 100) == "offline.account_card"
    stand.clock.advance(10)
    uploaded(stand)
    assert stand.journal.exposure.total() == (0, 0)
    # The office has it; the snapshot held was read before: its balance still lacks these two.
    assert stand.station.accounts.known(CARD)[0] == 5_000
    stand.clock.advance(10)
    snapshot(stand, (CARD, 5_000, UID), base=1)
    assert stand.station.accounts.known(CARD)[0] == 5_000
    sell(stand, 3_000)
    assert code(sell, stand, 2_001) == "offline.account_card"
    assert stand.station.accounts.known(CARD)[0] == 2_000


def test_a_snapshot_read_before_the_upload_does_not_give_the_money_twice(stand):
    sell(stand, 3_000)
    read_at = stand.clock.now()
    stand.clock.advance(60)
    uploaded(stand)
    snapshot(stand, (CARD, 10_000, UID), base=1, as_of=read_at)
    assert stand.station.accounts.known(CARD)[0] == 7_000


def test_the_balance_itself_is_a_cap_and_an_overdraft_widens_it(stand):
    snapshot(stand, (CARD, 1_000, UID), base=1)
    assert code(sell, stand, 1_001) == "purse.short"
    more = m.CardType(type=2, name="x", purse_on_card=False, overdraft_fen=500)
    stand.receive(stand.office.types(CARD_TYPE, more))
    assert sell(stand, 1_500).balance_after_fen == -500


def test_hours_alone_are_counted_from_the_last_word_of_the_office(stand):
    stand.clock.advance(24 * 3600)
    sell(stand, 100)
    stand.clock.advance(1)
    assert code(sell, stand, 100) == "offline.account_old"


@pytest.mark.parametrize(
    ("settings", "refusal"),
    [
        ({"offline_account": "none"}, "offline.account_off"),
        ({"offline_account_fen": "0"}, "offline.account_off"),
    ],
)
def test_an_office_that_wants_no_risk_gets_none(stand, settings, refusal):
    stand.receive(stand.office.place(**CAPS | settings))
    assert code(sell, stand, 1) == refusal


def test_a_card_that_is_no_more_at_home_is_forgotten(stand):
    snapshot(stand, base=1, gone=(CARD,))
    assert code(sell, stand, 100) == "offline.account_unknown"
    assert stand.station.accounts.known(CARD) is None


def test_another_issue_than_the_office_knows_is_not_sold_to(stand):
    old = Account(card=CARD, issue=2, type=2)
    assert code(stand.station.accounts.approve, old, Order.amount(100)) == "offline.account_unknown"


def test_a_stopped_card_is_refused_whatever_it_holds(stand):
    stand.receive(stand.office.stops((CARD, 1, "lost")))
    assert code(sell, stand, 100) == "card.stopped"


def test_a_plastic_with_a_uid_only_is_found_in_the_snapshot(stand):
    assert stand.station.accounts.of_uid(UID) == ACCOUNT
    assert stand.station.accounts.of_uid("00000000") is None


@pytest.mark.parametrize(
    "step", [-365 * 86_400, 3_650 * 86_400, -NOON], ids=["a year ago", "in ten years", "1970"]
)
def test_an_unsure_clock_approves_nothing_until_the_office_is_heard(stand, step):
    stand.clock.step(step)
    stand.restart()
    assert not stand.station.clock_is_sure
    assert code(sell, stand, 100) == "clock.unsure"
    stand.clock.step(-step)
    stand.receive()
    sell(stand, 100)


@pytest.mark.parametrize("step", [-365 * 86_400, 3_650 * 86_400, -NOON, 7_200])
def test_a_step_of_the_clock_during_a_session_widens_no_cap_and_no_hour(stand, step):
    sell(stand, 100)
    stand.clock.step(step)
    sell(stand, 100)
    stand.clock.advance(24 * 3600)
    sell(stand, 100)
    stand.clock.advance(2)
    assert code(sell, stand, 1, CARD + 1) == "offline.account_old"
    ats = [sale.at for sale in stand.bodies(m.Sale)]
    assert ats == sorted(ats), "the order of moments is that of the records"


@pytest.mark.parametrize("after", [False, True], ids=["failed", "failed by its word only"])
def test_a_disk_that_fails_at_any_statement_sells_once_or_not_at_all(stand, after):
    stand.receive(
        stand.office.place(**CAPS | {"offline_account_count": "99", "offline_account_fen": "99999"})
    )
    sold = refused = 0
    for at in range(1, 40):
        failing = stand.journal._db = FailingDatabase(stand.journal._db, at, after=after)
        try:
            sell(stand, 10)
            sold += 1
        except StoreError:
            refused += 1
        failing.heal()
        assert stand.journal.exposure.of_card(CARD) == (10 * sold, sold)
        assert stand.station.open_taps() == []
        if failing.reached < at:
            break
    assert refused > 3
    assert stand.journal.verify() == stand.journal.head.seq == 2 * sold + 1


def test_what_was_asked_online_is_never_approved_but_replaced_after_it_was_given_up(stand):
    opened = stand.station.accounts.sell(ACCOUNT, Order.amount(1_000))
    assert code(sell, stand, 1_000, replaces=opened.id) == "tap.not_given_up"
    stand.station.give_up(opened.id, "rung_again")
    again = sell(stand, 1_000, replaces=opened.id)
    assert (again.intent.replaces, again.intent.id != opened.id) == (opened.id, True)
    offline_of = [one.of for one in stand.bodies(m.Done) if one.offline]
    assert offline_of == [again.intent.id], "the first id stays without a yes for ever"


def test_a_void_in_the_same_shift_needs_no_office_either(stand):
    sold = sell(stand, 3_000)
    back = stand.station.accounts.void_alone(sold.intent.id, reason="wrong_amount")
    assert (back.balance_before_fen, back.balance_after_fen) == (7_000, 10_000)
    assert stand.journal.exposure.of_card(CARD) == (0, 1)
    assert stand.station.accounts.known(CARD)[0] == 10_000


def test_a_full_disk_refuses_before_anything_is_accepted(stand, monkeypatch):
    monkeypatch.setattr(journals, "RESERVE_BYTES", 1 << 60)
    with pytest.raises(StoreError) as full:
        sell(stand, 100)
    assert full.value.code == "store.full"
    assert stand.journal.exposure.total() == (0, 0)


def test_a_cloned_disk_counts_what_the_office_has_not_under_the_new_numbers(stand):
    sell(stand, 3_000)
    stand.journal.start_epoch(2, 0)
    assert stand.journal.exposure.total() == (3_000, 1)
    uploaded(stand)
    assert stand.journal.exposure.total() == (0, 0)


def test_an_office_restored_from_a_backup_has_not_got_it_any_more(stand):
    sell(stand, 3_000)
    uploaded(stand)
    stand.journal.set_watermarks(1)
    assert stand.journal.exposure.total() == (3_000, 1)


def test_a_journal_of_the_first_version_opens_with_everything_in_it(stand):
    sell(stand, 100)
    count = stand.journal.verify()
    db = stand.journal._db
    for table in ("approval", "command", "foreign_order"):
        db.execute(f"DROP TABLE {table}")
    db.execute("PRAGMA user_version = 1")
    stand.close()
    path = stand.folder / "journal.db"
    opened = Journal(path, TERMINAL, 1, stand.clock)
    assert (opened.verify(), opened.exposure.total()) == (count, (0, 0))
    opened.close()
    stand.start()


def test_the_worst_case_is_cap_times_terminals():
    off = {"offline_account": "none"}
    assert worst_case([CAPS, CAPS, CAPS, off]) == (3, 24_000, 15_000)
    assert worst_case([off, {"offline_account_fen": "0"}]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("age_h", "limit", "cap"),
    [(24, 0, None), (25, 0, 100_000), (25, 30_000, 15_000), (73, 0, 5_000), (73, 3_000, 3_000)],
)
def test_steps_by_age_halve_what_holds_also_for_a_type_without_a_limit(age_h, limit, cap):
    card_type = m.CardType(type=1, name="x", sale_limit_fen=limit)
    assert offline.sale_cap(offline.OfflineRules.of({}), card_type, age_h * 3600) == cap


def test_recharges_without_the_office_have_an_allowance_per_operator_too(stand):
    from onecard.terminal.allowance import recharged_by

    rules = offline.OfflineRules.of({"offline_recharge_fen": "1000", "offline_recharge_each_fen": "300"})
    offline.check_recharge(rules, 300, 600, 0)
    for pending, each in ((600, 1), (701, 0)):
        assert code(offline.check_recharge, rules, 300, pending, each) == "offline.recharge"
    assert recharged_by(stand.journal, 11, stand.bodies()[0].id) == 0
