"""Loads taken back, debts collected, terminals given up, cards frozen. F: A6 A14 D9 G6"""

import pytest

from onecard.errors import Refused
from onecard.rules.stops import holds_at, with_outlets, word_of
from onecard.wire.messages import Fetch, Stop, encode
from server.books.office.collect_debt import CollectDebt
from server.books.office.collect_debt import Terms as Owing
from server.books.office.correct_recharge import CorrectRecharge
from server.books.office.correct_recharge import Terms as Correction
from server.books.office.declare_lost import DeclareLost
from server.books.office.declare_lost import Terms as Gone
from server.books.office.recharge_office import RechargeOffice
from server.books.office.recharge_office import Terms as Cash
from server.books.office.refund import Refund
from server.books.office.refund import Terms as Wanted
from server.books.office.withdraw import EndTerms, EndWithdrawal, Terms, Withdraw
from server.books.tables import entry, id_of
from server.cards import rounds
from server.cards import tables as cards
from server.cards.service import (
    freeze,
    loads_since,
    mark_published,
    report_loss,
    set_stop,
    stop_history,
    stops_since,
    unfreeze,
    unloss,
)
from server.terminals.contact import LATE_S, keep
from tests.server.books.office.house import ANNA, BEN, TYPES, House
from tests.server.books.office.test_handover import enrolled, heard, replace, stops, true_up
from tests.server.books.station import NOW, UNIT, Plastic, Station

BACK = "promo:gift"


def waiting(house: House, fen: int = 5_000, published: bool = True) -> Plastic:
    card = house.purse(fen=1_000)
    kiosk = Station(2001)
    kiosk.waiting(card, fen, (kiosk.credit(fen, 1),))
    house.books.upload(kiosk)
    if published:
        house.books.write(lambda c: mark_published(c, UNIT, 99))
    return card


def withdraw(house: House, number: int = 1, target: str = BACK, card: int = 20_001) -> Withdraw:
    return Withdraw(UNIT, house.key(), Terms(card, 1, number, target), ANNA)


def end(house: House) -> EndWithdrawal:
    return EndWithdrawal(UNIT, house.key(), EndTerms(20_001, 1, 1), ANNA)


def version(house: House) -> int:
    return house.books.read(lambda c: loads_since(c, UNIT, 0))[0]


def test_nobody_has_it_so_it_is_taken_back_at_once(house: House) -> None:
    card = waiting(house, published=False)
    house.created(withdraw(house))
    assert house.books.balance(BACK) == 5_000
    (empty,) = house.loads(20_001)
    assert (empty.number, empty.fen, empty.kind) == (1, 0, "withdrawn")
    house.collect(card)
    assert card.main == 1_000


def test_a_published_one_only_when_every_holder_knows(house: House) -> None:
    """It goes out again under its number, worth nothing."""
    enrolled(house, 1001, 1002)
    waiting(house)
    house.created(withdraw(house))
    assert house.books.balance(BACK) == 0
    assert [(one.number, one.fen) for one in house.loads(20_001)] == [(1, 0)]
    heard(house, 1001, loads=version(house))
    assert house.refused(end(house)) == "handover.waits"
    heard(house, 1002, pending=2, loads=version(house))
    assert house.refused(end(house)) == "handover.waits"
    heard(house, 1002, loads=version(house))
    assert house.books.run(rounds.work(house.books.lane, UNIT, TYPES)) == 1
    assert house.books.balance(BACK) == 5_000
    assert house.refused(withdraw(house)) == "load.target"  # an empty number


def test_who_had_not_heard_applies_it_all_the_same(house: House) -> None:
    """A fact: the card has it, so nothing goes back."""
    enrolled(house, 1001)
    card = waiting(house)
    (load,) = house.loads(20_001)
    house.created(withdraw(house))
    house.station.load(card, (load,)).done()
    house.books.upload(house.station)
    assert "withdraw_failed" in house.books.kinds()
    assert house.books.balance("card:20001:1:main:purse") == 6_000
    heard(house, 1001, loads=version(house))
    assert house.refused(end(house)) == "load.unknown"
    assert house.books.balance(BACK) == 0


def test_who_had_heard_applies_nothing_and_frees_the_money(house: House) -> None:
    enrolled(house, 1001)
    card = waiting(house)
    house.created(withdraw(house))
    house.collect(card)
    assert (card.main, card.last_load) == (1_000, 1)
    assert house.books.balance(BACK) == 5_000
    assert house.books.balance("card:20001:1:main:waiting") == 0


def test_a_load_wanted_back_stays_with_the_old_plastic_until_every_holder_knows(house: House) -> None:
    """F: A5 D9: some station may write it onto the old plastic yet; on the new one it would stand twice."""
    enrolled(house, 1001)
    card = waiting(house)
    (load,) = house.loads(20_001)
    house.created(withdraw(house))
    house.created(replace(house))
    assert [one.issue for one in house.loads(20_001)] == [1]
    house.station.load(card, (load,)).done()
    house.books.upload(house.station)
    heard(house, 1001, stops=stops(house), loads=version(house))
    house.created(true_up(house))
    assert "withdraw_failed" in house.books.kinds()
    assert [(one.issue, one.fen) for one in house.loads(20_001)] == [(2, 6_000)]
    assert house.books.balance(BACK) == 0


def test_a_load_wanted_back_goes_back_with_the_rest_of_the_old_plastic(house: House) -> None:
    """F: A5 D9"""
    enrolled(house, 1001)
    waiting(house)
    house.created(withdraw(house))
    house.created(replace(house))
    heard(house, 1001, stops=stops(house))
    house.created(true_up(house))
    assert [(one.issue, one.fen) for one in house.loads(20_001)] == [(2, 1_000)]
    assert house.books.balance(BACK) == 5_000
    heard(house, 1001, stops=stops(house), loads=version(house))
    assert house.refused(end(house)) == "load.unknown"


def test_what_went_back_does_not_wait_again_when_its_branch_of_the_card_dies(house: House) -> None:
    """G6: the card that knew of it is rolled back; the number waits for it, worth nothing."""
    enrolled(house, 1001)
    card = waiting(house)
    copy = card.copy()
    house.created(withdraw(house))
    house.collect(card)
    for _ in range(2):
        house.station.sale(copy, 10).done()
    house.books.upload(house.station)
    assert house.books.balance(BACK) == 5_000
    assert house.books.balance("card:20001:1:main:waiting") == 0
    assert [(one.number, one.fen) for one in house.loads(20_001)] == [(1, 0)]
    house.collect(copy)
    assert house.books.balance("card:20001:1:main:purse") == 980 == copy.main
    house.books.tie_out()


@pytest.mark.parametrize("published", [False, True])
@pytest.mark.parametrize("first", ["withdraw", "correct"])
def test_a_recharge_does_not_go_back_twice(house: House, published: bool, first: str) -> None:
    """I12: taken back as a load, and corrected as a recharge."""
    enrolled(house, 1001)
    house.purse(fen=1_000)
    paid = RechargeOffice(UNIT, house.key(), Cash(20_001, 1, 5_000, gateway="wechat"), ANNA, TYPES)
    house.created(paid)
    if published:
        house.books.write(lambda c: mark_published(c, UNIT, 99))
    (made,) = [row.entry for row in house.books.rows(entry) if row.kind == "recharge"]
    correct = CorrectRecharge(UNIT, house.key(), Correction(made, 20_001, 1, 2_000), ANNA, TYPES)
    if first == "withdraw":
        house.created(withdraw(house))
        assert house.refused(correct) == "load.recalled"
    else:
        house.created(correct)
        assert house.refused(withdraw(house)) == "load.corrected"


@pytest.mark.parametrize(
    ("number", "target", "code"),
    [
        (2, BACK, "load.unknown"),
        (0, BACK, "load.unknown"),
        (1, "nobody", "load.target"),
        (1, "card:20001:main", "load.target"),
        (1, "", "load.target"),
    ],
)
def test_withdrawals_that_make_no_sense(house: House, number: int, target: str, code: str) -> None:
    waiting(house)
    assert house.refused(withdraw(house, number, target)) == code


def test_twice_is_once(house: House) -> None:
    waiting(house)
    order = withdraw(house)
    assert encode(house.books.do(order)) == encode(house.books.do(order))
    assert house.refused(withdraw(house)) == "load.recalled"


# ---- debts


def test_a_plastic_pays_its_debt_by_a_negative_load(house: House) -> None:
    first, second, card = house.station, Station(1002), house.purse(fen=1_000)
    clone = card.copy()
    first.sale(card, 100).done()
    second.at = first.at + 5
    second.sale(clone, 300).done()
    for station in (first, second):
        house.books.upload(station)
    assert house.books.balance("card:20001:debt") == -100
    order = CollectDebt(UNIT, house.key(), Owing(20_001, 1), ANNA, TYPES)
    house.created(order)
    assert [one.fen for one in house.loads(20_001)] == [-100]
    first.at = second.at + 5
    first.load(clone, tuple(house.loads(20_001))).done()
    house.books.upload(first)
    assert house.books.balance("card:20001:1:main:purse") == clone.main == 600
    again = CollectDebt(UNIT, house.key(), Owing(20_001, 1), ANNA, TYPES)
    assert house.refused(again) == "debt.nothing"


# ---- lost terminals


def declare(house: House, number: int, asked_by: int = ANNA) -> DeclareLost:
    return DeclareLost(UNIT, house.key(), Gone(number, asked_by), BEN)


def test_a_hole_of_a_lost_terminal_is_what_it_sold(house: House) -> None:
    """G6: decreases go to the owner of the outlet it stood at, marked as inferred."""
    enrolled(house, 1002)
    card, lost = house.purse(fen=1_000), Station(1002)
    lost.sale(card, 300).done()
    house.station.sale(card, 100).done()
    house.books.upload(house.station)
    assert house.refused(declare(house, 1002, BEN)) == "approval.same_person"
    assert house.refused(declare(house, 99)) == "terminal.unknown"
    house.created(declare(house, 1002))
    assert house.books.balance(f"owner:{house.owner}:payable:{house.outlet}") == 300
    assert house.books.balance("card:20001:1:main:purse") == 600 == card.main
    assert "infer" in {row.kind for row in house.books.rows(entry)}
    assert house.refused(declare(house, 1002)) == "terminal.lost"
    # Found again behind a cupboard: what it really did takes the place of what was inferred.
    house.books.upload(lost)
    assert house.books.balance(f"owner:{house.owner}:payable:{house.outlet}") == 0
    assert house.books.balance("owner:5:payable:11") == 400


def test_a_lost_terminal_that_speaks_again_is_waited_for_again(house: House) -> None:
    """G6: its shift is open after all, and it may still void what it sold."""
    enrolled(house, 1002)
    found = Station(1002)
    found.sale(house.purse(fen=1_000), 300).done()
    house.books.upload(found)
    house.created(declare(house, 1002))
    said = {1002: Fetch(have={}, pending=0)}
    house.books.write(lambda c: keep(c, UNIT, said, NOW))
    # What it said in the very moment was written down a little later.
    assert [row.terminal for row in house.books.rows(cards.lost_terminal)] == [1002]
    house.books.write(lambda c: keep(c, UNIT, said, NOW + LATE_S + 1))
    assert not house.books.rows(cards.lost_terminal)
    (sold,) = [row.fact for row in house.books.rows(entry) if row.kind == "sale"]
    assert house.refused(Refund(UNIT, house.key(), Wanted(sold), ANNA)) == "refund.open_shift"
    house.created(declare(house, 1002))


def test_a_load_that_went_on_inside_the_hole_is_that_load(house: House) -> None:
    """D9: both sides say which number was last on the card."""
    enrolled(house, 1002)
    card, lost = waiting(house), Station(1002)
    (load,) = house.loads(20_001)
    lost.load(card, (load,)).done()
    lost.sale(card, 700).done()
    house.station.sale(card, 100).done()
    house.books.upload(house.station)
    house.created(declare(house, 1002))
    assert house.loads(20_001) == []
    assert house.books.balance("card:20001:1:main:waiting") == 0
    assert house.books.balance(f"owner:{house.owner}:payable:{house.outlet}") == 700
    assert "infer_unclear" not in house.books.kinds()


def test_a_load_inside_a_hole_is_found_though_later_loads_went_on_above_it(house: House) -> None:
    """D9: the hole is closed late; what the card was given meanwhile says nothing of what lies below."""
    enrolled(house, 1002, 1003)
    card, other, lost = waiting(house), Station(1003), Station(1002)
    lost.load(card, tuple(house.loads(20_001))).done()
    other.sale(card, 50).done()
    house.station.sale(card, 100).done()
    house.books.upload(house.station)
    house.created(declare(house, 1002))
    kiosk = Station(2002)
    kiosk.waiting(card, 300, (kiosk.credit(300, 1),))
    house.books.upload(kiosk)
    house.books.write(lambda c: mark_published(c, UNIT, 99))
    house.station.load(card, tuple(one for one in house.loads(20_001) if one.number == 2)).done()
    house.books.upload(house.station)
    house.books.upload(other)
    assert house.books.balance("card:20001:1:main:waiting") == 0
    assert house.books.balance("card:20001:1:main:purse") == card.main == 6_150
    assert house.books.balance("unresolved:1002") == 0
    assert "infer_unclear" not in house.books.kinds()


def test_an_increase_that_nothing_explains_is_held_against_the_terminal(house: House) -> None:
    enrolled(house, 1002)
    card, lost = house.purse(fen=1_000), Station(1002)
    lost.recharge(card, 2_000).done()
    house.station.sale(card, 100).done()
    house.books.upload(house.station)
    house.created(declare(house, 1002))
    assert house.books.balance("unresolved:1002") == -2_000
    assert "infer_unclear" in house.books.kinds()


def test_a_hole_of_several_waits_until_nobody_else_can_fill_it(house: House) -> None:
    """Never a guess: one of the missing records may be another station's."""
    enrolled(house, 1002, 1003)
    card, other, lost = house.purse(fen=1_000), Station(1003), Station(1002)
    other.sale(card, 50).done()
    lost.sale(card, 300).done()
    house.station.sale(card, 100).done()
    house.books.upload(house.station)
    house.created(declare(house, 1002))
    assert "infer_waits" in house.books.kinds()
    assert [row.gaps for row in house.books.rows(cards.chain)] == [1]
    house.books.upload(other)
    assert [row.gaps for row in house.books.rows(cards.chain)] == [0]
    assert house.books.balance(f"owner:{house.owner}:payable:{house.outlet}") == 300


# ---- freezing


def ask(house: House):
    return id_of(house.key())


def test_a_card_is_frozen_where_it_says_and_given_back(house: House) -> None:
    """A14: reason and name are kept for ever."""
    house.purse()

    def do(work):
        return house.books.write(work)

    key = ask(house)
    one = do(lambda c: freeze(c, UNIT, key, 20_001, 1, why="dispute", operator=7, now=NOW, outlets=(3, 11)))
    again = do(lambda c: freeze(c, UNIT, key, 20_001, 1, why="dispute", operator=7, now=NOW, outlets=(3, 11)))
    assert one == again == 1
    assert house.books.read(lambda c: stops_since(c, UNIT, 0)) == (1, (Stop(20_001, 1, "frozen@3,11", 1),))
    everywhere, back = ask(house), ask(house)
    do(lambda c: freeze(c, UNIT, everywhere, 20_001, 1, why="debt", operator=8, now=NOW))
    do(lambda c: unfreeze(c, UNIT, back, 20_001, 1, 9, NOW))
    told = house.books.read(lambda c: stop_history(c, UNIT, 20_001))
    assert [(one.reason, one.outlets, one.why, one.operator) for one in told] == [
        ("", (), "", 9),
        ("frozen", (), "debt", 8),
        ("frozen", (3, 11), "dispute", 7),
    ]


def test_an_account_card_frozen_at_one_outlet_buys_at_another(house: House) -> None:
    account = house.account(fen=1_000)
    house.books.write(
        lambda c: freeze(c, UNIT, ask(house), account, 1, why="other", operator=7, now=NOW, outlets=(11,))
    )
    sale = house.station.account_sale(account, 100)
    assert house.books.sell(1001, encode(sale)).result.reason == "card.stopped"
    house.books.write(
        lambda c: freeze(c, UNIT, ask(house), account, 1, why="other", operator=7, now=NOW, outlets=(12,))
    )
    sale = house.station.account_sale(account, 100)
    assert house.books.sell(1001, encode(sale)).result.reason == ""


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"why": ""}, "freeze.why"),
        ({"why": "because"}, "freeze.why"),
        ({"why": "left", "outlets": (0,)}, "freeze.outlets"),
        ({"why": "left", "outlets": (3, 3)}, "freeze.outlets"),
        ({"why": "left", "outlets": tuple(range(1_000, 1_030))}, "freeze.outlets"),
    ],
)
def test_freezes_that_make_no_sense(house: House, terms: dict, code: str) -> None:
    house.purse()
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        house.books.write(lambda c: freeze(c, UNIT, ask(house), 20_001, 1, operator=7, now=NOW, **terms))


def test_lost_frozen_and_dead_do_not_mix(house: House) -> None:
    house.purse()

    def refused(work) -> str:
        with pytest.raises(Refused) as caught:
            house.books.write(work)
        return caught.value.code

    assert refused(lambda c: unfreeze(c, UNIT, ask(house), 20_001, 1, 7, NOW)) == "card.not_frozen"
    assert refused(lambda c: unloss(c, UNIT, ask(house), 20_001, 1, 7, NOW)) == "card.not_lost"
    house.books.write(lambda c: report_loss(c, UNIT, ask(house), 20_001, 1, 7, NOW))
    assert (
        refused(lambda c: freeze(c, UNIT, ask(house), 20_001, 1, why="left", operator=7, now=NOW))
        == "card.lost"
    )
    house.books.write(lambda c: set_stop(c, UNIT, 20_001, 1, "returned", 7, NOW))
    assert refused(lambda c: unloss(c, UNIT, ask(house), 20_001, 1, 7, NOW)) == "card.dead"
    assert refused(lambda c: report_loss(c, UNIT, ask(house), 20_001, 1, 7, NOW)) == "card.dead"


def test_a_reason_says_where_it_holds() -> None:
    assert with_outlets("frozen", ()) == "frozen"
    assert word_of("frozen@3,11") == "frozen"
    assert holds_at("frozen@3,11", 11)
    assert not holds_at("frozen@3,11", 1)
    for whole in ("lost", "frozen@", "frozen@x", "frozen@3;11"):
        assert holds_at(whole, 1), whole
