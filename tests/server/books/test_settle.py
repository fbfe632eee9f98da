"""What was given up is settled once, and only by evidence: a read of the card or the chain. (domain.md §5)"""

import pytest

from server.cards import tables as cards
from server.cards.service import open_taps
from tests.server.books.engine import Books
from tests.server.books.station import UNIT, Move, Plastic, Station
from tests.server.books.test_events import waiting_loads


def opened(books: Books, fen: int = 10_000) -> tuple[Station, Station, Plastic]:
    """Two stations and a card with money on it."""
    station, other, card = Station(1001), Station(1002), Plastic(20_001)
    station.issue(card, fen).done()
    books.upload(station)
    return station, other, card


def taps(books: Books):
    return books.read(lambda connection: open_taps(connection, UNIT))


def torn(books: Books, station: Station, card: Plastic, *, written: bool) -> Move:
    """A sale whose card left in the middle, set aside and given up."""
    move = station.sale(card, 1_000)
    if written:
        move.write()
    station.unresolved(move.id)
    station.give_up(move.id)
    books.upload(station)
    return move


def test_an_open_tap_goes_to_the_other_stations_until_it_is_settled(books: Books) -> None:
    station, _, card = opened(books)
    move = station.sale(card, 1_000)
    station.unresolved(move.id)
    books.upload(station)
    assert [(one.of, one.fen, one.given_up) for one in taps(books)] == [(move.id, 1_000, False)]
    station.give_up(move.id)
    books.upload(station)
    assert [one.given_up for one in taps(books)] == [True]


def test_completing_on_the_same_card_posts_once(books: Books) -> None:
    """The same card comes back before it is given up."""
    station, _, card = opened(books)
    move = station.sale(card, 1_000)
    station.unresolved(move.id)
    books.upload(station)
    move.done()
    books.upload(station)
    assert books.balance("card:20001:1:main:purse") == 9_000
    assert taps(books) == ()
    books.tie_out()


def test_a_written_sale_that_was_given_up_comes_back_as_a_load(books: Books) -> None:
    """Another station reads the card with the sale on it: posted, and its money waits for the member."""
    station, other, card = opened(books)
    move = torn(books, station, card, written=True)
    assert books.balance("card:20001:1:main:purse") == 10_000
    other.see(move.id, card)
    books.upload(other)
    assert books.balance("card:20001:1:main:purse") == 9_000
    assert books.balance("owner:5:payable:11") == 0
    assert [(one.fen, one.kind) for one in waiting_loads(books)] == [(1_000, "sale_reversed")]
    assert taps(books) == ()
    books.tie_out()


def test_the_next_record_of_the_chain_settles_as_well(books: Books) -> None:
    """The other station knew nothing and just sold: its record names the torn sale as the one before."""
    station, other, card = opened(books)
    torn(books, station, card, written=True)
    other.sale(card, 300).done()
    books.upload(other)
    assert books.balance("card:20001:1:main:purse") == 8_700
    assert books.balance("card:20001:1:main:waiting") == 1_000
    assert books.rows(cards.gap) == []
    books.tie_out()


def test_the_chain_that_passes_it_by_proves_that_it_was_not_written(books: Books) -> None:
    station, other, card = opened(books)
    torn(books, station, card, written=False)
    other.sale(card, 300).done()
    books.upload(other)
    assert books.balance("card:20001:1:main:purse") == 9_700
    assert waiting_loads(books) == ()
    assert taps(books) == ()
    books.tie_out()


def test_a_read_of_the_old_record_counts_only_after_giving_up(books: Books) -> None:
    """Before that the terminal may still write it."""
    station, other, card = opened(books)
    move = station.sale(card, 1_000)
    station.unresolved(move.id)
    books.upload(station)
    other.at = station.at
    other.see(move.id, card)
    books.upload(other)
    station.at += 100
    station.give_up(move.id)
    books.upload(station)
    assert len(taps(books)) == 1
    other.at += 1_000
    other.see(move.id, card)
    books.upload(other)
    assert taps(books) == ()
    assert books.balance("card:20001:1:main:purse") == 10_000


def test_evidence_that_arrives_before_the_intent_is_kept(books: Books) -> None:
    """The other station was online first."""
    station, other, card = opened(books)
    move = station.sale(card, 1_000).write()
    station.unresolved(move.id)
    station.give_up(move.id)
    other.see(move.id, card)
    books.upload(other)
    books.upload(station)
    assert books.balance("card:20001:1:main:waiting") == 1_000
    books.tie_out()


def test_a_recharge_that_was_not_written_waits_as_a_load(books: Books) -> None:
    """The cash is in the till, the card left for good."""
    station, other, card = opened(books)
    move = station.recharge(card, 5_000)
    station.unresolved(move.id)
    station.give_up(move.id)
    books.upload(station)
    other.at = station.at + 100
    other.see(move.id, card)
    books.upload(other)
    assert books.balance("till:1001:cash") == -15_000
    assert [one.fen for one in waiting_loads(books)] == [5_000]
    books.tie_out()


def test_notes_of_a_recharge_that_was_not_written_wait_once(books: Books) -> None:
    """D3: settled by a read; the credits are used up by it."""
    _, other, card = opened(books)
    kiosk = Station(2001)
    credit = kiosk.credit(5_000, 1)
    move = kiosk.recharge(card, 5_000, (credit,))
    kiosk.unresolved(move.id)
    kiosk.give_up(move.id)
    kiosk.waiting(card, 5_000, (credit,))
    answer = books.upload(kiosk)
    assert [one.reason for one in answer.results] == ["credits_not_free"]
    other.at = kiosk.at + 100
    other.see(move.id, card)
    books.upload(other)
    assert books.balance("unresolved:2001") == 0
    assert books.balance("card:20001:1:main:waiting") == 5_000
    books.tie_out()


@pytest.mark.parametrize("written", [True, False])
def test_a_void_given_up_reaches_the_member_either_way(books: Books, written: bool) -> None:
    """Written: on the card. Not written: as a load."""
    station, other, card = opened(books)
    sold = station.sale(card, 1_000).done()
    move = station.void(card, sold, 1_000)
    if written:
        move.write()
    station.give_up(move.id)
    books.upload(station)
    other.at = station.at + 100
    other.see(move.id, card)
    books.upload(other)
    where = "purse" if written else "waiting"
    assert books.balance("owner:5:payable:11") == 0
    assert books.balance("card:20001:1:main:purse") + books.balance("card:20001:1:main:waiting") == 10_000
    assert books.balance(f"card:20001:1:main:{where}") in (10_000, 1_000)
    books.tie_out()


def test_an_issue_that_was_not_written_gives_its_number_back(books: Books) -> None:
    station, card = Station(1001), Plastic(20_001)
    move = station.issue(card, 1_000)
    station.not_written(move.id)
    books.upload(station)
    assert books.accounts() == {}
    station.done(move.id)
    books.upload(station)
    assert books.kinds() == ["outcome_differs"]
    assert books.accounts() == {}


def test_done_after_giving_up_is_seen_and_settled_as_written(books: Books) -> None:
    """It promised never to complete it; the card says it did. Posted, returned, and somebody is told."""
    station, _, card = opened(books)
    move = torn(books, station, card, written=True)
    station.done(move.id)
    books.upload(station)
    assert "done_after_given_up" in books.kinds()
    assert books.balance("card:20001:1:main:waiting") == 1_000
    books.tie_out()


def test_a_void_that_became_a_load_is_not_paid_again(books: Books) -> None:
    """I12: rung again after it was settled: the card has the money, so it is the terminal's difference."""
    station, other, card = opened(books)
    sold = station.sale(card, 1_000).done()
    move = station.void(card, sold, 1_000)
    station.give_up(move.id)
    books.upload(station)
    other.at = station.at + 100
    other.see(move.id, card)
    books.upload(other)
    station.at = other.at + 1
    station.void(card, sold, 1_000).done()
    books.upload(station)
    assert books.balance("owner:5:payable:11") == 0
    assert books.balance("difference:1001") == -1_000
    assert "void_excess" in books.kinds()
    books.tie_out()


def test_a_sale_that_came_back_as_a_load_cannot_be_voided_as_well(books: Books) -> None:
    station, other, card = opened(books)
    move = torn(books, station, card, written=True)
    other.see(move.id, card)
    books.upload(other)
    station.at = other.at + 1
    station.void(card, move.id, 1_000).done()
    books.upload(station)
    assert books.balance("owner:5:payable:11") == 0
    assert books.balance("difference:1001") == -1_000
    books.tie_out()
