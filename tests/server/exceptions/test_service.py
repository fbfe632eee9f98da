"""The office's inbox: each matter once, closed by name."""

from server.exceptions.service import close, exceptions
from tests.server.books.conftest import books, postgres
from tests.server.books.engine import Books
from tests.server.books.station import NOW, UNIT, Plastic, Station

__all__ = ["books", "postgres"]


def test_a_matter_is_listed_once_and_closed_by_name(books: Books) -> None:
    station, card = Station(1001), Plastic(20_001)
    for _ in range(3):
        station.recharge(card, 100).done()  # a card that nobody issued
        books.upload(station)
    listed = books.read(lambda c: exceptions(c, UNIT))
    assert [(one["kind"], one["card"]) for one in listed] == [("card_unknown", 20_001)]
    number = listed[0]["exception"]
    assert books.write(lambda c: close(c, UNIT, number, 7, "checked", NOW)) is True
    assert books.write(lambda c: close(c, UNIT, number, 8, "again", NOW)) is False
    assert books.read(lambda c: exceptions(c, UNIT)) == []
    (done,) = books.read(lambda c: exceptions(c, UNIT, closed=True))
    assert (done["closed_by"], done["note"]) == (7, "checked")
