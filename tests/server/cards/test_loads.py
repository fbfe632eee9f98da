"""Loads that the books know otherwise, and money that pays a debt before it gets a number. F: D9 C10"""

from msgspec.structs import replace

from onecard.wire.messages import Load
from server.cards import tables as cards
from server.cards.loads import load_digest
from server.terminals import restored
from tests.server.books.engine import Books
from tests.server.books.station import NOW, UNIT, Plastic, Station
from tests.server.books.test_events import waiting_loads

PURSE, WAITING = "card:20001:1:main:purse", "card:20001:1:main:waiting"


def opened(books: Books, fen: int = 1_000) -> tuple[Station, Station, Plastic]:
    desk, kiosk, card = Station(1001), Station(2001), Plastic(20_001)
    desk.issue(card, fen).done()
    books.upload(desk)
    return desk, kiosk, card


def give(books: Books, kiosk: Station, card: Plastic, fen: int) -> None:
    cycle = len(kiosk.records) + 1
    kiosk.waiting(card, fen, (kiosk.credit(fen, cycle),))
    books.upload(kiosk)


def before_the_restore(number: int, fen: int) -> Load:
    """A load of a life of the books that nobody remembers; a terminal still held it."""
    load = Load(card=20_001, issue=1, number=number, fen=fen, kind="recharge", expires_day=77)
    return replace(load, digest=load_digest(load))


def test_a_number_the_books_never_had_counts_and_numbering_goes_on_behind_it(books: Books) -> None:
    """A restored server: the card is right, the money is explained later."""
    desk, kiosk, card = opened(books)
    card.last_load = 1
    desk.load(card, (before_the_restore(2, 700),)).done()
    books.upload(desk)
    assert books.balance(PURSE) == 1_700 == card.main
    assert books.balance("unresolved:1001") == -700
    assert {"load_unknown", "load_skipped"} <= set(books.kinds())
    give(books, kiosk, card, 500)
    assert [(one.number, one.fen) for one in waiting_loads(books)] == [(3, 500)]
    books.tie_out()


def restore(books: Books) -> None:
    books.write(lambda c: restored.begin(c, UNIT, NOW))


def test_restored_books_give_out_no_number_that_a_card_has_already(books: Books) -> None:
    """The record that took them is on its way from another till; a new load under such a number would never
    be taken, since the card is past it. F: H6"""
    desk, kiosk, card = opened(books)
    other = Station(1002)
    restore(books)
    other.load(card, (before_the_restore(1, 700), before_the_restore(2, 300))).done()
    desk.sale(card, 100).done()
    books.upload(desk)
    give(books, kiosk, card, 500)
    assert [(one.number, one.fen) for one in waiting_loads(books)] == [(3, 500)]
    books.tie_out()
    books.upload(other)  # what was held open is filled by the record that tells
    assert books.balance("unresolved:1002") == -1_000
    assert [(one.number, one.fen) for one in waiting_loads(books)] == [(3, 500)]
    desk.load(card, waiting_loads(books)).done()
    books.upload(desk)
    assert books.balance(PURSE) == 2_400 == card.main
    books.tie_out()


def test_books_that_never_were_put_back_count_by_themselves(books: Books) -> None:
    """A card that claims more than was ever given out moves no number."""
    desk, kiosk, card = opened(books)
    card.last_load = 9
    desk.sale(card, 100).done()
    books.upload(desk)
    give(books, kiosk, card, 500)
    assert [one.number for one in waiting_loads(books)] == [1]


def test_the_one_on_the_card_counts_and_ours_goes_on_under_a_new_number(books: Books) -> None:
    """Records name each load by number and digest."""
    desk, kiosk, card = opened(books)
    give(books, kiosk, card, 500)
    desk.load(card, (before_the_restore(1, 700),)).done()
    books.upload(desk)
    assert "load_differs" in books.kinds()
    assert [(one.number, one.fen) for one in waiting_loads(books)] == [(2, 500)]
    assert (books.balance(PURSE), books.balance(WAITING)) == (1_700, 500)
    desk.load(card, waiting_loads(books)).done()
    books.upload(desk)
    assert books.balance(PURSE) == 2_200 == card.main
    books.tie_out()


def test_a_load_twice_is_held_against_the_terminal(books: Books) -> None:
    """I13: not a fork, the very same branch: the card says so, the books know better."""
    desk, kiosk, card = opened(books)
    give(books, kiosk, card, 500)
    loads = waiting_loads(books)
    desk.load(card, loads).done()
    desk.load(card, loads).done()
    books.upload(desk)
    assert "load_twice" in books.kinds()
    assert books.balance("unresolved:1001") == -500
    assert books.balance(PURSE) == 2_000 == card.main
    books.tie_out()


def test_a_load_that_went_into_another_wallet_shows(books: Books) -> None:
    """The card stands; what the load said is held against the terminal."""
    desk, kiosk, card = opened(books)
    give(books, kiosk, card, 500)
    (load,) = waiting_loads(books)
    desk.load(card, (replace(load, wallet="gift"),)).done()
    books.upload(desk)
    assert "load_wallet" in books.kinds()
    assert books.balance("card:20001:1:gift:purse") == 500
    assert books.balance(PURSE) == 1_000
    assert books.balance("unresolved:1001") == 0
    books.tie_out()


def test_what_is_owed_is_taken_before_a_load_gets_its_number(books: Books) -> None:
    """A negative load that found too little left a debt; notes pay it first."""
    first, kiosk, card = opened(books)
    second, clone = Station(1002), card.copy()
    first.sale(card, 400).done()
    second.at = first.at + 5
    second.sale(clone, 100).done()
    for station in (first, second):
        books.upload(station)
    assert books.balance("card:20001:debt") == -400
    give(books, kiosk, card, 300)
    assert waiting_loads(books) == ()
    give(books, kiosk, card, 300)
    assert [(one.number, one.fen) for one in waiting_loads(books)] == [(1, 200)]
    assert books.balance("card:20001:debt") == 0
    assert len(books.rows(cards.load)) == 1
    books.tie_out()
