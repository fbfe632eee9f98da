"""Goal: of a kiosk with two boxes each is emptied by itself, and a difference is that box's.

Method: credits of two acceptors in one journal and collections of either in any order; the books after each.
"""

import pytest
from sqlalchemy import select

from onecard.wire.messages import Collection, Credit, Notes
from server.exceptions.tables import exception
from tests.server.books.engine import Books
from tests.server.books.station import Station
from tests.server.settlement.unit import Unit

NOTES, COINS, ATTENDANT = "A1", "C1", 9


class Kiosk:
    """Two acceptors; ``number`` counts what went in."""

    def __init__(self, station: Station) -> None:
        self.station, self.number = station, 0

    def put(self, acceptor: str, *values: int) -> None:
        for fen in values:
            self.number += 1
            head = self.station.head()
            self.station.append(Credit(**head, acceptor=acceptor, boot=1, cycle=self.number, value_fen=fen))

    def empty(self, box: str, fen: int, acceptor: str = "") -> None:
        head = {**self.station.head(), "operator": ATTENDANT}
        counted = (Notes(1, fen),)
        self.station.append(Collection(**head, acceptor=acceptor or box or NOTES, box=box, counted=counted))


@pytest.fixture
def unit(books: Books) -> Unit:
    return Unit(books)


# F: D3 D7 G4
def test_each_box_is_counted_against_its_own_acceptor(books: Books, unit: Unit) -> None:
    kiosk = Kiosk(unit.kiosk)
    kiosk.put(NOTES, 10_000)
    kiosk.put(COINS, 100, 50)
    kiosk.put(NOTES, 5_000)
    kiosk.empty(COINS, 150)
    kiosk.put(COINS, 100)
    unit.upload()
    assert books.balance("difference:2001") == 0
    assert books.balance("kiosk:2001:cashbox") == -15_100
    kiosk.empty(NOTES, 14_900)
    unit.upload()
    assert books.balance("difference:2001") == -100
    kiosk.empty(COINS, 100)
    kiosk.empty(COINS, 0)
    kiosk.empty(NOTES, 0)
    unit.upload()
    assert books.balance("kiosk:2001:cashbox") == 0
    assert books.balance("difference:2001") == -100
    assert books.balance(f"operator:{ATTENDANT}:cash") == -15_150
    told = select(exception.c.detail).where(exception.c.kind == "cash_difference")
    assert [NOTES in one for one in books.read(lambda c: list(c.execute(told).scalars()))] == [True]
    books.tie_out()


# F: D7 G4
def test_a_second_box_that_comes_or_goes_leaves_nothing_behind(books: Books, unit: Unit) -> None:
    kiosk = Kiosk(unit.kiosk)
    kiosk.put(NOTES, 10_000)
    kiosk.empty("", 10_000)
    kiosk.put(NOTES, 2_000)
    kiosk.put(COINS, 50)
    kiosk.empty(COINS, 50)
    kiosk.put(COINS, 100)
    kiosk.put(NOTES, 500)
    kiosk.empty("", 2_600)  # the coin acceptor is gone; its last coin was in a bag with the notes
    unit.upload()
    assert books.balance("kiosk:2001:cashbox") == 0
    assert books.balance("difference:2001") == 0
    books.tie_out()
