"""Goal: a scope holds exactly its places, for every kind of row. F: H2

Method: entries, terminals, members of all four (branch, owner) places against each scope, on both engines.
"""

import pytest
import sqlalchemy as sa

from server.books.tables import entry
from server.members.service import find
from server.organisation.scope import Scope
from server.organisation.service import branches, change_outlet, outlets, owners
from server.terminals.service import add_terminal, terminals
from tests.server.books.station import NOW, UNIT
from tests.server.unit import Unit

#: outlet → (branch, owner)
OUTLETS = {1: (1, 1), 2: (1, 2), 3: (2, 1), 4: (2, 2)}


def scope(*places: tuple[int, int]) -> Scope:
    return Scope(UNIT, frozenset(places))


SCOPES = {
    "whole": (scope((0, 0)), {1, 2, 3, 4}),
    "branch": (scope((2, 0)), {3, 4}),
    "owner": (scope((0, 2)), {2, 4}),
    "owner in a branch": (scope((2, 2)), {4}),
    "two places": (scope((1, 0), (0, 2)), {1, 2, 4}),
    "nowhere": (scope(), set()),
    "another unit": (Scope(2, frozenset({(0, 0)})), set()),
}


@pytest.fixture
def full(unit: Unit) -> Unit:
    def rows(c: sa.Connection) -> None:
        for outlet, (_, owner) in OUTLETS.items():
            box = add_terminal(c, UNIT, NOW, kind="pos", name=f"{outlet} 号机", outlet_no=outlet)
            base = {"unit_id": UNIT, "card": 0, "issue": 0, "operator": 0, "shift": 0, "at": NOW, "day": 1}
            base |= {"corrects": 0, "batch": 0, "terminal": box}
            for at, (kind, where) in enumerate((("sale", (outlet, owner)), ("recharge", (0, 0)))):
                number = outlet * 10 + at
                c.execute(
                    entry.insert().values(
                        **base, entry=number, fact=number, kind=kind, fen=-1, outlet=where[0], owner=where[1]
                    )
                )

    unit.write(rows)
    unit.member("甲", 1)
    unit.member("乙", 2)
    return unit


@pytest.mark.parametrize("name", SCOPES)
def test_a_scope_holds_its_places_and_no_others(full: Unit, name: str) -> None:
    mine, expected = SCOPES[name]

    def read(c: sa.Connection) -> None:
        assert {row["outlet"] for row in outlets(c, mine)} == expected
        assert {row["outlet"] for row in terminals(c, mine)} == expected
        seen = c.execute(sa.select(entry.c.entry).where(mine.by_sale(entry))).scalars().all()
        assert {number // 10 for number in seen} == expected
        assert len(seen) == 2 * len(expected)
        by_box = c.execute(sa.select(entry.c.entry).where(mine.by_terminal(entry))).scalars().all()
        assert sorted(by_box) == sorted(seen)
        assert {row["branch"] for row in branches(c, mine)} == {OUTLETS[one][0] for one in expected}
        assert {row["owner"] for row in owners(c, mine)} == {OUTLETS[one][1] for one in expected}
        people = {row["name"] for row in find(c, mine, "")}
        assert people == {"whole": {"甲", "乙"}, "branch": {"乙"}, "two places": {"甲"}}.get(name, set())
        assert mine.sees_people == bool(people) or name == "another unit"

    full.read(read)


@pytest.mark.parametrize("name", SCOPES)
def test_a_place_lies_in_a_scope_if_each_of_its_outlets_does(name: str) -> None:
    mine, expected = SCOPES[name]
    if mine.unit != UNIT:
        return
    for place in ((b, o) for b in (0, 1, 2) for o in (0, 1, 2)):
        inside = {n for n, (b, o) in OUTLETS.items() if place[0] in (0, b) and place[1] in (0, o)}
        if mine.has(*place):
            assert inside <= expected
    for number, place in OUTLETS.items():
        assert mine.has(*place) == (number in expected)


def test_what_was_sold_stays_with_the_owner_of_that_day(full: Unit) -> None:
    """An outlet that changes hands takes its future with it, not its past."""
    full.write(lambda c: change_outlet(c, UNIT, 2, "换了业主", 1, 1, NOW))
    old, new = scope((0, 2)), scope((0, 1))

    def sales(mine: Scope) -> set[int]:
        query = sa.select(entry.c.outlet).where(mine.by_sale(entry), entry.c.kind == "sale")
        return set(full.read(lambda c: c.execute(query).scalars().all()))

    assert sales(old) == {2, 4}
    assert sales(new) == {1, 3}
