"""Loads that are wanted back, or whose record is missing, when their plastic is given up. F: A4 A8 D9"""

import pytest

from onecard.books import accounts
from server.books.office.return_card import RestTerms, ReturnCard, ReturnRest
from server.books.office.return_card import Terms as Back
from server.books.office.transfer import Terms as Across
from server.books.office.transfer import Transfer
from server.books.tables import key_of
from server.cards.service import mark_published
from tests.server.books.office.house import ANNA, TYPES, House
from tests.server.books.office.test_handover import enrolled, heard, stops, true_up
from tests.server.books.office.test_withdraw import BACK, end, version, waiting, withdraw
from tests.server.books.station import UNIT, Plastic, Station

HAND = accounts.operator_cash(ANNA)
OLD = "card:20001:1:main"


def lock(house: House, card: Plastic) -> int:
    made = house.station.lock(card, "returned").done()
    house.books.upload(house.station)
    return key_of(made)


def give_back(house: House, card: Plastic) -> None:
    order = ReturnCard(UNIT, house.key(), Back(card.card, card.issue, lock(house, card)), ANNA, TYPES)
    house.created(order)


def pay_rest(house: House) -> ReturnRest:
    return ReturnRest(UNIT, house.key(), RestTerms(20_001, 1), ANNA, TYPES)


def go_across(house: House, card: Plastic) -> None:
    terms = Across(card.card, card.issue, 20_002, 1, lock(house, card))
    house.created(Transfer(UNIT, house.key(), terms, ANNA, TYPES))


def test_a_load_wanted_back_is_not_paid_to_the_holder(house: House) -> None:
    """A4: the plastic is here and locked, so nobody can write it any more: it goes where it is wanted."""
    enrolled(house, 1001)
    card = waiting(house)
    house.created(withdraw(house))
    give_back(house, card)
    assert (house.books.balance(HAND), house.books.balance(BACK)) == (1_000, 5_000)
    assert house.books.balance(f"{OLD}:waiting") == house.books.balance(f"{OLD}:purse") == 0
    heard(house, 1001, loads=version(house))
    assert house.refused(end(house)) == "load.unknown"  # it went back once
    house.books.tie_out()


def test_what_nobody_wants_back_is_paid_beside_it(house: House) -> None:
    """A4: later loads die with the issue and are paid out, each for itself."""
    card = waiting(house)
    kiosk = Station(2002)
    kiosk.waiting(card, 700, (kiosk.credit(700, 1),))
    house.books.upload(kiosk)
    house.created(withdraw(house))
    give_back(house, card)
    assert (house.books.balance(HAND), house.books.balance(BACK)) == (1_700, 5_000)
    assert house.loads(20_001) == []


@pytest.mark.parametrize("knew", [False, True], ids=["had_the_money", "had_heard"])
def test_a_load_wanted_back_that_is_on_the_plastic_waits_for_its_record(house: House, knew: bool) -> None:
    """A4 D9: the plastic names its number, so whether it had money is for the missing record to say."""
    enrolled(house, 1001, 1002)
    card, offline = waiting(house), Station(1002)
    (full,) = house.loads(20_001)
    house.created(withdraw(house))
    (empty,) = house.loads(20_001)
    offline.load(card, (empty if knew else full,)).done()
    give_back(house, card)
    assert (house.books.balance(HAND), house.books.balance(BACK)) == (1_000, 0)
    assert house.refused(pay_rest(house)) == "handover.waits"
    house.books.upload(offline)
    if knew:
        assert house.books.balance(BACK) == 5_000
        assert house.refused(pay_rest(house)) == "return.nothing"
    else:
        house.created(pay_rest(house))
        assert (house.books.balance(HAND), house.books.balance(BACK)) == (6_000, 0)
    assert house.books.balance(f"{OLD}:waiting") == house.books.balance(f"{OLD}:purse") == 0
    house.books.tie_out()


def test_a_load_that_came_after_the_return_and_is_wanted_back_is_no_rest(house: House) -> None:
    """A4: cash that a kiosk had taken arrives late; half of it is wanted back before the rest is paid."""
    card = house.purse(fen=1_000)
    give_back(house, card)
    kiosk = Station(2001)
    for cycle in (1, 2):
        kiosk.waiting(card, 300 * cycle, (kiosk.credit(300 * cycle, cycle),))
    house.books.upload(kiosk)
    house.books.write(lambda c: mark_published(c, UNIT, 99))
    house.created(withdraw(house))
    house.created(pay_rest(house))
    assert (house.books.balance(HAND), house.books.balance(BACK)) == (1_600, 300)
    assert house.refused(pay_rest(house)) == "return.nothing"
    house.books.tie_out()


def test_all_that_came_late_is_wanted_back_so_nothing_is_left_to_pay(house: House) -> None:
    """A4"""
    card = house.purse(fen=1_000)
    give_back(house, card)
    kiosk = Station(2001)
    kiosk.waiting(card, 300, (kiosk.credit(300, 1),))
    house.books.upload(kiosk)
    house.books.write(lambda c: mark_published(c, UNIT, 99))
    house.created(withdraw(house))
    assert house.refused(pay_rest(house)) == "return.nothing"
    assert house.books.balance(BACK) == 0


def test_a_load_wanted_back_does_not_go_along_to_the_formal_card(house: House) -> None:
    """A8"""
    card = waiting(house)
    house.purse(20_002)
    house.created(withdraw(house))
    go_across(house, card)
    assert [(one.kind, one.fen) for one in house.loads(20_002)] == [("transfer", 1_000)]
    assert house.books.balance(BACK) == 5_000
    house.books.tie_out()


def test_a_load_that_is_on_the_temporary_card_goes_along_once(house: House) -> None:
    """A8 D9: its record is missing, and the plastic says that it has it; the rest follows with the record."""
    enrolled(house, 1001, 1002)
    card, offline = waiting(house), Station(1002)
    formal = house.purse(20_002)
    offline.load(card, tuple(house.loads(20_001))).done()
    assert card.main == 6_000
    go_across(house, card)
    assert [(one.kind, one.fen) for one in house.loads(20_002)] == [("transfer", 1_000)]
    house.books.upload(offline)
    for number in (1001, 1002):
        heard(house, number, stops=stops(house))
    house.created(true_up(house))
    house.collect(formal)
    assert formal.main == 6_000
    assert house.books.balance(f"{OLD}:waiting") == house.books.balance(f"{OLD}:purse") == 0
    assert "load_unknown" not in house.books.kinds()
    house.books.tie_out()
