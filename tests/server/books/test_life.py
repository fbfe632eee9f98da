"""Goal: a disk that went back in time and sold before it spoke with the office loses nobody's money.

Method: one station's journal is copied; both lives go on under the same numbers, and the second one issues
its records again in the next epoch, as a terminal does. F: E8 G6
"""

import copy

import pytest

from onecard.ids import RecordId
from onecard.wire.messages import ShiftOpen
from server.books.tables import key_of, shift_close
from server.cards import tables as cards
from server.cards.service import open_taps
from tests.server.books.engine import Books
from tests.server.books.station import UNIT, Plastic, Station

ONE, TWO = 20_001, 20_002


def purse(card: int) -> str:
    return f"card:{card}:1:main:purse"


class Lives:
    """``first`` is with the office already; ``second`` went on from a copy of its disk."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.first, self.one, self.two = Station(1001), Plastic(ONE), Plastic(TWO)
        for card in (self.one, self.two):
            self.first.issue(card, 10_000).done()
        books.upload(self.first)
        self.common = len(self.first.records)
        self.second = copy.deepcopy(self.first)

    def again(self, epoch: int = 2) -> Station:
        return issued_again(self.second, self.common, epoch)


def issued_again(second: Station, common: int, epoch: int = 2) -> Station:
    """The second life's own records in the next epoch, byte for byte."""
    next_life = Station(1001, epoch=epoch, at=second.at)
    for record in second.records[common:]:
        next_life.append(None, raw=bytes(record.body), was=record.was or (1, record.seq))
    return next_life


@pytest.fixture
def lives(books: Books) -> Lives:
    return Lives(books)


def kinds(books: Books) -> set[str]:
    """What the office is told of, but for the cards that nobody reserved."""
    return set(books.kinds()) - {"issue_unreserved"}


def holes(books: Books) -> list[int]:
    return [row.missing for row in books.rows(cards.gap)]


def test_both_sales_under_one_number_count_and_the_office_is_told(books: Books, lives: Lives) -> None:
    lives.first.sale(lives.one, 800).done()
    books.upload(lives.first)
    lives.second.sale(lives.two, 300).done()
    lives.second.sale(lives.two, 100).done()
    again = lives.again()
    for _ in range(2):  # the answer to the first upload was lost
        again.sent = 0
        books.upload(again)
    assert books.balance(purse(ONE)) == 9_200 == lives.one.main
    assert books.balance(purse(TWO)) == 9_600 == lives.two.main
    assert books.balance("owner:5:payable:11") == 1_200
    assert kinds(books) == {"record_conflict"}
    assert holes(books) == []
    other = Station(1002, at=again.at)
    other.sale(lives.two, 50).done()
    books.upload(other)
    assert holes(books) == [], "the card names it by the number that it was made under"
    books.tie_out()


def test_a_still_later_life_that_issues_them_once_more_posts_nothing_twice(
    books: Books, lives: Lives
) -> None:
    lives.first.sale(lives.one, 800).done()
    books.upload(lives.first)
    lives.second.sale(lives.two, 300).done()
    books.upload(lives.again())
    books.upload(lives.again(epoch=3))
    assert books.balance(purse(TWO)) == 9_700 == lives.two.main
    assert books.balance("owner:5:payable:11") == 1_100
    books.tie_out()


def test_records_that_the_office_has_already_keep_their_numbers(books: Books, lives: Lives) -> None:
    lives.first.sale(lives.one, 800).done()
    books.upload(lives.first)
    lives.second = copy.deepcopy(lives.first)
    lives.second.sale(lives.two, 300).done()
    books.upload(lives.again())
    assert (books.balance(purse(ONE)), books.balance(purse(TWO))) == (9_200, 9_700)
    assert not kinds(books)
    books.tie_out()


def test_a_number_that_a_note_had_is_free_for_a_sale(books: Books, lives: Lives) -> None:
    """The first life wrote down what a card said, where the second one sold."""
    lives.first.see(RecordId(1001, 1, 1), lives.one)
    lives.first.sale(lives.one, 800).done()
    books.upload(lives.first)
    lives.second.sale(lives.two, 300).done()
    books.upload(lives.again())
    assert books.balance(purse(ONE)) == 9_200 == lives.one.main
    assert books.balance(purse(TWO)) == 9_700 == lives.two.main
    assert "outcome_without_intent" not in kinds(books)
    books.tie_out()


def test_a_number_that_a_z_had_is_free_for_a_sale(books: Books, lives: Lives) -> None:
    """The first life closed its shift where the second one sold: no fact of the books has the number."""
    lives.first.close_shift(1, 0)
    lives.first.sale(lives.one, 800).done()
    books.upload(lives.first)
    lives.second.sale(lives.two, 300).done()
    books.upload(lives.again())
    assert books.balance(purse(TWO)) == 9_700 == lives.two.main
    assert "outcome_without_intent" not in kinds(books)
    books.tie_out()


def test_a_void_takes_back_the_sale_of_its_own_life(books: Books, lives: Lives) -> None:
    lives.first.sale(lives.one, 800).done()
    lives.first.sale(lives.one, 10).done()
    lives.first.sale(lives.one, 10).done()
    books.upload(lives.first)
    sold = lives.second.sale(lives.two, 300).done()
    lives.second.void(lives.two, sold, 300).done()
    books.upload(lives.again())
    assert books.balance(purse(TWO)) == 10_000 == lives.two.main
    assert books.balance("owner:5:payable:11") == 820
    assert "void_excess" not in kinds(books)
    books.tie_out()


def test_a_void_in_the_next_epoch_takes_back_the_sale_of_its_own_life(books: Books, lives: Lives) -> None:
    """Both lives sold to the same card under one number."""
    lives.first.sale(lives.one, 100).done()
    books.upload(lives.first)
    sold = lives.second.sale(lives.one, 350).done()
    again = lives.again()
    again.void(lives.one, sold, 350).done()
    books.upload(again)
    assert books.balance(purse(ONE)) == 9_900 == lives.one.main
    assert books.balance("owner:5:payable:11") == 100
    assert "void_excess" not in kinds(books)
    books.tie_out()


@pytest.mark.parametrize("written", [True, False])
def test_a_torn_sale_of_the_second_life_is_settled_by_its_card(
    books: Books, lives: Lives, written: bool
) -> None:
    lives.first.sale(lives.one, 800).done()
    books.upload(lives.first)
    torn = lives.second.sale(lives.two, 300)
    if written:
        torn.write()
    lives.second.unresolved(torn.id)
    lives.second.give_up(torn.id)
    books.upload(lives.again())
    other = Station(1002, at=lives.second.at + 100)
    other.see(torn.id, lives.two)
    books.upload(other)
    assert books.balance(purse(ONE)) == 9_200, "the first life's sale is not what that card was read for"
    assert books.balance(purse(TWO)) == lives.two.main
    waiting = books.balance(f"card:{TWO}:1:main:waiting")
    assert waiting == (300 if written else 0)
    (settled,) = books.rows(cards.settlement)
    assert settled.fact == key_of(torn.id) + (1 << 24) - lives.common
    books.tie_out()


def test_an_open_tap_is_published_by_the_number_on_its_card(books: Books, lives: Lives) -> None:
    """Its own terminal has it under that number, and would give up any other as nobody's."""
    lives.first.sale(lives.one, 800).done()
    books.upload(lives.first)
    torn = lives.second.sale(lives.two, 300)
    lives.second.unresolved(torn.id)
    books.upload(lives.again())
    (tap,) = books.read(lambda connection: open_taps(connection, UNIT))
    assert (tap.of, tap.card) == (torn.id, TWO)


def test_a_tap_that_only_the_first_life_knew_is_published(books: Books, lives: Lives) -> None:
    """Whoever sees its card says what became of it; nobody else will."""
    tap = lives.first.sale(lives.one, 800).write()
    books.upload(lives.first)
    assert books.read(lambda c: open_taps(c, UNIT)) == ()
    later = Station(1001, epoch=2, at=lives.first.at + 10)
    later.sale(lives.two, 300).done()
    books.upload(later)
    (found,) = books.read(lambda c: open_taps(c, UNIT))
    assert (found.of, found.given_up) == (tap.id, False)


def open_shift(station: Station, shift: int) -> int:
    """The number of the record that opens it."""
    head = station.head() | {"shift": shift}
    return station.append(ShiftOpen(**head, float_fen=500)).seq


@pytest.mark.parametrize(("counted", "wrong"), [(10_000, []), (9_900, ["1001 Z1"])])
def test_a_z_of_numbers_told_twice_is_no_shortage_but_one_of_before_may_be(
    books: Books, counted: int, wrong: list[str]
) -> None:
    """Its numbers are partly the first life's; the books cannot count it by them, and say why."""
    first, one, two = Station(1001), Plastic(ONE), Plastic(TWO)
    morning = open_shift(first, 1)
    first.issue(one, 10_000).done()
    first.close_shift(morning, counted)
    first.issue(two, 10_000).done()
    noon = open_shift(first, 2)
    books.upload(first)
    common, second = len(first.records), copy.deepcopy(first)
    first.recharge(one, 800).done()
    books.upload(first)
    second.recharge(two, 300).done()
    second.close_shift(noon, 300, shift=2)
    books.upload(issued_again(second, common))
    assert "record_conflict" in kinds(books)
    assert len(books.rows(shift_close)) == 2
    assert [one.subject for one in books.problems()] == wrong


def test_notes_of_the_second_life_reach_their_card(books: Books, lives: Lives) -> None:
    lives.first.sale(lives.one, 800).done()
    books.upload(lives.first)
    note = lives.second.credit(5_000, 7)
    lives.second.waiting(lives.two, 5_000, (note,))
    books.upload(lives.again())
    assert books.balance(f"card:{TWO}:1:main:waiting") == 5_000
    assert {"quarantined", "credit_sum"}.isdisjoint(kinds(books))
    books.tie_out()


def test_a_branch_that_died_is_taken_back_from_the_right_card(books: Books, lives: Lives) -> None:
    lives.first.sale(lives.one, 800).done()
    books.upload(lives.first)
    before = lives.two.copy()
    lives.second.sale(lives.two, 300).done()
    books.upload(lives.again())
    other = Station(1002, at=lives.second.at + 100)
    other.sale(before, 200).done()
    other.sale(before, 200).done()
    books.upload(other)
    assert books.balance(purse(TWO)) == 9_600 == before.main
    assert books.balance(f"card:{TWO}:debt") == -300
    assert books.balance(purse(ONE)) == 9_200
    books.tie_out()
