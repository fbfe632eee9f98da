"""Goal: what is done to many is done to exactly those, and the pay-out list is what the books owe. F: A16

Method: three cards of two departments on both engines; selections, scopes and days that are none.
"""

import pytest
import sqlalchemy as sa

from onecard.clock import business_day, card_day
from onecard.errors import Refused
from server.cards.tables import issue
from server.members import bulk, service
from server.members.bulk import Selection
from tests.server.books.station import NOW, UNIT
from tests.server.unit import SECOND, WHOLE, Unit, trade

PUPILS = Selection(department="高三")
TODAY = card_day(business_day(NOW))


def until(unit: Unit) -> dict[int, int]:
    return dict(
        unit.read(lambda c: [tuple(row) for row in c.execute(sa.select(issue.c.card, issue.c.until_day))])
    )


def people(unit: Unit) -> dict[str, tuple[str, str]]:
    rows = unit.read(lambda c: service.find(c, WHOLE, ""))
    return {row["name"]: (row["department"], row["state"]) for row in rows}


def test_who_leaves_is_on_the_pay_out_list_with_what_is_owed(unit: Unit) -> None:
    trade(unit)
    left = unit.write(lambda c: bulk.leave(c, WHOLE, PUPILS, NOW, 1))
    assert [(one.name, one.card, one.paid_fen, one.deposit_fen, one.payable_fen) for one in left] == [
        ("乙", 20_002, 15_000, 1_000, 16_000),
        ("丙", 20_003, 10_000, 1_000, 11_000),
    ]
    assert {name: state for name, (_, state) in people(unit).items()} == {
        "甲": "active", "乙": "left", "丙": "left",
    }  # fmt: skip


def test_debt_is_deducted_and_gifts_are_not_paid_out() -> None:
    base = {
        "member": 1,
        "number": "S",
        "name": "x",
        "department": "",
        "card": 1,
        "issue": 1,
        "state": "active",
    }
    base |= {"until_day": 1, "last_at": 0}
    held = bulk.Held(**base, paid_fen=1_000, given_fen=700, deposit_fen=500, debt_fen=200)
    assert held.payable_fen == 1_300
    assert bulk.Held(**base, paid_fen=0, given_fen=700, deposit_fen=0, debt_fen=200).payable_fen == 0


def test_a_department_moves_as_one(unit: Unit) -> None:
    trade(unit)
    assert unit.read(lambda c: bulk.departments(c, WHOLE)) == [("研发", 1), ("高三", 2)]
    assert unit.write(lambda c: bulk.move(c, WHOLE, PUPILS, "毕业生", NOW, 1)) == 2
    assert {name: where for name, (where, _) in people(unit).items()} == {
        "甲": "研发", "乙": "毕业生", "丙": "毕业生",
    }  # fmt: skip


def test_validity_is_extended_and_never_cut(unit: Unit) -> None:
    trade(unit)
    before = until(unit)
    unit.write(lambda c: c.execute(issue.update().where(issue.c.card == 20_002).values(until_day=TODAY + 9)))
    unit.write(lambda c: c.execute(issue.update().where(issue.c.card == 20_003).values(until_day=TODAY - 9)))
    assert unit.write(lambda c: bulk.extend(c, WHOLE, PUPILS, TODAY + 5, NOW, 1)) == 1
    assert until(unit) == {20_001: before[20_001], 20_002: TODAY + 9, 20_003: TODAY + 5}
    for day in (TODAY, 0, -1, bulk.LAST_DAY + 1):
        with pytest.raises(Refused):
            unit.write(lambda c, d=day: bulk.extend(c, WHOLE, PUPILS, d, NOW, 1))


def test_a_forgotten_field_never_means_everybody_and_no_scope_is_left(unit: Unit) -> None:
    """F: H2"""
    trade(unit)
    for work in (
        lambda c: bulk.move(c, WHOLE, Selection(), "x", NOW, 1),
        lambda c: bulk.leave(c, WHOLE, Selection(), NOW, 1),
        lambda c: bulk.extend(c, WHOLE, Selection(), TODAY + 1, NOW, 1),
    ):
        with pytest.raises(Refused) as no:
            unit.write(work)
        assert no.value.code == "member.nobody"
    assert unit.write(lambda c: bulk.move(c, SECOND, Selection(department="研发"), "偷", NOW, 1)) == 0
    assert unit.read(lambda c: bulk.held_cards(c, SECOND, Selection(department="研发"))) == []
    assert unit.read(lambda c: bulk.count(c, SECOND, Selection(keys=(1, 2, 3)))) == 2
    assert UNIT == 1


def test_dormant_cards_are_those_nobody_used(unit: Unit) -> None:
    cards = trade(unit)
    last = {one.card: one.last_at for one in unit.read(lambda c: bulk.held_cards(c, WHOLE, None))}
    assert set(last) == {one.card for one in cards.values()}
    limit = last[20_003] + 1
    idle = unit.read(lambda c: bulk.held_cards(c, WHOLE, None, idle_since=limit))
    assert [one.card for one in idle] == [20_003]
    assert idle[0].paid_fen == 10_000
    assert unit.read(lambda c: bulk.held_cards(c, WHOLE, None, idle_since=1)) == []
