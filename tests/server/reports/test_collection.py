"""Goal: finance sees every emptied box with its difference, each only of his branches, as the books have it.

Method: two kiosks of two branches, emptied right, short and over; on both engines; then a row made wrong.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from onecard.clock import business_day, card_day
from onecard.wire.messages import Collection, Credit, Notes
from server.organisation.scope import Scope
from server.reports import collection as report
from server.terminals import service
from tests.server.books.station import NOW, UNIT, Station
from tests.server.unit import OWNER, SECOND, WHOLE, Unit

ATTENDANT, WITNESS, DAY_S = 9, 8, 86_400
#: The business day of NOW.
TODAY = card_day(business_day(NOW))


class Kiosk:
    """``put`` and ``empty`` of one journal."""

    def __init__(self, unit: Unit, outlet: int, number: int) -> None:
        self.unit, self.station, self.cycle = unit, Station(number), 0
        unit.write(
            lambda c: service.add_terminal(
                c, UNIT, NOW, kind="kiosk", name=f"自助机 {number}", outlet_no=outlet, number=number
            )
        )

    def put(self, *values: int) -> None:
        for fen in values:
            self.cycle += 1
            head = self.station.head()
            self.station.append(Credit(**head, acceptor="A1", boot=1, cycle=self.cycle, value_fen=fen))

    def empty(self, fen: int, day: int = 0, witness: int = 0, box: str = "") -> None:
        head = {**self.station.head(), "operator": ATTENDANT, "at": NOW + day * DAY_S, "day": TODAY + day}
        counted, metered = (Notes(1, fen),), (Notes(100, 50),)
        said: dict[str, Any] = {"box": box, "counted": counted, "metered": metered, "witness": witness}
        self.station.append(Collection(**head, acceptor="A1", **said))
        self.unit.books.upload(self.station)


@pytest.fixture
def emptied(unit: Unit) -> Iterator[Unit]:
    """Outlet 1 is of branch 1, outlet 3 of branch 2."""
    one, two = Kiosk(unit, 1, 2001), Kiosk(unit, 3, 2002)
    one.put(10_000, 5_000)
    one.empty(15_000)
    one.put(2_000)
    one.empty(1_900, day=1, witness=WITNESS)
    two.put(5_000)
    two.empty(5_100, day=2, box="A1")
    yield unit
    unit.books.tie_out()


def rows(
    unit: Unit, scope: Scope = WHOLE, first: int = TODAY, last: int = TODAY + 9, **how: bool
) -> list[report.Row]:
    found: list[report.Row] = unit.read(lambda c: report.rows(c, scope, first, last, **how))
    return found


def test_every_box_with_what_was_counted_expected_and_between(emptied: Unit) -> None:
    """D7 G4"""
    found = rows(emptied)
    assert [(row.terminal, row.booked_fen, row.counted_fen, row.difference_fen) for row in found] == [
        (2002, 5_000, 5_100, 100), (2001, 2_000, 1_900, -100), (2001, 15_000, 15_000, 0),
    ]  # fmt: skip
    assert [(row.attendant, row.witness, row.box, row.metered_fen) for row in found] == [
        (ATTENDANT, 0, "A1", 5_000), (ATTENDANT, WITNESS, "", 5_000), (ATTENDANT, 0, "", 5_000),
    ]  # fmt: skip
    assert (found[0].name, found[0].branch_name, found[0].outlet_name) == (
        "自助机 2002",
        "东校区",
        "网点 2/1",
    )
    assert found[1].at == NOW + DAY_S
    assert [row.difference_fen for row in rows(emptied, differing=True)] == [100, -100]
    assert emptied.read(lambda c: report.check(c, WHOLE, found)) == []


def test_days_are_business_days_and_both_count(emptied: Unit) -> None:
    assert [row.terminal for row in rows(emptied, first=TODAY + 1, last=TODAY + 1)] == [2001]
    assert len(rows(emptied, first=TODAY, last=TODAY + 1)) == 2
    assert rows(emptied, first=TODAY + 3) == []


def test_each_sees_the_kiosks_of_his_branches_and_owners_see_none(emptied: Unit) -> None:
    """F: H2"""
    assert [row.terminal for row in rows(emptied, SECOND)] == [2002]
    assert rows(emptied, OWNER) == []


def test_a_row_that_is_not_as_the_books_have_it_is_said(emptied: Unit) -> None:
    first, *others = rows(emptied)
    for wrong in ({"booked_fen": 5_100}, {"counted_fen": 5_000}):
        told = [msgspec.structs.replace(first, **wrong), *others]
        (said,) = emptied.read(lambda c, told=told: report.check(c, WHOLE, told))
        assert said.startswith(str(first.id))
