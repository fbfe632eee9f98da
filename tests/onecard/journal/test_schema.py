"""Goal: laying out the log loses no record and never keeps a journal from opening. F: D8

Method: journals closed well, copied as if the power had gone, and on a disk that takes no log.
"""

import shutil
from pathlib import Path

import pytest

from onecard.clock import FalseClock
from onecard.ids import RecordId
from onecard.journal import schema
from onecard.journal.journal import Journal
from onecard.wire.messages import ShiftOpen


def _opened(path: Path) -> Journal:
    return Journal(path, 1001, 1, FalseClock(1_790_000_000))


def _append(journal: Journal) -> None:
    def shift(id: RecordId) -> ShiftOpen:
        return ShiftOpen(unit=1, id=id, at=1, day=1, shift=id.seq, operator=1, float_fen=0)

    journal.append(shift)


def test_a_log_laid_out_holds_nothing_and_takes_everything(tmp_path: Path) -> None:
    path, log = tmp_path / "journal.sqlite", tmp_path / "journal.sqlite-wal"
    for morning in range(3):
        journal = _opened(path)
        assert journal.head.seq == morning
        assert (log.stat().st_size == schema._LOG_BYTES) == (morning > 0)
        _append(journal)
        lost = tmp_path / f"lost{morning}"
        lost.mkdir()
        for one in (path, log):
            shutil.copy(one, lost)
        survivor = _opened(lost / path.name)
        assert survivor.head == journal.head
        assert survivor.verify() == morning + 1
        survivor.close()
        journal.close()
        assert not log.exists()


def test_without_room_for_the_log_the_journal_opens_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.sqlite"
    _opened(path).close()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(schema.os, "fsync", full)
    schema._lay_out_log(tmp_path / "journal.sqlite-wal")
    assert not (tmp_path / "journal.sqlite-wal").exists()
    monkeypatch.undo()
    journal = _opened(path)
    _append(journal)
    assert journal.head.seq == 1
    journal.close()
