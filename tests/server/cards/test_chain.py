"""Chains: a hole names the missing record, freezes nobody, and closes when it arrives. F: G6"""

from server.cards import tables as cards
from server.cards.service import card_status
from tests.server.books.engine import Books
from tests.server.books.station import NOW, UNIT, Plastic, Station


def status(books: Books, card: int = 20_001):
    return books.read(lambda connection: card_status(connection, UNIT, card, 1, NOW))


def test_a_gap_names_the_record_that_is_missing(books: Books) -> None:
    """I14: one terminal sold offline and has not uploaded; the other's record points at it."""
    first, offline, card = Station(1001), Station(1002), Plastic(20_001)
    first.issue(card, 10_000).done()
    offline.sale(card, 100).done()
    missing = offline.sale(card, 200).done()
    first.sale(card, 400).done()
    books.upload(first)
    (hole,) = [one for one in status(books).explained if one.what == "gap"]
    assert (hole.detail, hole.fen) == (str(missing), -300)
    assert status(books).books_fen == 9_600
    books.tie_out()
    books.upload(offline)
    assert status(books).books_fen == 9_300 == card.main
    assert [one for one in status(books).explained if one.what == "gap"] == []
    assert books.rows(cards.gap) == []
    books.tie_out()


def test_arriving_record_by_record_backwards_moves_the_hole_down(books: Books) -> None:
    """Three terminals, uploads in the wrong order."""
    stations = [Station(1001 + i) for i in range(4)]
    card = Plastic(20_001)
    stations[0].issue(card, 1_000).done()
    for station in stations[1:]:
        station.sale(card, 100).done()
    for station in reversed(stations):
        books.upload(station)
        books.tie_out()
    assert books.rows(cards.gap) == []
    assert status(books).books_fen == 700


def test_books_below_zero_while_a_gap_is_open_freeze_nobody(books: Books) -> None:
    """The recharge is still at an offline terminal."""
    first, offline, card = Station(1001), Station(1002), Plastic(20_001)
    first.issue(card, 0).done()
    offline.recharge(card, 5_000).done()
    first.sale(card, 4_000).done()
    assert books.upload(first).results == ()
    assert status(books).books_fen == -4_000
    books.tie_out()
    books.upload(offline)
    assert status(books).books_fen == 1_000
    assert "card_loss" not in books.kinds()
    books.tie_out()


def test_a_balance_that_jumps_is_told(books: Books) -> None:
    """Somebody wrote a purse without a record."""
    station, card = Station(1001), Plastic(20_001)
    station.issue(card, 1_000).done()
    card.main = 9_000
    station.sale(card, 100).done()
    books.upload(station)
    assert "chain_jump" in books.kinds()


def test_movements_and_reasons_have_their_ages(books: Books) -> None:
    """A11: what happened last, and why the balance is what it is."""
    station, card = Station(1001), Plastic(20_001)
    station.issue(card, 10_000).done()
    station.sale(card, 1_250).done()
    open_sale = station.sale(card, 300)
    station.unresolved(open_sale.id)
    books.upload(station)
    now = status(books)
    assert [(one.kind, one.fen, one.balance_fen) for one in now.movements] == [
        ("sale", -1_250, 8_750),
        ("issue", 10_000, 10_000),
    ]
    assert [(one.what, one.fen, one.since) for one in now.explained] == [
        ("chain_balance", 8_750, NOW + 2),
        ("open_tap", -300, NOW + 4),
    ]
    assert now.explained[1].detail == f"sale {open_sale.id} unresolved"
