"""Goal: nobody edits, removes or cuts off a line of the operation log unseen. F: H3

Method: write some lines, damage the table as somebody with the database could, check.
"""

import pytest
import sqlalchemy as sa

from server.operators import log
from server.operators.tables import operation_log
from server.organisation.scope import Scope
from tests.server.office import Office

table = operation_log


@pytest.fixture
def written(office: Office) -> Office:
    for at in range(5):
        office.write(lambda c, at=at: log.write(c, 1, at, 7, "test.deed", str(at), amount=at, 名="值"))
    return office


def test_a_whole_chain_verifies_and_lists_newest_first(written: Office) -> None:
    assert written.read(lambda c: log.check(c, 1)) == []
    lines = written.read(lambda c: log.search(c, Scope.whole(1), log.Wanted(), 3))
    assert [line["subject"] for line in lines] == ["4", "3", "2"]


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (sa.update(table).where(table.c.seq == 4).values(operator=8), "line 4 was changed"),
        (sa.update(table).where(table.c.seq == 4).values(detail="{}"), "line 4 was changed"),
        (sa.update(table).where(table.c.seq == 4).values(at=99), "line 4 was changed"),
        (sa.delete(table).where(table.c.seq == 4), "line 4 is missing"),
        (sa.delete(table).where(table.c.seq == 1), "line 1 is missing"),
        (sa.delete(table).where(table.c.seq == 6), "the end was cut off"),
        (sa.delete(table), "the end was cut off"),
    ],
)
def test_damage_is_named(written: Office, damage: sa.Executable, found: str) -> None:
    written.write(lambda c: c.execute(damage))
    assert found in written.read(lambda c: log.check(c, 1))


def test_a_deed_that_fails_leaves_no_line(written: Office) -> None:
    def fail(connection: sa.Connection) -> None:
        log.write(connection, 1, 9, 7, "test.undone")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        written.write(fail)
    assert "test.undone" not in [line["action"] for line in written.read(lambda c: log.search(c, Scope.whole(1), log.Wanted()))]
    assert written.read(lambda c: log.check(c, 1)) == []
