"""A medium that says only its UID is the newest card that was issued with it. F: A1"""

from server.cards import medium
from server.cards.service import open_account_card
from tests.server.books.engine import Books
from tests.server.books.station import NOW, UNIT, Plastic, Station
from tests.server.books.test_decision import TYPE


def of_uid(books: Books, uid: str) -> tuple[int, int] | None:
    found: tuple[int, int] | None = books.read(lambda connection: medium.of_uid(connection, UNIT, uid))
    return found


def test_a_uid_names_its_card(books: Books) -> None:
    made = books.write(lambda c: open_account_card(c, UNIT, 1, "0a0b0c0d", TYPE, NOW))
    assert of_uid(books, "0a0b0c0d") == made
    assert of_uid(books, "0a0b0c0e") is None


def test_a_plastic_that_was_another_card_before_is_the_newest(books: Books) -> None:
    station = Station(1001)
    station.issue(Plastic(20_001), 100).done()
    books.upload(station)
    assert of_uid(books, "01020304") == (20_001, 1)
    station.issue(Plastic(20_002), 100).done()
    books.upload(station)
    assert of_uid(books, "01020304") == (20_002, 1)
