"""Batch issue: import a list, then tap after tap with the next name shown. F: A2"""

import pytest
from sqlalchemy import update

from onecard.errors import Refused
from onecard.ids import RecordId
from server.books.tables import key_of
from server.cards.service import reserve_issue
from server.cards.tables import card as table
from server.issuing.service import add_list, ask, follow, lists, next_line, recall, skip
from tests.server.books.conftest import books, postgres
from tests.server.books.engine import Books
from tests.server.books.office.conftest import house
from tests.server.books.office.house import ANNA, PURSE, WHOLE, House
from tests.server.books.station import NOW, UNIT, Plastic

__all__ = ["Books", "books", "house", "postgres"]


@pytest.fixture
def people(house: House) -> list[int]:
    return [house.member(str(1_000 + one)) for one in range(3)]


def start(house: House, people: list[int]) -> int:
    made: int = house.books.write(
        lambda c: add_list(c, UNIT, "新生", 1, [(who, 5_000) for who in people], ANNA, NOW)
    )
    return made


def tap(house: House, number: int, seq: int, *, write: bool = True) -> int:
    """A blank medium is tapped for whoever comes next; his card's number."""
    line = house.books.read(lambda c: next_line(c, WHOLE, number))
    id = RecordId(1001, 1, 100 + seq)
    grant = house.books.write(
        lambda c: reserve_issue(c, UNIT, id, line["member"], f"0102030{seq}", PURSE, NOW)
    )
    house.books.write(lambda c: ask(c, UNIT, number, line["line"], key_of(id), grant.card))
    if write:
        plastic = Plastic(grant.card)
        move = house.station.issue(plastic, 5_000)
        move.done()
        assert house.books.upload(house.station).results == ()
    return int(grant.card)


def test_the_next_name_is_shown_until_the_list_is_done(house: House, people: list[int]) -> None:
    number = start(house, people)
    for seq, member in enumerate(people):
        line = house.books.read(lambda c: next_line(c, WHOLE, number))
        assert (line["member"], line["name"], line["opening_fen"]) == (member, f"人{1_000 + seq}", 5_000)
        tap(house, number, seq)
        assert house.books.write(lambda c: follow(c, UNIT, number))["issued"] == seq + 1
    assert house.books.read(lambda c: next_line(c, WHOLE, number)) is None
    assert [row["name"] for row in house.books.read(lambda c: lists(c, WHOLE))] == ["新生"]


def test_two_desks_never_take_the_same_line(house: House, people: list[int]) -> None:
    number = start(house, people)
    card = tap(house, number, 0, write=False)
    with pytest.raises(Refused, match=r"issuing\.taken"):
        house.books.write(lambda c: ask(c, UNIT, number, 1, 12_345, 99_999))
    key = key_of(RecordId(1001, 1, 100))
    house.books.write(lambda c: ask(c, UNIT, number, 1, key, card))  # the same question again
    assert house.books.read(lambda c: next_line(c, WHOLE, number))["line"] == 2


def test_who_is_not_there_comes_later(house: House, people: list[int]) -> None:
    number = start(house, people)
    house.books.write(lambda c: skip(c, UNIT, number, 1))
    assert house.books.read(lambda c: next_line(c, WHOLE, number))["member"] == people[1]
    with pytest.raises(Refused, match=r"issuing\.taken"):
        house.books.write(lambda c: skip(c, UNIT, number, 1))
    assert house.books.write(lambda c: recall(c, UNIT, number)) == 1
    assert house.books.read(lambda c: next_line(c, WHOLE, number))["member"] == people[0]


def test_a_card_that_was_not_written_is_asked_for_again(house: House, people: list[int]) -> None:
    number = start(house, people)
    card = tap(house, number, 0, write=False)
    assert house.books.write(lambda c: follow(c, UNIT, number)) == {"asked": 1, "waiting": 2}
    house.books.write(lambda c: c.execute(update(table).where(table.c.card == card).values(state="released")))
    assert house.books.write(lambda c: follow(c, UNIT, number)) == {"waiting": 3}
    assert house.books.read(lambda c: next_line(c, WHOLE, number))["line"] == 1


def test_what_no_list_may_say(house: House, people: list[int]) -> None:
    first = people[0]
    for bad in ([], [(first, 0), (first, 0)], [(99_999, 0)], [(first, -1)]):
        with pytest.raises(Refused):
            house.books.write(lambda c, bad=bad: add_list(c, UNIT, "新生", 1, bad, ANNA, NOW))
    number = start(house, people)
    with pytest.raises(Refused, match=r"issuing\.unknown"):
        house.books.write(lambda c: ask(c, UNIT, number, 77, 1, 1))
