"""A small unit on either engine: two branches, two owners, four outlets, and its administrator (operator 1).

Outlet 1 is of branch 1 and owner 1, 2 of 1 and 2, 3 of 2 and 1, 4 of 2 and 2.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onecard.ids import SeededEntropy
from server import bootstrap
from server.cards.tables import card
from server.members import service as members
from server.members.seal import Seals
from server.operators.rights import Rights, rights
from server.organisation import service as organisation
from server.organisation.scope import Scope
from tests.server.books.conftest import postgres
from tests.server.books.engine import Books
from tests.server.books.station import DAY, NOW, UNIT, Plastic, Station

__all__ = ["postgres", "unit"]

WHOLE = Scope.whole(UNIT)
SECOND = Scope(UNIT, frozenset({(2, 0)}))
OWNER = Scope(UNIT, frozenset({(0, 2)}))


class Unit:
    """Empty books of a unit whose places are known."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.entropy = SeededEntropy(5)
        self.seals = Seals(bytes(range(32)), self.entropy)
        books.write(lambda c: bootstrap.make(c, NOW, self.entropy))
        books.write(self._places)

    def _places(self, connection: Any) -> None:
        organisation.add_branch(connection, UNIT, "东校区")
        organisation.add_owner(connection, UNIT, "东方餐饮")
        for branch, owner in ((1, 2), (2, 1), (2, 2)):
            organisation.add_outlet(connection, UNIT, f"网点 {branch}/{owner}", branch, owner)

    def read(self, work: Any) -> Any:
        return self.books.read(work)

    def write(self, work: Any) -> Any:
        return self.books.write(work)

    def member(self, name: str, branch: int = 1, **more: str) -> int:
        return int(self.write(lambda c: members.add_member(c, UNIT, NOW, name=name, branch=branch, **more)))

    def rights(self, operator: int = 1) -> Rights:
        found = self.read(lambda c: rights(c, UNIT, operator))
        assert found is not None
        return found


@pytest.fixture(params=["sqlite", "postgresql"])
def unit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Unit]:
    """Every test that asks for it runs on both engines."""
    if request.param == "sqlite":
        books = Books(f"sqlite:///{tmp_path}/unit.db")
        books.create()
    else:
        books = Books(request.getfixturevalue("postgres").with_tables())
    yield Unit(books)
    books.close()


def trade(unit: Unit) -> dict[str, Plastic]:
    """A few days of three cards: a of 甲 (branch 1), b of 乙 and c of 丙 (branch 2), on purse cards."""
    station, found = Station(1001), {}
    for at, (letter, branch) in enumerate((("甲", 1), ("乙", 2), ("丙", 2))):
        key = unit.member(letter, branch, number=f"S{at}", department="高三" if branch == 2 else "研发")
        plastic = Plastic(20_001 + at)
        station.day = DAY + at
        station.issue(plastic, 10_000, deposit=1_000).done()
        unit.books.upload(station)
        unit.write(
            lambda c, n=plastic.card, k=key: c.execute(card.update().where(card.c.card == n).values(member=k))
        )
        found["abc"[at]] = plastic
    station.day = DAY + 2
    station.recharge(found["b"], 5_000).done()
    station.sale(found["a"], 1_500).done()
    unit.books.upload(station)
    return found
