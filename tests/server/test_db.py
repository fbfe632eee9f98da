"""Goal: what a failed statement says, which goes into the log, holds nothing that was written; long work on
what is read holds nobody up. F: H2 G1

Method: a row with a name in it that cannot be written, on both engines, by both ways of writing; work that
ends only when the loop that asked for it goes on.
"""

import asyncio
from threading import Event

import pytest
from sqlalchemy.exc import DBAPIError

from server.members.tables import member
from tests.server.unit import Unit, postgres, unit

__all__ = ["postgres", "unit"]


def test_a_failed_statement_names_nobody(unit: Unit) -> None:
    key = unit.member("欧阳娜娜", phone="13812345678")
    table = member
    row = dict(unit.read(lambda c: c.execute(table.select().where(table.c.member == key)).mappings().one()))

    def twice(connection: object) -> None:
        connection.execute(table.insert().values(**row))  # type: ignore[attr-defined]

    for write in (unit.books.db.write, unit.books.db.post):
        with pytest.raises(DBAPIError) as error:
            unit.books.run(write(twice))
        said = str(error.value)
        assert "member" in said
        assert not any(str(value) in said for value in row.values() if isinstance(value, str) and value)


def test_a_study_leaves_the_loop_to_others(unit: Unit) -> None:
    heard = Event()

    async def both() -> tuple[bool, int]:
        asyncio.get_running_loop().call_later(0.01, heard.set)
        return await unit.books.db.study(lambda c: (heard.wait(20), len(c.execute(member.select()).all())))

    unit.member("欧阳娜娜")
    assert unit.books.run(both()) == (True, 1)
