"""An account's sale that was posted, and whose till gave it up without having heard so: no goods, no money.

F: A1 C8 G6
"""

import pytest

from onecard.wire.messages import Pay, Status, Void, encode
from tests.server.books.engine import Books
from tests.server.books.station import Station
from tests.server.books.test_decision import account


def test_a_posted_sale_that_is_given_up_goes_back_to_the_account_once(books: Books) -> None:
    card, station = account(books, 5_000), Station(1001)
    sale = station.account_sale(card, 1_200)
    assert books.sell(1001, encode(sale)).result.status == Status.CREATED
    station.unresolved(sale.id)
    station.give_up(sale.id)
    for _ in range(2):
        assert books.upload(station, 0).results == ()
    assert books.balance(f"card:{card}:main") == 5_000
    assert books.balance("owner:5:payable:11") == 0
    assert [row for row in books.kinds() if row != "quarantined"] == []
    assert books.cancel(sale.id).result.status == Status.CREATED, "the id keeps its answer"
    books.tie_out()


def test_a_voided_sale_is_not_given_back_again(books: Books) -> None:
    card, station = account(books, 5_000), Station(1001)
    sale = station.account_sale(card, 1_200)
    books.sell(1001, encode(sale))
    void = Void(**station.head(), voids=sale.id, card=card, issue=1, pays=(Pay("main", 1_200),))
    station.append(void)
    assert books.sell(1001, encode(void)).result.status == Status.CREATED
    station.give_up(sale.id)
    books.upload(station)
    assert books.balance(f"card:{card}:main") == 5_000
    books.tie_out()


@pytest.mark.parametrize("asked", [True, False])
def test_one_that_was_never_posted_is_a_tombstone_and_moves_nothing(books: Books, asked: bool) -> None:
    card, station = account(books, 1_000), Station(1001)
    sale = station.account_sale(card, 1_200)
    if asked:
        assert books.sell(1001, encode(sale)).result.reason == "purse.short"
    station.give_up(sale.id)
    books.upload(station)
    assert books.sell(1001, encode(sale)).result.reason == ("purse.short" if asked else "cancelled")
    assert books.balance(f"card:{card}:main") == 1_000
    books.tie_out()


def test_a_void_that_is_given_up_after_it_was_posted_stands(books: Books) -> None:
    """The money is with the member, where the void meant to bring it."""
    card, station = account(books, 5_000), Station(1001)
    sale = station.account_sale(card, 1_200)
    books.sell(1001, encode(sale))
    station.done(sale.id)
    void = Void(**station.head(), voids=sale.id, card=card, issue=1, pays=(Pay("main", 1_200),))
    station.append(void)
    books.sell(1001, encode(void))
    station.give_up(void.id)
    books.upload(station)
    assert books.balance(f"card:{card}:main") == 5_000
    books.tie_out()


def test_after_another_life_of_the_tills_disk_a_person_decides(books: Books) -> None:
    """The restored disk may have given the number to another sale, which the server never saw."""
    card, station = account(books, 5_000), Station(1001)
    sale = station.account_sale(card, 1_200)
    books.sell(1001, encode(sale))
    station.done(sale.id)
    books.upload(station)
    again = Station(1001, epoch=2)
    again.give_up(sale.id)
    books.upload(again)
    assert books.balance(f"card:{card}:main") == 3_800
    assert "decided_and_given_up" in books.kinds()
    books.tie_out()
