"""Goal: who could do what before an update can do the same after it. F: H2 H4

Method: a database of the version before, with people in it, brought up to date on both engines.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, text

from server.migrations import config, upgrade
from server.operators.rights import rights
from tests.server.books.conftest import postgres
from tests.server.books.engine import Books

__all__ = ["postgres"]


@pytest.fixture(params=["sqlite", "postgresql"])
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Books]:
    """A unit as version 0004 kept it: an administrator, and a manager of branch 2."""
    if request.param == "sqlite":
        made = Books(f"sqlite:///{tmp_path}/before.db")
    else:
        made = Books(request.getfixturevalue("postgres").new())

    def write(connection: Connection) -> None:
        command.upgrade(config(connection), "0004")
        for statement in (
            "INSERT INTO unit (unit_id, name, day_starts_at_minute, made_at) VALUES (1, 'x', 0, 0)",
            "INSERT INTO role VALUES (1, 1, 'a', 'pos.sell console.view console.operator')",
            "INSERT INTO role VALUES (1, 2, 'b', 'console.view console.member')",
            "INSERT INTO operator_grant (unit_id, operator, role, branch) VALUES (1, 1, 1, 0), (1, 2, 2, 2)",
            "INSERT INTO member (unit_id, member, number, name, phone, department, branch, made_at) "
            "VALUES (1, 1, 'S1', 'x', '', '', 2, 0)",
            *(
                "INSERT INTO operator (unit_id, operator, login, name, state, pin, password, must_change, "
                f"password_until, card, language) VALUES (1, {number}, 'o{number}', 'x', 'active', '', '', "
                "false, 0, 0, '')"
                for number in (1, 2)
            ),
        ):
            connection.execute(text(statement))
        upgrade(connection)

    made.write(write)
    yield made
    made.close()


def test_grants_are_of_every_owner_and_the_administrator_keeps_everything(before: Books) -> None:
    first, second = (before.read(lambda c, n=n: rights(c, 1, n)) for n in (1, 2))
    assert first is not None
    assert second is not None
    for name in (
        "console.operator",
        "console.organisation",
        "console.log",
        "console.person",
        "console.system",
    ):
        assert first.may(name, 0), name
        assert not second.may(name), name
    assert second.scope("console.view").places == {(2, 0)}
    row = before.read(lambda c: c.execute(text('SELECT "group", state FROM member')).one())
    assert tuple(row) == ("", "active")
    assert before.read(lambda c: c.execute(text("SELECT live_at FROM unit")).scalar()) == 0
