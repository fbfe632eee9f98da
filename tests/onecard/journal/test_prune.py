"""Goal: a record leaves the disk only when it is safe elsewhere, and what is left still proves itself; what a
dead disk holds is read up to the first byte that is wrong.

Method: journals of some hundred records, cut at every mark; damage at every record. F: E3 E8
"""

import shutil

import pytest

from onecard.clock import FalseClock
from onecard.errors import Refused, StoreError
from onecard.journal import prune, rescue
from onecard.journal.journal import Journal
from onecard.wire import messages as m
from tests.onecard.journal.test_journal import recharge
from tests.onecard.terminal.stand import NOON, TERMINAL

DAY = 86_400


def settled(journal, count):
    for _ in range(count):
        intent = journal.append(recharge)
        journal.append(lambda id, of=intent.id: m.Done(id=id, at=NOON, of=of))


@pytest.fixture
def clock():
    return FalseClock(NOON)


@pytest.fixture
def journal(tmp_path, clock):
    journal = Journal(tmp_path / "journal.db", TERMINAL, 1, clock)
    journal._db.execute("PRAGMA synchronous = OFF")
    journal.set_contact(NOON)
    yield journal
    journal.close()


def seqs(journal):
    return [one.seq for one in journal.records(journal.epoch, 0, 10**6)]


@pytest.mark.parametrize(
    ("durable", "age_days", "left"), [(0, 200, 20), (10, 200, 10), (10, 89, 20), (20, 200, 1), (99, 200, 1)]
)
def test_only_what_is_durable_and_old_goes_and_never_the_newest_known(
    journal, clock, durable, age_days, left
):
    settled(journal, 10)
    journal.set_watermarks(20)
    journal.set_durable(1, durable)
    clock.advance(age_days * DAY)
    assert prune.prune(journal, clock.now()) == 20 - left
    assert seqs(journal) == list(range(21 - left, 21))
    assert journal.verify() == left
    assert journal.hash_at(1, journal.received) is not None, "the next exchange must know its own head"


def test_what_is_not_uploaded_is_never_durable_whatever_is_said(journal, clock):
    settled(journal, 10)
    journal.set_watermarks(8)
    journal.set_durable(1, 20)
    assert journal.durable == 8
    clock.advance(200 * DAY)
    assert prune.prune(journal, clock.now()) == 7


def test_an_open_write_an_open_shift_and_a_note_without_a_road_hold_everything_behind_them(journal, clock):
    settled(journal, 3)
    journal.append(recharge)
    settled(journal, 3)
    journal.set_watermarks(journal.head.seq)
    journal.set_durable(1, journal.head.seq)
    clock.advance(200 * DAY)
    assert prune.prune(journal, clock.now()) == 6
    assert [tap.id.seq for tap in journal.index.open_taps()] == [7]


def test_a_clock_that_was_wrong_for_a_while_makes_nothing_old(journal, clock):
    settled(journal, 2)
    clock.step(-1000 * DAY)  # these look three years old, and what follows is young
    settled(journal, 2)
    clock.step(1000 * DAY)
    journal.set_watermarks(8)
    journal.set_durable(1, 8)
    clock.advance(60 * DAY)
    assert prune.prune(journal, clock.now()) == 0


def test_it_goes_on_after_a_cut_and_a_restart_and_is_cut_again(tmp_path, journal, clock):
    settled(journal, 5)
    journal.set_watermarks(10)
    journal.set_durable(1, 6)
    clock.advance(200 * DAY)
    prune.prune(journal, clock.now())
    settled(journal, 5)
    journal.close()
    again = Journal(tmp_path / "journal.db", TERMINAL, 1, clock)
    assert (again.verify(), again.head.seq, again.pending) == (14, 20, 10)
    again.set_watermarks(20)
    again.set_durable(1, 20)
    clock.advance(200 * DAY)
    assert prune.prune(again, clock.now()) == 13
    assert again.verify() == 1
    again.close()
    journal._db = again._db


def test_a_record_is_still_final_for_everybody_else(journal, clock):
    settled(journal, 5)
    journal.set_watermarks(10)
    journal.set_durable(1, 6)
    clock.advance(200 * DAY)
    prune.prune(journal, clock.now())
    import sqlite3

    with pytest.raises(sqlite3.IntegrityError):
        journal._db.execute("DELETE FROM record")


def test_a_disk_that_fails_in_the_middle_removes_nothing(journal, clock, monkeypatch):
    settled(journal, 5)
    journal.set_watermarks(10)
    journal.set_durable(1, 6)
    clock.advance(200 * DAY)
    monkeypatch.setattr(prune, "RECORD_DELETE", "CREATE TRIGGER nonsense")
    with pytest.raises(StoreError):
        prune.prune(journal, clock.now())
    monkeypatch.undo()
    assert journal.verify() == 10
    assert prune.prune(journal, clock.now()) == 6


def test_clearing_waits_for_the_upload_and_the_backup_to_be_proven(journal, clock):
    settled(journal, 5)
    with pytest.raises(Refused) as pending:
        prune.clear(journal, clock.now())
    journal.set_watermarks(10)
    journal.set_durable(1, 5)
    with pytest.raises(Refused) as young:
        prune.clear(journal, clock.now())
    assert (pending.value.code, young.value.code) == ("clear.pending", "clear.not_durable")
    journal.set_durable(1, 10)
    assert prune.clear(journal, clock.now()) == 9


# ---- rescue


def test_a_whole_disk_is_read_as_it_is_and_stays_as_it_is(tmp_path, journal):
    settled(journal, 10)
    journal.start_epoch(2, 15)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    found = rescue.read(tmp_path / "journal.db")
    assert (found.terminal, found.whole) == (TERMINAL, True)
    assert {epoch: len(records) for epoch, records in found.epochs.items()} == {1: 20, 2: 5}
    assert found.epochs[1] == list(journal.records(1, 0, 100))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_cut_journal_is_rescued_from_its_cut_on(tmp_path, journal, clock):
    settled(journal, 5)
    journal.set_watermarks(10)
    journal.set_durable(1, 6)
    clock.advance(200 * DAY)
    prune.prune(journal, clock.now())
    found = rescue.read(tmp_path / "journal.db")
    assert ([one.seq for one in found.epochs[1]], found.whole) == ([7, 8, 9, 10], True)


@pytest.mark.parametrize("bad", range(1, 11))
def test_a_record_that_was_changed_ends_the_rescue_before_it(tmp_path, journal, bad):
    settled(journal, 5)
    journal.close()
    import sqlite3

    db = sqlite3.connect(tmp_path / "journal.db")
    db.execute("DROP TRIGGER record_update")
    db.execute("UPDATE record SET at = at + 1 WHERE n = ?", (1 << 24 | bad,))
    db.commit()
    db.close()
    found = rescue.read(tmp_path / "journal.db")
    assert (len(found.epochs.get(1, [])), found.whole) == (bad - 1, False)
    journal.__init__(tmp_path / "other.db", TERMINAL, 1, FalseClock(NOON))


def test_a_file_torn_anywhere_gives_what_is_whole_or_says_that_it_is_none(tmp_path, journal):
    settled(journal, 60)
    journal.close()
    raw = (tmp_path / "journal.db").read_bytes()
    torn = tmp_path / "torn.db"
    best = 0
    for size in range(0, len(raw), 4096):
        torn.write_bytes(raw[:size] + bytes(len(raw) - size))
        try:
            found = rescue.read(torn)
        except (Refused, StoreError):
            continue
        records = found.epochs.get(1, [])
        assert [one.seq for one in records] == list(range(1, len(records) + 1))
        best = max(best, len(records))
    assert best > 0
    shutil.copyfile(tmp_path / "journal.db", torn)
    assert len(rescue.read(torn).epochs[1]) == 120
    journal.__init__(tmp_path / "other.db", TERMINAL, 1, FalseClock(NOON))


def test_what_is_no_journal_is_named_so(tmp_path):
    (tmp_path / "text").write_text("hello")
    for path in (tmp_path / "missing", tmp_path / "text"):
        with pytest.raises((Refused, StoreError)) as wrong:
            rescue.read(path)
        assert wrong.value.code in ("rescue.none", "store.corrupt")
