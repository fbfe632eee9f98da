"""Cash into a drawer and out of it is in the books, and a Z that counts it agrees with them. F: C8"""

from onecard.wire.shift import DrawerMove, ShiftOpen
from server.books.reconcile import shifts
from tests.server.books.engine import Books
from tests.server.books.station import UNIT, Plastic, Station


def test_what_goes_to_the_vault_is_there_and_the_rest_is_to_be_explained(books: Books) -> None:
    station, card = Station(1001), Plastic(20_001)
    station.append(ShiftOpen(**station.head(), float_fen=500))
    station.issue(card, 10_000).done()
    station.append(DrawerMove(**station.head(), way="out", fen=8_000, reason="safe", supervisor=7))
    station.append(DrawerMove(**station.head(), way="out", fen=300, reason="expense"))
    station.append(DrawerMove(**station.head(), way="in", fen=1_000, reason="change"))
    station.close_shift(1, 10_000 - 8_000 - 300 + 1_000)
    books.upload(station)
    books.upload(station)
    assert books.balance("till:1001:cash") == -2_700
    assert books.balance("vault") == -8_000
    assert books.balance("difference:1001") == 700
    books.tie_out()
    assert books.read(lambda connection: list(shifts(connection, UNIT))) == []
