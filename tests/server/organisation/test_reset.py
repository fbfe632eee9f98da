"""Goal: a new beginning leaves nothing of a test and keeps what was configured, on both engines. F: H4 H6

Method: a unit that traded; emptied; traded again; its snapshot put back elsewhere and compared row by row.
"""

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from sqlalchemy.exc import DBAPIError

from onecard.errors import Refused
from server.migrations import whole_metadata
from server.operators import log
from server.organisation import reset, snapshot
from server.organisation.tables import unit as unit_table
from tests.server.books.station import NOW, UNIT
from tests.server.unit import WHOLE, Unit, trade

NAME = "一卡通 OneCard"
SECRET = bytes(range(32))


def contents(unit: Unit) -> dict[str, list[str]]:
    def dump(c: sa.Connection) -> dict[str, list[str]]:
        return {
            name: sorted(
                repr([bytes(cell) if isinstance(cell, memoryview) else cell for cell in row])
                for row in c.execute(sa.select(table))
            )
            for name, table in whole_metadata().tables.items()
        }

    return dict(unit.read(dump))


def begin_anew(unit: Unit, first: int = 1, second: int = 2) -> None:
    unit.write(lambda c: reset.ask(c, UNIT, NOW, first))
    unit.write(lambda c: reset.begin_anew(c, whole_metadata(), UNIT, NAME, NOW, second, "x.snapshot"))


def test_what_is_kept_exists() -> None:
    assert set(whole_metadata().tables) >= reset.KEPT


def test_a_test_leaves_nothing_and_a_new_life_ties_out(unit: Unit) -> None:
    trade(unit)
    before = contents(unit)
    assert all(before[name] for name in ("entry", "posting", "fact", "record", "member", "wallet"))
    begin_anew(unit)
    after = contents(unit)
    for name in whole_metadata().tables:
        if name not in reset.KEPT:
            assert after[name] == [], name
    for name in ("branch", "outlet", "owner", "operator", "role", "operator_grant"):
        assert after[name] == before[name], name
    assert unit.read(lambda c: log.check(c, UNIT)) == []
    lines = unit.read(lambda c: log.search(c, WHOLE, log.Wanted(text="unit.")))
    assert [line["action"] for line in lines] == ["unit.reset", "unit.reset_ask"]
    trade(unit)
    unit.books.tie_out()
    for verb in ("DELETE FROM entry", "UPDATE posting SET fen = 1", "DELETE FROM record", "DELETE FROM fact"):
        with pytest.raises(DBAPIError, match="append-only"):
            unit.write(lambda c, v=verb: c.execute(sa.text(v)))


def test_no_number_of_the_old_books_comes_again(unit: Unit) -> None:
    """The new life counts under another epoch, so that nothing old is taken for something new."""
    trade(unit)
    begin_anew(unit)
    begin_anew(unit)
    epoch = sa.text("SELECT value FROM counter WHERE name = 'books_epoch'")
    assert unit.read(lambda c: c.execute(epoch).scalar()) == 3


@pytest.mark.parametrize(("state", "code"), [("enrolled", "reset.terminals"), ("new", ""), ("revoked", "")])
def test_no_reset_while_a_terminal_may_hold_records(unit: Unit, state: str, code: str) -> None:
    from server.terminals.service import add_terminal
    from server.terminals.tables import terminal

    unit.write(lambda c: add_terminal(c, UNIT, NOW, kind="pos", name="x", outlet_no=1))
    unit.write(lambda c: c.execute(terminal.update().values(state=state)))
    if not code:
        unit.write(lambda c: reset.ask(c, UNIT, NOW, 1))
        return
    with pytest.raises(Refused) as no:
        unit.write(lambda c: reset.ask(c, UNIT, NOW, 1))
    assert no.value.code == code


def test_two_people_within_the_hour_and_the_name_typed(unit: Unit) -> None:
    unit.write(lambda c: reset.ask(c, UNIT, NOW, 1))
    for by, typed, now, code in (
        (1, NAME, NOW, "reset.same_person"),
        (2, "一卡通", NOW, "reset.typed_otherwise"),
        (2, "", NOW, "reset.typed_otherwise"),
        (2, NAME, NOW + reset.WISH_S + 1, "reset.not_asked"),
    ):
        with pytest.raises(Refused) as no:
            unit.write(
                lambda c, t=typed, n=now, b=by: reset.begin_anew(c, whole_metadata(), UNIT, t, n, b, "x")
            )
        assert no.value.code == code
    unit.write(lambda c: reset.go_live(c, UNIT, NAME, NOW, 1))
    with pytest.raises(Refused) as no:
        unit.write(lambda c: reset.begin_anew(c, whole_metadata(), UNIT, NAME, NOW, 2, "x"))
    assert no.value.code == "reset.live"
    assert unit.read(lambda c: c.execute(sa.select(unit_table.c.live_at)).scalar()) == NOW


def test_a_snapshot_put_back_is_the_same_row_by_row(unit: Unit) -> None:
    trade(unit)
    before = contents(unit)
    raw = unit.read(lambda c: snapshot.taken(c, whole_metadata(), SECRET, unit.entropy))
    assert "甲".encode() not in raw
    with pytest.raises(InvalidTag):
        snapshot.opened(raw, bytes(32))
    with pytest.raises(InvalidTag):
        snapshot.opened(raw[:-1] + bytes([raw[-1] ^ 1]), SECRET)
    begin_anew(unit)

    def back(c: sa.Connection) -> None:
        for table in reversed(whole_metadata().sorted_tables):
            if table.name in reset.KEPT:
                c.execute(table.delete())
        snapshot.put_back(c, whole_metadata(), snapshot.opened(raw, SECRET))

    unit.write(back)
    assert contents(unit) == before
