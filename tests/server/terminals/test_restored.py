"""Goal: books that were put back from a copy are known for it, and terminals take their word again. F: H6 E3

Method: a real terminal before the real office, whose tables are put back; the command as a person runs it.
"""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from onecard.errors import Refused
from server.__main__ import main
from server.books.tables import batch, counter
from server.cards import stops as stop_list
from server.cards.tables import stop, stop_change
from server.db import write_rows
from server.operators.tables import operation_log
from server.terminals import restored
from tests.server.office import Office
from tests.server.terminals.box import Box


@pytest.fixture
def box(office: Office, tmp_path: Path) -> Any:
    made = Box(office, tmp_path / "box")
    yield made
    made.close()


def lose(office: Office, card: int) -> int:
    """A loss report; the list's version."""

    def write(c: sa.Connection) -> int:
        number = stop_list.take_number(c, office.unit, "stops")
        entry = stop_list.Stopped("lost")
        stop_list.put_stop(c, office.unit, card, 1, entry, version=number, operator=1, now=office.clock.now())
        return number

    return int(office.write(write))


def put_back(office: Office, version: int) -> None:
    """The stop list as a copy of that version had it."""

    def write(c: sa.Connection) -> None:
        c.execute(stop.delete().where(stop.c.version > version))
        c.exec_driver_sql("DROP TRIGGER IF EXISTS keep_stop_change")
        c.execute(stop_change.delete().where(stop_change.c.version > version))
        write_rows(c, counter, [(office.unit, "stops", version)], replace=True)

    office.write(write)


def begin(office: Office, **more: Any) -> int:
    now = office.clock.now()
    return int(office.write(lambda c: restored.begin(c, office.unit, now, **more)))


def test_a_terminal_that_knows_more_believes_restored_books_only_when_they_say_so(
    office: Office, box: Box
) -> None:
    for card in range(10_001, 10_006):
        lose(office, card)
    box.sync()
    assert box.facts.have()["stops"] == 5
    put_back(office, 2)
    assert lose(office, 10_009) == 3
    box.sync()
    assert box.facts.stop(10_009, 1) is None, "without the word its list is the newer one"
    assert begin(office) == 2
    box.sync()
    assert box.facts.stop(10_009, 1) == ("lost", 3)
    assert box.facts.stop(10_001, 1) == ("lost", 1)
    assert box.facts.stop(10_005, 1) is None, "what the books forgot is forgotten"
    assert box.facts.have()["stops"] == 3


def test_the_same_restore_is_said_once_and_another_again(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "mark"
    folder.mkdir()

    def here() -> restored.Mark:
        mark = office.read(lambda c: restored.of(c, office.unit))
        assert isinstance(mark, restored.Mark)
        return mark

    assert begin(office) == 2
    restored.keep(folder, here())
    with pytest.raises(Refused, match=r"^restored\.already"):
        begin(office, seen=restored.known(folder))
    # Booked in, then put back to the moment at which it began: that is another restore.
    later = restored.Mark(2, here().batch_no + 7)
    restored.keep(folder, later)
    with pytest.raises(Refused, match=r"^restored\.not_said"):
        restored.demand_current(folder, here())
    assert begin(office, known_epoch=2, seen=restored.known(folder)) == 3
    restored.demand_current(folder, here())
    # Booked in at all: whoever says it means another copy.
    row = (office.unit, 900, 900, 3, office.clock.now())
    office.write(lambda c: write_rows(c, batch, [row]))
    assert begin(office, seen=here()) == 4
    assert begin(office, known_epoch=9) == 10
    query = sa.select(operation_log.c.subject).where(operation_log.c.action == "books.restored")
    assert list(office.read(lambda c: c.execute(query).scalars().all())) == ["2", "3", "4", "10"]


def test_what_is_remembered_never_gets_less(tmp_path: Path) -> None:
    assert restored.known(tmp_path) is None
    restored.demand_current(tmp_path, restored.Mark(1, 0))
    for mark in (restored.Mark(1, 9), restored.Mark(1, 3), restored.Mark(2, 1), restored.Mark(1, 99)):
        restored.keep(tmp_path, mark)
    assert restored.known(tmp_path) == restored.Mark(2, 1)
    (tmp_path / restored.NAME).write_bytes(b"{")
    assert restored.known(tmp_path) is None


def test_a_person_is_asked_and_told_in_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str, said: str = "") -> tuple[int, str]:
        monkeypatch.setattr("builtins.input", lambda _: said)
        code = main(["--data", str(tmp_path), "restored", *words])
        found = capsys.readouterr()
        return code, found.out + found.err

    code, told = run(said="no")
    assert code == 1
    assert "life 2 would begin" in told
    assert "第 2 代" in told
    assert run(said="restored")[0] == 0
    code, told = run("--yes")
    assert code == 1
    assert "Life 2" in told
    assert run("--yes", "--epoch", "6")[0] == 0
    assert restored.known(tmp_path) == restored.Mark(7, 0)
