"""Z = Σ journal, numbered, immutable, blind; a shift without a sale closes as well. F: C8 I8"""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.devices.readers.virtual import DirectStorage
from onecard.errors import Refused
from onecard.terminal.order import Order
from onecard.terminal.outcome import Completed, State, Unfinished
from onecard.terminal.shift import totals
from onecard.wire import messages as m
from tests.onecard.terminal.operation import OPERATIONS
from tests.onecard.terminal.stand import CASHIER, TODAY, Stand, make_plastic


def do(stand, kind, number):
    case = OPERATIONS[kind](stand, number)
    ended = case.act(DirectStorage(case.plastic))
    assert isinstance(ended, Completed)
    return ended


def test_a_shift_without_a_single_sale_closes(stand):
    closed = stand.station.close_shift(20_000)
    assert (closed.z, closed.totals, closed.expected_fen, closed.counted_fen) == (
        1,
        m.Totals(),
        20_000,
        20_000,
    )
    assert stand.station.shift is None
    assert (closed.shift, closed.operator) == (1, CASHIER)


def test_the_z_names_the_journals_head_before_it(stand):
    do(stand, "sale", 1)
    head = stand.journal.head
    closed = stand.station.close_shift(0)
    assert (closed.head, closed.first_seq, closed.last_seq) == (head.hash, 1, head.seq)


def test_totals_and_drawer(stand):
    do(stand, "sale", 1)
    do(stand, "void", 2)  # a sale and its void
    do(stand, "recharge", 3)
    do(stand, "load", 4)
    grant = m.IssueGrant(card=5, issue=1, type=1, until_day=TODAY + 9, deposit_fen=2000, fee_fen=500)
    plastic = make_plastic(blank=True, uid=b"\x04\x00\x00\x05")
    stand.station.issue(DirectStorage(plastic), grant, 3000)
    expected = m.Totals(
        sales=2,
        sales_main_fen=2500,
        voids=1,
        voids_main_fen=1250,
        recharges=1,
        recharges_fen=1250,
        issues=1,
        issues_fen=3000,
        deposits_fen=2000,
        fees_fen=500,
    )
    assert stand.station.totals() == expected
    assert stand.station.expected_cash_fen() == 20_000 + 1250 + 5500
    closed = stand.station.close_shift(26_000)
    assert closed.totals == expected
    assert closed.expected_fen - closed.counted_fen == 750


def test_what_the_office_divides_among_wallets_is_money_too(stand):
    """An account with several wallets: who paid is not known here, how much is."""
    do(stand, "void", 1)
    (sale,), (void,) = stand.bodies(m.Sale), stand.bodies(m.Void)
    undivided = [(msgspec.structs.replace(one, pays=()), State.DONE) for one in (sale, void)]
    found = totals(undivided)
    assert (found.sales, found.sales_account_fen, found.sales_main_fen) == (1, 1250, 0)
    assert (found.voids, found.voids_account_fen, found.voids_main_fen) == (1, 1250, 0)


def test_a_recharge_left_aside_is_in_the_drawer_once_it_is_given_up(stand):
    case = OPERATIONS["recharge"](stand, 1)
    storage = DirectStorage(case.plastic)
    case.plastic.tear_at(case.plastic.commands + 13, 4)
    ended = case.act(storage)
    assert isinstance(ended, Unfinished)
    stand.station.set_aside(ended.id)
    assert stand.station.totals().aside_fen == 1250
    assert stand.station.expected_cash_fen() == 20_000
    closed = stand.station.close_shift(0)
    assert (closed.totals.aside, closed.totals.recharges, closed.expected_fen) == (1, 0, 21_250)
    assert stand.journal.index.tap(ended.id).state == State.GIVEN_UP


def torn(stand, act, plastic):
    """Act with a card that leaves in the middle of the write; set aside."""
    storage = DirectStorage(plastic)
    plastic.tear_at(plastic.commands + 13, 4)
    ended = act(storage)
    assert isinstance(ended, Unfinished)
    plastic.pull()
    stand.station.set_aside(ended.id)
    return ended


def test_the_cash_of_an_issue_that_was_given_up_is_in_the_drawer(stand):
    """Opening amount, deposit and fee were paid, whatever becomes of the medium. F: A2"""
    grant = m.IssueGrant(card=5, issue=1, type=1, until_day=TODAY + 9, deposit_fen=2000, fee_fen=500)
    plastic = make_plastic(blank=True, uid=b"\x04\x00\x00\x05")
    ended = torn(stand, lambda storage: stand.station.issue(storage, grant, 3000), plastic)
    assert stand.station.expected_cash_fen() == 20_000
    closed = stand.station.close_shift(25_500)
    assert (closed.totals.issues, closed.expected_fen, closed.totals.aside_cash_fen) == (0, 25_500, 5500)
    assert stand.journal.index.tap(ended.id).state == State.GIVEN_UP


def test_a_recharge_rung_again_counts_its_cash_once(stand):
    # F: A3
    case = OPERATIONS["recharge"](stand, 1)
    old = torn(stand, case.act, case.plastic)

    def again(plastic):
        storage = DirectStorage(plastic)
        look = stand.station.look(storage)
        return stand.station.recharge(storage, look, 1250, replaces=old.id)

    with pytest.raises(Refused) as refused:
        again(make_plastic(uid=b"\x04\x00\x00\x06", card=6))
    assert refused.value.code == "tap.not_given_up"
    stand.station.give_up(old.id, "rung_again")
    second = again(make_plastic(uid=b"\x04\x00\x00\x06", card=6))
    assert second.intent.replaces == old.id
    with pytest.raises(Refused) as refused:
        again(make_plastic(uid=b"\x04\x00\x00\x07", card=7))
    assert refused.value.code == "tap.replaced"
    closed = stand.station.close_shift(0)
    assert closed.expected_fen == 21_250
    assert (closed.totals.recharges, closed.totals.aside, closed.totals.aside_cash_fen) == (
        1,
        1,
        msgspec.UNSET,
    )


def test_only_a_counter_recharge_takes_the_cash_of_another_over(stand):
    sold = OPERATIONS["sale"](stand, 1)
    old = torn(stand, sold.act, sold.plastic)
    stand.station.give_up(old.id, "rung_again")
    plastic = make_plastic(uid=b"\x04\x00\x00\x06", card=6)
    storage = DirectStorage(plastic)
    with pytest.raises(Refused) as refused:
        stand.station.recharge(storage, stand.station.look(storage), 1250, replaces=old.id)
    assert refused.value.code == "tap.not_given_up"


def test_shifts_and_zs_are_numbered_on_over_restarts(stand):
    stand.station.close_shift(0)
    stand.restart()
    assert stand.station.open_shift(CASHIER, 0).shift == 2
    stand.restart()
    assert stand.station.shift.shift == 2
    with pytest.raises(Refused) as refused:
        stand.station.open_shift(CASHIER, 0)
    assert refused.value.code == "shift.open"
    assert stand.station.close_shift(0).z == 2


def test_only_the_open_shift_is_listed_newest_first(stand):
    do(stand, "sale", 1)
    stand.station.close_shift(0)
    stand.station.open_shift(CASHIER, 0)
    second, third = do(stand, "sale", 2), do(stand, "recharge", 3)
    assert [one.id for one in stand.station.sales_of_shift()] == [third.id, second.id]
    assert stand.station.find(second.id).state is State.DONE


@given(
    kinds=st.lists(st.sampled_from(["sale", "void", "recharge", "load"]), max_size=6),
    counted=st.integers(0, 10**6),
)
def test_the_z_is_the_sum_of_the_journal(tmp_path_factory, kinds, counted):
    stand = Stand(tmp_path_factory.mktemp("z"))
    stand.station.open_shift(CASHIER, 100)
    for number, kind in enumerate(kinds, 1):
        do(stand, kind, number)
    closed = stand.station.close_shift(counted)
    done = {body.of for body in stand.bodies(m.Done)}
    sales = [b for b in stand.bodies(m.Sale) if b.id in done]
    voids = [b for b in stand.bodies(m.Void) if b.id in done]
    recharges = [b for b in stand.bodies(m.Recharge) if b.id in done]
    assert closed.totals.sales_main_fen == sum(b.due_fen for b in sales)
    assert closed.totals.voids_main_fen == sum(pay.fen for b in voids for pay in b.pays)
    assert closed.expected_fen == 100 + sum(b.amount_fen for b in recharges)
    stand.close()


def test_a_reprint_has_everything_the_first_print_had(stand):
    case = OPERATIONS["sale"](stand, 1)
    storage = DirectStorage(case.plastic)
    sold = stand.station.sell(storage, stand.station.look(storage), Order.amount(1250, "午餐"))
    stand.restart()
    found = stand.station.find(sold.id)
    assert found.intent == sold.intent
    assert found.intent.purse.after.main_fen == sold.balance_after_fen
