"""What falls due by itself: seen in time, once, on both engines. F: A4 A5"""

from server.books.handover import find
from server.books.office.return_card import ReturnCard
from server.books.office.return_card import Terms as Back
from server.books.sheet import Sheet
from server.books.tables import key_of
from server.cards import rounds
from server.cards.tables import handover
from tests.server.books.office.conftest import house
from tests.server.books.office.house import ANNA, TYPES, House
from tests.server.books.office.test_handover import LIMITED, enrolled, heard, replace, stops, write_new
from tests.server.books.station import UNIT, Station

__all__ = ["house"]


def work(house: House) -> int:
    return house.books.run(rounds.work(house.books.lane, UNIT, TYPES))


def test_the_rest_of_an_old_plastic_follows_when_all_have_heard(house: House) -> None:
    enrolled(house, 1001, 1002)
    card, offline = house.purse(fen=10_000), Station(1002)
    house.created(replace(house, types=LIMITED))
    new = write_new(house)
    assert work(house) == 0
    for number in (1001, 1002):
        heard(house, number, stops=stops(house))
    assert work(house) == 1
    assert work(house) == 0
    house.collect(new)
    assert new.main == 10_000
    # Somebody tapped the old one in between after all, and the box was found a week later.
    offline.sale(card, 300).done()
    house.books.upload(offline)
    assert work(house) == 1
    assert house.books.balance("card:20001:debt") == -300
    assert work(house) == 0


def test_what_is_due_of_a_returned_card_is_told_once(house: House) -> None:
    card, offline = house.purse(fen=500), Station(1002)
    offline.recharge(card, 2_000).done()
    lock = house.station.lock(card, "returned").done()
    house.books.upload(house.station)
    house.created(ReturnCard(UNIT, house.key(), Back(20_001, 1, key_of(lock)), ANNA, TYPES))
    work(house)
    assert "return_rest" not in house.books.kinds()
    house.books.upload(offline)
    for _ in range(2):
        work(house)
    assert house.books.kinds().count("return_rest") == 1


def test_a_returned_card_with_nothing_left_is_done(house: House) -> None:
    card = house.purse(fen=500)
    lock = house.station.lock(card, "returned").done()
    house.books.upload(house.station)
    house.created(ReturnCard(UNIT, house.key(), Back(20_001, 1, key_of(lock)), ANNA, TYPES))
    work(house)
    assert [row.trued_at is not None for row in house.books.rows(handover)] == [True]
    assert house.books.write(lambda c: find(Sheet(c, UNIT, 0), (20_001, 1))).kind == "return"


def test_a_tap_that_nobody_finishes_comes_to_the_inbox(house: House) -> None:
    card = house.purse(fen=500)
    move = house.station.sale(card, 100)
    house.station.unresolved(move.id)
    house.books.upload(house.station)
    work(house)
    assert "tap_open" not in house.books.kinds()
    house.books.clock.advance(rounds.OPEN_TAP_S + 60)
    work(house)
    assert "tap_open" in house.books.kinds()
