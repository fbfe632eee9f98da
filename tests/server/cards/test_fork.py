"""Forks: a clone, a rollback, or a write that was confirmed and lost. F: G6

The branch that goes on counts; the first time nobody is punished, and the order of arrival does not matter.
"""

import pytest
from msgspec.structs import replace

from onecard.wire.messages import Load
from server.cards import tables as cards
from server.cards.loads import load_digest
from server.cards.service import loads_since, mark_published
from server.exceptions.tables import exception
from tests.server.books.engine import Books
from tests.server.books.station import UNIT, Plastic, Station
from tests.server.books.test_events import waiting_loads

PURSE, WAITING, DEBT = "card:20001:1:main:purse", "card:20001:1:main:waiting", "card:20001:debt"


def opened(books: Books, fen: int = 10_000) -> tuple[Station, Station, Plastic]:
    first, second, card = Station(1001), Station(1002), Plastic(20_001)
    first.issue(card, fen).done()
    books.upload(first)
    return first, second, card


def later(station: Station, *others: Station) -> Station:
    station.at = max(one.at for one in (station, *others)) + 10
    return station


@pytest.mark.parametrize("second_first", [False, True])
def test_a_weak_write_is_owed_and_the_branch_that_goes_on_counts(books: Books, second_first: bool) -> None:
    """Confirmed at the till, gone at the next one: what was sold stays sold."""
    first, second, card = opened(books)
    before = card.copy()
    first.sale(card, 800).done()
    later(second, first).sale(before, 300).done()
    later(first, second).sale(before, 200).done()
    for station in (second, first) if second_first else (first, second):
        books.upload(station)
        books.tie_out()
    assert books.balance(PURSE) == 9_500 == before.main
    assert books.balance(DEBT) == -800
    assert books.balance("owner:5:payable:11") == 1_300
    assert [row.fen for row in books.rows(exception) if row.kind == "chain_fork"] == [800]
    assert {"fork_again", "overspent", "card_loss"}.isdisjoint(books.kinds())


def test_a_branch_that_overtakes_brings_its_records_back(books: Books) -> None:
    """First one branch is longer, then the other: as if it had been so from the start."""
    first, second, card = opened(books)
    clone = card.copy()
    first.sale(card, 800).done()
    later(second, first).sale(clone, 300).done()
    books.upload(first)
    books.upload(second)
    assert (books.balance(PURSE), books.balance(DEBT)) == (9_700, -800)
    later(first, second).sale(card, 100).done()
    books.upload(first)
    assert (books.balance(PURSE), books.balance(DEBT)) == (9_100, -300)
    # The office is told what it costs as it stands now.
    assert [row.fen for row in books.rows(exception) if row.kind == "chain_fork"] == [300]
    assert [(row.fact & 0xFFFFFF, row.card) for row in books.rows(cards.lost_link)] == [(1, 20_001)]
    books.tie_out()


def test_loads_of_the_dead_branch_wait_under_the_same_numbers(books: Books) -> None:
    """D9 I13: the card lost them, so it gets them once more."""
    first, second, card = opened(books)
    kiosk = Station(2001)
    kiosk.waiting(card, 5_000, (kiosk.credit(5_000, 1),))
    books.upload(kiosk)
    (load,) = waiting_loads(books)
    before = card.copy()
    later(first, kiosk).load(card, (load,)).done()
    books.upload(first)
    assert waiting_loads(books) == ()
    later(second, first).sale(before, 300).done()
    later(second, first).sale(before, 300).done()
    books.upload(second)
    (again,) = waiting_loads(books)
    assert again == load
    assert (books.balance(PURSE), books.balance(WAITING)) == (9_400, 5_000)
    books.tie_out()


def test_the_same_load_on_both_branches_is_applied_on_the_living_one(books: Books) -> None:
    first, second, card = opened(books)
    kiosk = Station(2001)
    kiosk.waiting(card, 5_000, (kiosk.credit(5_000, 1),))
    books.upload(kiosk)
    (load,) = waiting_loads(books)
    before = card.copy()
    later(first, kiosk).load(card, (load,)).done()
    later(second, first).load(before, (load,)).done()
    books.upload(first)
    books.upload(second)
    assert (books.balance(PURSE), books.balance(WAITING)) == (15_000, 0)
    assert "load_twice" not in books.kinds()
    assert books.balance("unresolved:1002") == books.balance("unresolved:1001") == 0
    books.tie_out()
    later(first, second).sale(card, 100).done()
    books.upload(first)
    assert (books.balance(PURSE), books.balance(WAITING)) == (14_900, 0)
    books.tie_out()


# F: D9 G6
def test_a_load_the_books_never_had_waits_as_an_empty_number_when_its_branch_dies(books: Books) -> None:
    """The server was restored and the card rolled back: only the number is known, the money is nobody's."""
    first, second, card = opened(books)
    load = Load(card=20_001, issue=1, number=1, fen=700, kind="recharge")
    load = replace(load, digest=load_digest(load))
    before = card.copy()
    later(first).load(card, (load,)).done()
    books.upload(first)
    later(second, first).sale(before, 300).done()
    later(second, first).sale(before, 300).done()
    books.upload(second)
    books.tie_out()
    assert (books.balance(PURSE), books.balance(WAITING)) == (9_400, 0)
    assert [(one.number, one.fen) for one in waiting_loads(books)] == [(1, 0)]
    assert books.balance("unresolved:1001") == 0
    for _ in range(3):
        later(first, second).sale(card, 100).done()
    books.upload(first)
    books.tie_out()
    assert books.balance(PURSE) == 10_400 == card.main
    assert waiting_loads(books) == ()


def test_what_did_not_fit_is_not_paid_twice(books: Books) -> None:
    """The rest of a load has a number of its own; when the load waits again the rest is taken back."""
    first, second, card = opened(books)
    kiosk = Station(2001)
    kiosk.waiting(card, 5_000, (kiosk.credit(5_000, 1),))
    books.upload(kiosk)
    (load,) = waiting_loads(books)
    before = card.copy()
    later(first, kiosk).load(card, (load,), worth=(2_000,)).done()
    books.upload(first)
    books.write(lambda c: mark_published(c, UNIT, 99))
    later(second, first).sale(before, 100).done()
    books.upload(second)
    assert [one.fen for one in waiting_loads(books)] == [5_000, 3_000, -3_000]
    assert books.balance(WAITING) == 5_000
    books.tie_out()
    later(first, second).sale(card, 100).done()
    books.upload(first)
    assert books.balance(PURSE) + books.balance(WAITING) == 15_000 - 100 + 0
    books.tie_out()


@pytest.mark.parametrize("kind", ["recharge", "void"])
def test_money_paid_in_on_the_dead_branch_comes_as_a_new_load(books: Books, kind: str) -> None:
    first, second, card = opened(books)
    sold = first.sale(card, 1_000).done()
    before = card.copy()
    if kind == "recharge":
        first.recharge(card, 2_000).done()
    else:
        first.void(card, sold, 1_000).done()
    later(second, first).sale(before, 100).done()
    books.upload(first)
    books.upload(second)
    assert books.balance(PURSE) == 8_900
    assert [one.kind for one in waiting_loads(books)] == ["fork"]
    assert books.balance(WAITING) == (2_000 if kind == "recharge" else 1_000)
    books.tie_out()
    later(first, second).sale(card, 100).done()
    books.upload(first)
    assert books.balance(PURSE) == card.main
    assert books.balance(WAITING) == 0
    books.tie_out()


def test_debt_is_taken_from_what_comes_next_and_given_back_if_it_was_none(books: Books) -> None:
    """D9: before a load gets its number."""
    first, second, card = opened(books)
    clone = card.copy()
    first.sale(card, 800).done()
    later(second, first).sale(clone, 300).done()
    books.upload(first)
    books.upload(second)
    kiosk = later(Station(2001), second)
    kiosk.waiting(card, 5_000, (kiosk.credit(5_000, 1),))
    books.upload(kiosk)
    later(first, second, kiosk).sale(card, 100).done()
    books.upload(first)
    debt, waiting = books.balance(DEBT), books.balance(WAITING)
    assert books.balance(PURSE) + waiting + debt == card.main + 5_000 - 300
    assert debt <= 0
    books.tie_out()


def test_two_forks_within_the_time_are_an_alarm(books: Books) -> None:
    """Exchange the card. A long dead branch is one fork."""
    first, second, card = opened(books)
    clone = card.copy()
    for _ in range(3):
        first.sale(card, 100).done()
        later(second, first).sale(clone, 100).done()
        later(first, second)
    books.upload(first)
    books.upload(second)
    assert books.kinds().count("chain_fork") == 1
    assert "fork_again" not in books.kinds()
    other = card.copy() if card.last != clone.last else clone
    alive = max(card, clone, key=lambda one: (one.counter, second.at if one is clone else 0))
    other = alive.copy()
    later(first, second).sale(alive, 50).done()
    later(second, first).sale(other, 60).done()
    books.upload(first)
    books.upload(second)
    assert books.kinds().count("chain_fork") == 2
    assert "fork_again" in books.kinds()
    books.tie_out()


def test_more_spent_than_ever_went_on_is_an_alarm(books: Books) -> None:
    """220 cloned water cards: found because more was spent than loaded."""
    first, second, card = opened(books, 1_000)
    clone = card.copy()
    first.sale(card, 800).done()
    later(second, first).sale(clone, 800).done()
    books.upload(first)
    books.upload(second)
    assert "overspent" in books.kinds()
    assert (books.balance(PURSE), books.balance(DEBT)) == (200, -800)
    books.tie_out()


def test_waiting_loads_go_on_being_numbered_behind(books: Books) -> None:
    first, second, card = opened(books)
    before = card.copy()
    first.recharge(card, 700).done()
    later(second, first).sale(before, 100).done()
    books.upload(first)
    books.upload(second)
    version, loads, _ = books.read(lambda c: loads_since(c, UNIT, 0))
    assert version > 0
    assert [one.number for one in loads] == [1]


@pytest.mark.parametrize(("given_up", "late"), [(False, False), (False, True), (True, False)])
def test_what_a_card_paid_that_was_settled_as_never_paid_is_told(
    books: Books, given_up: bool, late: bool
) -> None:
    """G6: a copy without the sale proves that it never was; then the plastic with the sale comes back."""
    first, second, card = opened(books)
    copy = card.copy()
    move = first.sale(card, 100).write()
    if given_up:
        first.give_up(move.id)
        first.see(move.id, copy)
    else:
        first.not_written(move.id)
    later(second, first).sale(card, 300).done()
    for station in (second, first) if late else (first, second):
        books.upload(station)
        books.tie_out()
    assert books.balance(PURSE) == 9_600 == card.main
    assert books.balance("difference:1001") == 100
    assert ("paid_for_nothing", 100, 20_001) in {(r.kind, r.fen, r.card) for r in books.rows(exception)}
    assert [row.gaps for row in books.rows(cards.chain)] == [0]


def test_what_a_card_got_twice_because_it_was_settled_as_never_got_is_told(books: Books) -> None:
    """G6: the recharge waits as a load, and the plastic that comes back has it as well."""
    first, second, card = opened(books)
    copy = card.copy()
    move = first.recharge(card, 700).write()
    first.give_up(move.id)
    first.see(move.id, copy)
    later(second, first).sale(card, 300).done()
    for station in (first, second):
        books.upload(station)
        books.tie_out()
    assert (books.balance(PURSE), books.balance(WAITING)) == (10_400, 700)
    assert books.balance("unresolved:1001") == -700
    assert ("infer_unclear", 700) in {(row.kind, row.fen) for row in books.rows(exception)}
