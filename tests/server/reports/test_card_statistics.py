"""Goal: the figures about cards are those of the books, by period and type, and each sees his own. F: A10 A15

Method: three cards of two branches over three days, on both engines; then a figure made wrong.
"""

import pytest
import sqlalchemy as sa

from onecard.wire.messages import CardType
from server.books.tables import wallet
from server.cards.tables import card, issue
from server.catalogue.service import put_card_type
from server.reports import card_statistics as report
from tests.server.books.station import DAY, NOW, UNIT
from tests.server.unit import OWNER, SECOND, WHOLE, Unit, trade


def rows(unit: Unit, scope=WHOLE, first: int = DAY, last: int = DAY + 9) -> list[report.Row]:
    return unit.read(lambda c: report.rows(c, scope, first, last, NOW))


def test_movements_are_of_the_period_and_balances_of_now(unit: Unit) -> None:
    trade(unit)
    (row,) = rows(unit)
    assert row.moved["issue"].count == 3
    assert row.moved["recharge"] == report.Moved(1, 5_000)
    assert row.moved["refund"] == row.moved["return_card"] == report.Moved()
    assert (row.active, row.lost, row.expired) == (3, 0, 0)
    assert (row.paid_fen, row.deposit_fen, row.given_fen) == (3 * 10_000 + 5_000 - 1_500, 3_000, 0)
    assert unit.read(lambda c: report.check(c, WHOLE, [row])) == []
    (first_day,) = rows(unit, last=DAY)
    assert first_day.moved["issue"].count == 1
    assert first_day.moved["recharge"] == report.Moved()
    (nothing,) = rows(unit, first=DAY + 3)
    assert nothing.moved["issue"].count == 0
    assert nothing.paid_fen == row.paid_fen


def test_lost_and_expired_cards_are_counted_apart(unit: Unit) -> None:
    trade(unit)

    def age(c: sa.Connection) -> None:
        c.execute(card.update().where(card.c.card == 20_001).values(state="lost"))
        c.execute(issue.update().where(issue.c.card == 20_002).values(until_day=DAY))

    unit.write(age)
    (row,) = rows(unit)
    assert (row.active, row.lost, row.expired, row.other) == (1, 1, 1, 0)


def test_each_sees_the_cards_of_his_people(unit: Unit) -> None:
    """F: H2"""
    trade(unit)
    (mine,) = rows(unit, SECOND)
    assert (mine.active, mine.moved["issue"].count, mine.paid_fen) == (2, 2, 25_000)
    (none,) = rows(unit, OWNER)
    assert (none.active, none.moved["issue"].count, none.paid_fen, none.deposit_fen) == (0, 0, 0, 0)


def test_anonymous_types_are_apart_for_the_supervisor(unit: Unit) -> None:
    """F: A15"""
    unit.write(
        lambda c: put_card_type(
            c, UNIT, CardType(type=2, name="不记名卡", anonymous=True, cap_fen=100_000), NOW
        )
    )
    trade(unit)
    unit.write(lambda c: c.execute(card.update().where(card.c.card == 20_003).values(type=2)))
    named, anonymous = rows(unit)
    assert (named.anonymous, named.active, named.paid_fen) == (False, 2, 23_500)
    assert (anonymous.anonymous, anonymous.active, anonymous.paid_fen) == (True, 1, 10_000)
    assert unit.read(lambda c: report.check(c, WHOLE, [named, anonymous])) == []


@pytest.mark.parametrize("fen", [1, -1, 10_000])
def test_a_figure_that_is_not_in_the_postings_is_found(unit: Unit, fen: int) -> None:
    trade(unit)
    unit.write(
        lambda c: c.execute(
            wallet.update().where(wallet.c.account.like("%:purse")).values(fen=wallet.c.fen + fen)
        )
    )
    said = rows(unit)
    assert [line.split()[0] for line in unit.read(lambda c: report.check(c, WHOLE, said))] == ["paid_fen"]
