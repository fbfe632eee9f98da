"""Goal: a copied disk goes on in its next life; two boxes that live on one key are stopped.

Method: a real terminal and a copy of its disk take turns before the real office, on both engines. F: E8
"""

import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from onecard.errors import Refused
from onecard.wire import messages as m
from server.books.tables import entry
from server.exceptions.tables import exception
from server.terminals import service, suspension, version
from server.terminals.tables import terminal
from tests.server.office import Office
from tests.server.terminals.box import Box
from tests.server.terminals.desk import Desk

KIND = exception.c.kind == "terminal_suspended"


class Twins:
    """A box and the copy of its disk, and what both sold."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.office = desk.office
        self.first = Box(desk.office, folder / "first")
        self.sold = 0
        self.sell(self.first)
        self.first.sync()
        self.first.close()
        shutil.copytree(folder / "first", folder / "second")
        self.first.start()
        self.second = Box.__new__(Box)
        self.second.__dict__.update(self.first.__dict__)
        self.second.folder = folder / "second"
        self.second.start()

    def sell(self, box: Box) -> None:
        """Something with money in it."""
        self.sold += 100
        at = self.office.clock.now()
        box.journal.append(
            lambda id: m.DrawerMove(
                unit=1, id=id, at=at, day=2_500, shift=1, operator=1, way="in", fen=100, reason="safe"
            )
        )

    def turn(self, box: Box) -> str:
        """Sells something and asks the office."""
        self.sell(box)
        try:
            return box.sync()
        except Refused as refused:
            return refused.code
        finally:
            self.office.run(self.office.runtime.look())

    def close(self) -> None:
        self.first.close()
        self.second.close()


@pytest.fixture
def twins(desk: Desk, tmp_path: Path) -> Any:
    made = Twins(desk, tmp_path)
    yield made
    made.close()


def listed(office: Office, number: int) -> int:
    query = sa.select(exception.c.exception).where(KIND, exception.c.terminal == number)
    return len(office.read(lambda c: c.execute(query).all()))


def state(office: Office, number: int) -> str:
    row = office.read(lambda c: service.by_number(c, office.unit, number))
    return str(row["state"])


def release(office: Office, number: int) -> None:
    now = office.clock.now()
    office.write(lambda c: suspension.release(c, office.unit, number, now, 1))
    office.run(office.runtime.look())


def test_two_live_boxes_are_stopped_and_one_goes_on_after_a_person_came(twins: Twins) -> None:
    office, number = twins.office, twins.first.number
    twins.turn(twins.first)
    said = []
    for turn in range(6):
        office.clock.advance(60)
        said.append(twins.turn((twins.second, twins.first)[turn % 2]))
        if state(office, number) == "suspended":
            break
    assert said == ["journal.other_life"] * 3
    assert (state(office, number), listed(office, number)) == ("suspended", 1)
    assert twins.turn(twins.first) == twins.turn(twins.second) == "terminal.suspended"
    # The second box is found; what it wrote is brought in as of any copied disk.
    release(office, number)
    assert twins.turn(twins.first) == "journal.other_life"
    assert twins.turn(twins.first) == ""
    assert state(office, number) == "enrolled", "the lives before its release do not count again"
    assert twins.turn(twins.second) == "journal.other_life"
    query = sa.select(sa.func.sum(entry.c.fen)).where(entry.c.kind == "drawer", entry.c.terminal == number)
    assert office.read(lambda c: c.execute(query).scalar()) == twins.sold, (
        "nothing that was journaled is lost"
    )


def test_lives_that_are_hours_apart_are_copies_put_back(twins: Twins) -> None:
    office, number = twins.office, twins.first.number
    for turn in range(5):
        office.clock.advance(2_000)
        twins.turn((twins.second, twins.first)[turn % 2])
    assert (state(office, number), listed(office, number)) == ("enrolled", 0)


def test_only_a_person_who_may_releases_it(office: Office) -> None:
    browser = office.administrator()
    till = office.till()
    row = terminal
    mine = row.c.terminal == till.terminal

    def suspend(c: sa.Connection) -> None:
        c.execute(row.update().where(mine).values(state="suspended"))
        version.touch(c, office.unit, version.REGISTRY, 1)

    office.write(suspend)
    office.run(office.runtime.look())
    assert till.shake().code == "terminal.suspended"
    page = f"/terminals/{till.terminal}"
    assert f"{page}/release" in browser.get(page).text
    assert browser.post(f"{page}/release", _from=page).status == 303
    assert till.shake().status == 200
    assert f"{page}/release" not in browser.get(page).text
