"""Replacement, return, transfer: what is sure goes now, the rest when all stations are heard. F: A4 A5 A8"""

import msgspec
import pytest

from onecard.books import accounts
from onecard.wire.messages import CardType, Fetch
from server.books.office.replace import Replace
from server.books.office.replace import Terms as NewPlastic
from server.books.office.return_card import RestTerms, ReturnCard, ReturnRest
from server.books.office.return_card import Terms as Back
from server.books.office.transfer import Terms as Across
from server.books.office.transfer import Transfer
from server.books.office.true_up import Terms as Rest
from server.books.office.true_up import TrueUp
from server.books.tables import key_of
from server.cards.service import card_status, mark_published, report_loss, set_stop, stops_since
from server.terminals.contact import keep
from server.terminals.tables import terminal
from tests.server.books.office.house import ANNA, TODAY, TYPES, House
from tests.server.books.station import NOW, UNIT, Plastic, Station

OLD, NEW = "card:20001:1:main", "card:20001:2:main"
LIMITED = {**TYPES, 1: CardType(type=1, name="卡片", day_limit_fen=2_000)}


def enrolled(house: House, *numbers: int, settings: str = '{"offline_stop_h":"48"}') -> None:
    def write(connection) -> None:
        for number in numbers:
            connection.execute(
                terminal.insert().values(
                    unit_id=UNIT, terminal=number, kind="pos", name=str(number), outlet=house.outlet,
                    state="enrolled", epoch=1, public_key="", settings=settings, made_at=NOW,
                )
            )  # fmt: skip

    house.books.write(write)


def heard(house: House, number: int, pending: int = 0, **have: int) -> None:
    said = {number: Fetch(have=have, pending=pending)}
    house.books.write(lambda c: keep(c, UNIT, said, NOW + 50))


def stops(house: House) -> int:
    return house.books.read(lambda c: stops_since(c, UNIT, 0))[0]


def replace(house: House, issue: int = 1, types=TYPES, **terms) -> Replace:
    said = NewPlastic(20_001, issue, "0a0b0c0d", TODAY + 900, **terms)
    return Replace(UNIT, house.key(), said, ANNA, types)


def true_up(house: House, card: int = 20_001, issue: int = 1) -> TrueUp:
    return TrueUp(UNIT, house.key(), Rest(card, issue), ANNA)


def state(house: House, card: int = 20_001, issue: int = 1) -> str:
    return house.books.read(lambda c: card_status(c, UNIT, card, issue, NOW)).state


def write_new(house: House) -> Plastic:
    """The front desk makes the new plastic."""
    plastic = Plastic(20_001, issue=2)
    house.station.issue(plastic, 0).done()
    house.books.upload(house.station)
    return plastic


def test_what_a_station_may_still_sell_is_held_back(house: House) -> None:
    """A5: day limit × days, the rest at once; the true-up brings it when nobody can sell any more."""
    enrolled(house, 1001, 1002)
    card, offline = house.purse(fen=10_000), Station(1002)
    house.created(replace(house, types=LIMITED))
    assert (house.books.balance(f"{OLD}:purse"), house.books.balance(f"{NEW}:waiting")) == (6_000, 4_000)
    assert (state(house), state(house, issue=2)) == ("replaced", "replaced")
    new = write_new(house)
    assert state(house, issue=2) == "active"
    house.collect(new)
    assert new.main == 4_000
    offline.sale(card, 700).done()  # it has not heard
    heard(house, 1001, stops=stops(house))
    assert house.refused(true_up(house)) == "handover.waits"
    house.books.upload(offline)
    heard(house, 1002, pending=3, stops=stops(house))
    assert house.refused(true_up(house)) == "handover.waits"
    heard(house, 1002, stops=stops(house))
    house.created(true_up(house))
    assert house.books.balance(f"{OLD}:purse") == 0
    house.collect(new)
    assert new.main == 9_300
    assert house.refused(true_up(house)) == "handover.waits"  # nothing is left to do


@pytest.mark.parametrize(
    ("settings", "held"),
    [
        (('{"offline_stop_h":"24"}', '{"offline_stop_h":"20"}'), 4_000),
        (('{"offline_stop_h":"24"}', '{"offline_stop_h":"72"}'), 8_000),
        (('{"offline_stop_h":"24"}', "{}"), 9_500),  # one of them never stops
        ((), 0),
    ],
)
def test_the_till_that_sells_on_longest_says_how_much_is_held_back(
    house: House, settings: tuple[str, ...], held: int
) -> None:
    """A5: limit of a day × the days it may sell on; all of it where nothing stops a till."""
    for number, one in enumerate(settings, 1001):
        enrolled(house, number, settings=one)
    house.purse(fen=9_500)
    house.created(replace(house, types=LIMITED))
    assert house.books.balance(f"{OLD}:purse") == held


def test_more_was_sold_than_was_held_back(house: House) -> None:
    """The unit paid all at its own risk: what was sold meanwhile is owed."""
    enrolled(house, 1002)
    card, offline = house.purse(fen=3_000), Station(1002)
    house.created(replace(house, pay_all=True))
    assert house.books.balance(f"{NEW}:waiting") == 3_000
    offline.sale(card, 700).done()
    house.books.upload(offline)
    heard(house, 1002, stops=stops(house))
    assert house.books.balance(f"{OLD}:purse") == -700
    house.created(true_up(house))
    assert house.books.balance(f"{OLD}:purse") == 0
    assert house.books.balance("card:20001:debt") == -700
    assert "card_loss" not in house.books.kinds()


def test_a_loss_that_everybody_knew_pays_all_at_once(house: House) -> None:
    enrolled(house, 1001)
    house.purse(fen=10_000)
    house.books.write(lambda c: report_loss(c, UNIT, house.station.next_id, 20_001, 1, 7, NOW))
    heard(house, 1001, stops=stops(house))
    house.created(replace(house, types=LIMITED))
    assert (house.books.balance(f"{OLD}:purse"), house.books.balance(f"{NEW}:waiting")) == (0, 10_000)


def test_loads_nobody_has_go_along_and_published_ones_wait(house: House) -> None:
    """D9: unapplied loads get new numbers on the new issue."""
    enrolled(house, 1001)
    card = house.purse(fen=0)
    kiosk = Station(2001)
    kiosk.waiting(card, 5_000, (kiosk.credit(5_000, 1),))
    house.books.upload(kiosk)
    house.books.write(lambda c: mark_published(c, UNIT, 99))
    kiosk.waiting(card, 800, (kiosk.credit(800, 2),))
    house.books.upload(kiosk)
    house.created(replace(house))
    assert [(one.issue, one.number, one.fen) for one in house.loads(20_001)] == [(1, 1, 5_000), (2, 1, 800)]
    heard(house, 1001, stops=stops(house))
    house.created(true_up(house))
    assert [(one.issue, one.number, one.fen) for one in house.loads(20_001)] == [(2, 1, 800), (2, 2, 5_000)]


def test_the_old_plastic_is_dead_for_ever(house: House) -> None:
    from onecard.errors import Refused

    house.purse(fen=100)
    house.created(replace(house))
    with pytest.raises(Refused, match=r"card\.dead"):
        house.books.write(lambda c: set_stop(c, UNIT, 20_001, 1, "", 7, NOW))
    assert house.refused(replace(house)) == "card.unknown"  # it is issue 2 now
    # The new plastic was spoilt at the desk: the next one carries everything on.
    house.created(replace(house, issue=2))
    assert [(one.issue, one.fen) for one in house.loads(20_001)] == []


def returned(house: House, card: Plastic, **terms) -> ReturnCard:
    lock = house.station.lock(card, "returned").done()
    house.books.upload(house.station)
    return ReturnCard(UNIT, house.key(), Back(card.card, card.issue, key_of(lock), **terms), ANNA, TYPES)


def test_a_card_comes_back_and_its_holder_is_paid(house: House) -> None:
    """A4: balance and deposit, debt off, gift back to whoever gave it."""
    card = Plastic(20_001)
    house.station.issue(card, 5_000, deposit=1_000).done()
    card.slots = (300, 0, 0)  # as if given before; the books see it as a jump
    house.books.upload(house.station)
    card.slots = (0, 0, 0)
    kiosk = Station(2001)
    kiosk.waiting(card, 800, (kiosk.credit(800, 1),))
    house.books.upload(kiosk)
    house.created(returned(house, card))
    assert house.books.balance(accounts.operator_cash(ANNA)) == 6_800
    assert house.books.balance(f"{OLD}:purse") == house.books.balance("card:20001:deposit") == 0
    assert house.loads(20_001) == []
    assert state(house) == "returned"
    assert house.refused(returned(house, card)) == "card.dead"


def test_without_the_lock_nothing_is_paid(house: House) -> None:
    """Lock written and done first: else the plastic goes on selling."""
    card = house.purse(fen=500)
    order = ReturnCard(UNIT, house.key(), Back(20_001, 1), ANNA, TYPES)
    assert house.refused(order) == "return.lock"
    lock = house.station.lock(card, "returned").done()
    house.station.sale(card, 100).done()  # locked, and sold from all the same
    house.books.upload(house.station)
    order = ReturnCard(UNIT, house.key(), Back(20_001, 1, key_of(lock)), ANNA, TYPES)
    assert house.refused(order) == "return.lock"


def test_what_is_not_sure_is_paid_when_the_gap_closes(house: House) -> None:
    """min(card, books) now: the recharge of an offline desk comes later."""
    card, offline = house.purse(fen=500), Station(1002)
    offline.recharge(card, 2_000).done()
    house.created(returned(house, card))
    assert house.books.balance(accounts.operator_cash(ANNA)) == 500
    rest = RestTerms(20_001, 1)
    assert house.refused(ReturnRest(UNIT, house.key(), rest, ANNA, TYPES)) == "handover.waits"
    house.books.upload(offline)
    house.created(ReturnRest(UNIT, house.key(), rest, ANNA, TYPES))
    assert house.books.balance(accounts.operator_cash(ANNA)) == 2_500
    assert house.refused(ReturnRest(UNIT, house.key(), rest, ANNA, TYPES)) == "return.nothing"


def test_an_account_card_is_returned_without_the_plastic(house: House) -> None:
    account = house.account(fen=700)
    house.created(ReturnCard(UNIT, house.key(), Back(account, 1, terminal=1001), ANNA, TYPES))
    assert house.books.balance(f"card:{account}:main") == 0
    assert house.books.balance("till:1001:cash") == 0


def test_from_the_temporary_card_to_the_formal_one(house: House) -> None:
    """A8: balance, deposit, debt and what is still missing."""
    temporary, formal, offline = Plastic(20_001), house.purse(20_002, fen=100), Station(1002)
    house.station.issue(temporary, 3_000, deposit=1_000).done()
    offline.sale(temporary, 400).done()
    lock = house.station.lock(temporary, "returned").done()
    house.books.upload(house.station)
    terms = Across(20_001, 1, 20_002, 1, key_of(lock))
    house.created(Transfer(UNIT, house.key(), terms, ANNA, TYPES))
    assert [(one.kind, one.fen) for one in house.loads(20_002)] == [("transfer", 2_600)]
    assert house.books.balance("card:20002:deposit") == 1_000
    house.books.upload(offline)
    house.collect(formal)
    assert formal.main == 2_700
    assert house.books.balance(f"{OLD}:purse") == 0
    assert state(house) == "returned"


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (Across(20_001, 1, 20_001, 1), "transfer.same"),
        (Across(20_001, 1, 99_999, 1), "card.unknown"),
        (Across(20_001, 2, 20_002, 1), "card.unknown"),
        (Across(20_001, 1, 20_002, 1), "return.lock"),
    ],
)
def test_transfers_that_make_no_sense(house: House, terms: Across, code: str) -> None:
    house.purse(20_001, fen=100)
    house.purse(20_002)
    assert house.refused(Transfer(UNIT, house.key(), terms, ANNA, TYPES)) == code


@pytest.mark.parametrize(
    ("change", "code"),
    [({"issue": 3}, "card.unknown"), ({"card": 5}, "card.unknown"), ({"until_day": 1}, "card.expired")],
)
def test_replacements_that_make_no_sense(house: House, change: dict, code: str) -> None:
    house.purse(fen=100)
    order = replace(house)
    order.terms = msgspec.structs.replace(order.terms, **change)
    assert house.refused(order) == code
