"""A close is a line under the books: complete, never changed, and what comes late is named late. F: G4 G5"""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import update

from onecard.clock import card_day, day_of_card
from onecard.errors import Refused
from server.books import tables as book_tables
from server.books.span import first_after
from server.exceptions.tables import exception
from server.settlement import branch, close, total
from tests.server.books.engine import Books
from tests.server.books.station import NOW, UNIT
from tests.server.settlement.unit import CHIEF, DAY, FINANCE, Unit


def figures(books: Books, number: int) -> dict[tuple[str, str, str], int]:
    """(kind, debit, credit) → fen of one close."""
    found: dict[tuple[str, str, str], int] = {}
    for one in books.read(lambda c: total.stored(c, UNIT, number - 1, number)):
        key = (one.where.kind, one.where.debit, one.where.credit)
        found[key] = found.get(key, 0) + one.fen
    return found


def test_a_close_holds_everything_since_the_one_before(books: Books) -> None:
    unit = Unit(books)
    unit.issue(10_000)
    unit.sell(1, 1_200)
    unit.upload()
    first = unit.close(DAY)
    assert first.batch_from == 0
    assert first.watermarks == {"1001": (1, 4)}
    assert figures(books, 1) == {
        ("issue", "till:1001:cash", "card:main:purse"): 10_000,
        ("sale", "card:main:purse", "owner:1:payable:1"): 1_200,
    }
    unit.today(DAY + 1)
    unit.sell(2, 300)
    unit.upload()
    second = unit.close(DAY + 1)
    assert second.batch_from == first.batch_upto
    assert figures(books, 2) == {("sale", "card:main:purse", "owner:2:payable:2"): 300}
    for one in (first, second):
        assert not books.read(lambda c, one=one: close.changed(c, UNIT, one))


def test_what_arrives_late_falls_into_the_next_close_under_its_own_day(books: Books) -> None:
    unit = Unit(books)
    unit.issue(10_000)
    unit.upload()
    unit.sell(2, 500)  # of today, still in the till when the day is closed
    unit.close(DAY)
    unit.upload()
    unit.today(DAY + 1)
    unit.sell(1, 700)
    unit.upload()
    unit.close(DAY + 1)
    days = {one.where.day: one.fen for one in books.read(lambda c: total.stored(c, UNIT, 1, 2))}
    assert days == {DAY: 500, DAY + 1: 700}


def test_a_day_without_a_sale_closes(books: Books) -> None:
    unit = Unit(books)
    assert unit.close(DAY).batch_upto == 0
    assert unit.close(DAY + 1).close == 2


def test_a_day_is_closed_once(books: Books) -> None:
    unit = Unit(books)
    unit.close(DAY)
    for day in (DAY, DAY - 1):
        with pytest.raises(Refused) as refused:
            unit.close(day)
        assert refused.value.code == "close.day_closed"


def test_an_exception_that_nobody_has_in_hand_stops_the_close(books: Books) -> None:
    unit = Unit(books)
    unit.issue(10_000)
    unit.tills[1].sale(unit.card, 400)
    unit.tills[1].done(unit.tills[1].next_id)  # names itself: an outcome without its intent
    unit.upload()
    assert books.kinds()
    with pytest.raises(Refused) as refused:
        unit.close(DAY)
    assert refused.value.code == "close.unowned"
    books.write(lambda c: c.execute(update(exception).values(in_charge=CHIEF)))
    assert unit.close(DAY).close == 1


def test_what_does_not_tie_out_needs_a_second_person_and_is_named(books: Books) -> None:
    unit = Unit(books)
    unit.issue(10_000)
    unit.upload()
    checked = books.read(lambda c: close.check(c, UNIT, DAY))
    wrong = (close.Problem("wallet", "card:1:main", 5, 4),)
    broken = msgspec.structs.replace(checked, problems=wrong)

    def attempt(seconded_by: int, problems: close.Checked) -> close.Close:
        return books.write(lambda c: close.make(c, UNIT, DAY, problems, FINANCE, NOW, seconded_by))

    for seconded_by, code in ((0, "close.differs"), (FINANCE, "close.same_person")):
        with pytest.raises(Refused) as refused:
            attempt(seconded_by, broken)
        assert refused.value.code == code
    made = attempt(CHIEF, broken)
    assert checked.problems == ()
    assert books.read(lambda c: close.last(c, UNIT)) == made
    assert [one.check for one in made.differences] == ["wallet"]


def test_what_comes_after_the_look_belongs_to_the_next_close(books: Books) -> None:
    """Nobody has looked at it yet, so no line is drawn under it."""
    unit = Unit(books)
    unit.issue(10_000)
    unit.upload()
    checked = books.read(lambda c: close.check(c, UNIT, DAY))
    unit.sell(1, 700)
    unit.upload()
    made = books.write(lambda c: close.make(c, UNIT, DAY, checked, FINANCE, NOW))
    assert figures(books, 1) == {("issue", "till:1001:cash", "card:main:purse"): 10_000}
    assert made.watermarks == {"1001": (1, 2)}
    unit.close(DAY + 1)
    assert figures(books, 2) == {("sale", "card:main:purse", "owner:1:payable:1"): 700}
    with pytest.raises(Refused) as refused:  # the look of yesterday
        books.write(lambda c: close.make(c, UNIT, DAY + 2, checked, FINANCE, NOW))
    assert refused.value.code == "close.day_closed"


def test_the_first_close_of_a_month_reads_everything(books: Books) -> None:
    """Two balances that are wrong by the same amount are right in sum: only reading everything tells."""
    unit = Unit(books)
    unit.issue(10_000)
    unit.upload()
    first = card_day(day_of_card(DAY).replace(day=1))
    assert unit.close(first + 40).entries_read == 1  # the first of all
    later = card_day(day_of_card(first + 40).replace(day=1)) + 20
    assert later > first + 40
    assert unit.close(later).entries_read == 0
    wallet = book_tables.wallet
    for card, fen in ((unit.card.card, 9_000), (unit.card.card + 1, 1_000)):
        account = f"card:{card}:1:main:purse"
        row = {"unit_id": UNIT, "account": account, "fen": fen}
        books.write(lambda c, a=account: c.execute(wallet.delete().where(wallet.c.account == a)))
        books.write(lambda c, row=row: c.execute(wallet.insert().values(row)))
    assert books.read(lambda c: close.check(c, UNIT, later + 1)).problems == ()
    asked = books.read(lambda c: close.check(c, UNIT, later + 1, whole=True))
    assert {one.check for one in asked.problems} >= {"wallet"}
    end = card_day((day_of_card(later) + timedelta(days=31)).replace(day=1)) - 1
    found = books.read(lambda c: close.check(c, UNIT, end))
    assert found.problems == asked.problems
    blind = books.read(lambda c: close.check(c, UNIT))
    with pytest.raises(Refused) as refused:
        books.write(lambda c: close.make(c, UNIT, end, blind, FINANCE, NOW))
    assert refused.value.code == "close.not_whole"
    made = books.write(lambda c: close.make(c, UNIT, end, found, FINANCE, NOW, CHIEF))
    assert books.read(lambda c: close.last(c, UNIT)) == made
    assert not books.read(lambda c: close.is_whole_due(c, UNIT, end + 27))


def test_the_cash_box_is_counted_against_its_notes(books: Books) -> None:
    """G4: credits between two collections, exact by the kiosk's own journal; the miscount is named."""
    unit = Unit(books)
    for cycle, fen in enumerate((10_000, 5_000), 1):
        unit.kiosk.credit(fen, cycle)
    unit.collect(14_900, 9)
    unit.kiosk.credit(2_000, 3)
    unit.collect(2_000, 9)
    unit.upload()
    assert books.balance("operator:9:cash") == -16_900
    assert books.balance("difference:2001") == -100
    assert books.balance("kiosk:2001:cashbox") == 0
    assert "cash_difference" in books.kinds()
    books.tie_out()
    books.upload(unit.kiosk, 0)
    assert books.balance("operator:9:cash") == -16_900


def test_head_office_sees_what_each_branch_took_and_what_was_spent_there(books: Books) -> None:
    """G3: recharge − consumption = amount between head office and branch."""
    unit = Unit(books)
    unit.issue(10_000)
    unit.recharge(2, 3_000)
    unit.sell(2, 4_000)
    unit.upload()
    unit.close(DAY)
    one, two = books.read(lambda c: branch.balances(c, UNIT, 0, 1))
    assert (one.branch, one.taken_fen, one.spent_fen, one.to_head_office_fen) == (1, 10_000, 0, 10_000)
    assert (two.branch, two.taken_fen, two.spent_fen, two.to_head_office_fen) == (2, 3_000, 4_000, -1_000)


def test_the_border_between_two_batches_is_found_wherever_it_is(books: Books) -> None:
    unit = Unit(books)
    unit.issue(10_000)
    unit.upload()
    for fen in (100, 200, 300, 400, 500):
        unit.sell(1, fen)
        if fen != 300:  # two entries in one batch
            unit.upload()
    rows = [(row.entry, row.batch) for row in books.rows(book_tables.entry)]
    numbers = {row.batch: row.batch_no for row in books.rows(book_tables.batch)}
    last = max(numbers.values())
    for after in range(-1, last + 2):
        behind = [number for number, batch in rows if numbers[batch] > after]
        found = books.read(lambda c, after=after: first_after(c, UNIT, after))
        assert found == (min(behind) if behind else rows[-1][0] + 1), after
    assert books.read(lambda c: first_after(c, UNIT + 1, 0)) == 1
