"""Goal: nobody edits, removes or cuts off a line of the operation log unseen, and lines are found. F: H3

Method: write some lines, damage the table as somebody with the database could, check; search under scopes.
"""

import pytest
import sqlalchemy as sa

from server.operators import log
from server.operators.tables import operation_head, operation_log
from server.organisation.scope import Scope
from tests.server.books.station import NOW, UNIT
from tests.server.office import Office
from tests.server.unit import OWNER, SECOND, WHOLE, Unit

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
    assert "test.undone" not in [
        line["action"] for line in written.read(lambda c: log.search(c, Scope.whole(1), log.Wanted()))
    ]
    assert written.read(lambda c: log.check(c, 1)) == []


def test_every_writer_has_a_chain_of_its_own(unit: Unit) -> None:
    """A second site writes beside the first; each chain is checked, also one whose head alone is left."""

    def other(c: sa.Connection) -> None:
        log.write(c, UNIT, NOW, 1, "test.first")
        prev = "0" * 64
        for seq in (1, 2):
            line = (seq, NOW, 1, "test.other", "", "{}", prev)
            names = ("seq", "at", "operator", "action", "subject", "detail", "prev")
            values = dict(zip(names, line, strict=True))
            prev = log.line_hash(*line)
            c.execute(operation_log.insert().values(unit_id=UNIT, writer=2, hash=prev, **values))
        c.execute(operation_head.insert().values(unit_id=UNIT, writer=2, seq=2, hash=prev))

    unit.write(other)
    assert unit.read(lambda c: log.check(c, UNIT)) == []
    assert [(writer, seq) for writer, seq, _ in unit.read(lambda c: log.heads(c, UNIT))] == [(1, 2), (2, 2)]
    gone = operation_log.c.writer == 2
    unit.write(lambda c: c.execute(operation_log.delete().where(gone, operation_log.c.seq == 2)))
    assert unit.read(lambda c: log.check(c, UNIT)) == ["the end was cut off"]
    unit.write(lambda c: c.execute(operation_log.delete().where(gone)))
    assert unit.read(lambda c: log.check(c, UNIT)) == ["the end was cut off"]
    unit.write(lambda c: c.execute(operation_head.delete().where(operation_head.c.writer == 2)))
    assert unit.read(lambda c: log.check(c, UNIT)) == []


def test_the_database_itself_refuses_a_fork(unit: Unit) -> None:
    """Two lines that name the same one before them."""
    unit.write(lambda c: log.write(c, UNIT, NOW, 1, "test.deed"))
    newest = operation_log.c.seq == 2
    with pytest.raises(sa.exc.IntegrityError):
        unit.write(
            lambda c: c.execute(
                operation_log.insert().from_select(
                    [column.name for column in operation_log.c],
                    sa.select(
                        *(
                            (column + 1).label("seq") if column.name == "seq" else column
                            for column in operation_log.c
                        )
                    ).where(newest),
                )
            )
        )


def test_a_chain_made_anew_is_found_by_a_hash_on_paper(unit: Unit) -> None:
    for at in range(4):
        unit.write(lambda c, at=at: log.write(c, UNIT, NOW + at, 1, "test.deed", str(at)))
    ((writer, seq, kept),) = unit.read(lambda c: log.heads(c, UNIT))
    assert unit.read(lambda c: log.has_line(c, UNIT, writer, seq, kept))

    def anew(c: sa.Connection) -> None:
        """Who holds the whole database leaves out a line and hashes everything again."""
        rows = c.execute(sa.select(operation_log).order_by(operation_log.c.seq)).all()
        c.execute(operation_log.delete())
        c.execute(operation_head.delete())
        for row in rows:
            if row.subject != "2":
                log.write(c, UNIT, row.at, row.operator, row.action, row.subject)

    unit.write(anew)
    assert unit.read(lambda c: log.check(c, UNIT)) == []
    assert not unit.read(lambda c: log.has_line(c, UNIT, writer, seq, kept))


def found(unit: Unit, scope: Scope = WHOLE, limit: int = 50, **wanted: object) -> list[str]:
    rows = unit.read(lambda c: log.search(c, scope, log.Wanted(**wanted), limit))
    return [row["subject"] for row in rows if row["action"].startswith("test.")]


def test_lines_are_found_by_what_when_and_who(unit: Unit) -> None:
    from server.operators import service

    def people(c: sa.Connection) -> tuple[int, int]:
        east = service.add_operator(c, UNIT, NOW, login="east", name="e", grants=((5, 2, 0),))
        owner = service.add_operator(c, UNIT, NOW, login="owner", name="o", grants=((7, 0, 2),))
        return east, owner

    east, owner = unit.write(people)
    for at, who in enumerate((1, east, owner, 0)):
        kind = "test.card" if at % 2 else "test.member"
        unit.write(lambda c, at=at, who=who, kind=kind: log.write(c, UNIT, NOW + at, who, kind, f"n{at}"))
    assert found(unit) == ["n3", "n2", "n1", "n0"]
    assert found(unit, text="test.card") == ["n3", "n1"]
    assert found(unit, text="n2") == ["n2"]
    assert found(unit, text="%") == found(unit, text="_") == found(unit, text="' or 1=1") == []
    assert found(unit, operator=east) == ["n1"]
    assert found(unit, since=NOW + 1, until=NOW + 3) == ["n2", "n1"]
    assert found(unit, limit=2) == ["n3", "n2"]
    seq = {row["subject"]: row["seq"] for row in unit.read(lambda c: log.search(c, WHOLE, log.Wanted()))}
    assert found(unit, before=seq["n2"]) == ["n1", "n0"]
    # Who sees a part of the unit sees what its operators did, and nothing of the system's own. F: H2
    assert found(unit, SECOND) == ["n1"]
    assert found(unit, OWNER) == ["n2"]
    assert found(unit, Scope(UNIT, frozenset())) == []


def test_the_command_verifies_and_compares_with_paper(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    from server.__main__ import main

    office.write(lambda c: log.write(c, 1, 5, 7, "test.deed"))
    data = ["--data", str(office.folder)]
    assert main(["log", "verify", *data]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[-1] == "the operation log verifies"
    kept = printed[0]
    assert kept.startswith("1:2:")
    office.write(lambda c: log.write(c, 1, 6, 7, "test.deed"))
    assert main(["log", "verify", "--known", kept, *data]) == 0
    assert main(["log", "verify", "--known", kept[:-1] + "z", *data]) == 1
    assert "is not the one that was written down" in capsys.readouterr().out
    for odd in ("1:2", "x:y:z", "", "1:2:3:4"):
        assert main(["log", "verify", "--known", odd, *data]) == 2
    office.write(lambda c: c.execute(sa.update(table).where(table.c.seq == 2).values(operator=8)))
    assert main(["log", "verify", *data]) == 1
    assert "WRONG: line 2 was changed" in capsys.readouterr().out
