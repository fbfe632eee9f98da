"""Goal: the office tells a terminal what to do, it is done once whatever dies, and the result arrives.

Method: a real terminal and the real server in one process; the terminal's memory is thrown away between
any two steps, questions and answers are lost. F: E1 E2 E6 E7
"""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from onecard.errors import Refused, StoreError, Unreachable
from onecard.ids import RecordId
from onecard.terminal.fleet import BEAT_S, Body, Fleet
from onecard.terminal.slot import Slots
from onecard.wire import fleet as f
from onecard.wire.meter import Meter
from server.books.tables import counter
from server.cards.service import report_loss
from server.db import write_rows
from server.terminals import backup, contact, fleet
from server.terminals.tables import command
from tests.server.office import Office
from tests.server.terminals.box import Box, open_account

CARD = 20_001


@pytest.fixture
def box(office: Office, tmp_path: Path) -> Iterator[Box]:
    box = Box(office, tmp_path / "box")
    yield box
    box.close()


class Program:
    """A running station; ``start`` is what a new process knows."""

    def __init__(self, box: Box, slots: Slots | None = None, version: str = "1.0") -> None:
        self.box, self.slots, self.version = box, slots, version
        self.did: list[str] = []
        self.restarts = 0
        self.start()

    def start(self) -> None:
        def picture() -> bytes:
            self.did.append("picture")
            return b"\x89PNG" + bytes(700_000)

        def restart() -> None:
            self.restarts += 1

        (self.box.folder / "station.log").write_text("a line of the log\n")
        body = Body(
            app="0.1.0",
            devices=lambda: {"printer": "ok"},
            picture=picture,
            restart=restart,
            set_clock=lambda at: self.did.append(f"clock {at}"),
            log=self.box.folder / "station.log",
            slots=self.slots,
            version=self.version,
            meter=Meter(self.box.office.clock),
        )
        self.fleet = Fleet(self.box.station, self.box.wire, self.box.office.clock, self.box.folder, body)

    def turn(self) -> None:
        try:
            self.box.sync()
        except Unreachable:
            self.fleet.turn(online=False)
        else:
            self.fleet.turn(online=True)


def tell(office: Office, box: Box, kind: str, **given: str) -> int:
    now = office.clock.now()
    (number,) = office.write(lambda c: fleet.tell(c, 1, [box.number], kind, given, now, 1))
    return int(number)


def told(office: Office, box: Box) -> dict[int, tuple[str, str]]:
    rows = office.read(lambda c: fleet.commands_of(c, 1, box.number))
    return {row["command"]: (row["state"], row["said"]) for row in rows}


def states(box: Box) -> list[str]:
    records = box.journal.records(box.journal.epoch, 0)
    bodies = [box.journal.body(f_id(box, one.seq)) for one in records]
    return [body.state for body in bodies if isinstance(body, f.Commanded)]


def f_id(box: Box, seq: int):  # type: ignore[no-untyped-def]
    return RecordId(box.number, box.journal.epoch, seq)


def test_a_lock_holds_over_a_restart_until_it_is_unlocked(office: Office, box: Box) -> None:
    program = Program(box)
    number = tell(office, box, "lock")
    program.turn()
    assert box.journal.orders.is_locked
    assert told(office, box) == {number: ("done", "")}
    box.restart()
    program.start()
    with pytest.raises(Refused) as locked:
        box.station._desk.demand_open()
    assert locked.value.code == "station.locked"
    tell(office, box, "unlock")
    program.turn()
    assert not box.journal.orders.is_locked
    assert states(box) == ["taken", "done", "taken", "done"]


def test_logs_and_pictures_come_whole_and_are_kept_until_they_arrived(office: Office, box: Box) -> None:
    program = Program(box)
    logs, picture = tell(office, box, "logs"), tell(office, box, "screenshot")
    box.sync()
    box.wire.cut = True
    program.fleet.turn(online=True)  # done, and nobody hears of it
    assert told(office, box)[picture] == ("asked", "")
    box.restart()
    box.wire.cut = False
    program.start()
    program.turn()
    content = office.read(lambda c: fleet.content_of(c, 1, box.number, picture))
    assert len(content) == 700_004
    assert office.read(lambda c: fleet.content_of(c, 1, box.number, logs)) == b"a line of the log\n"
    assert program.did == ["picture"], "once, although the first answer was lost"
    assert box.journal.orders.untold() == []


def test_killed_between_taking_up_and_ending_it_is_never_done_again(
    office: Office, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program(box)
    number = tell(office, box, "screenshot")
    append = box.journal.append

    def dies(make):  # type: ignore[no-untyped-def]
        if "picture" in program.did:
            raise StoreError("store.failed")
        return append(make)

    monkeypatch.setattr(box.journal, "append", dies)
    program.turn()
    assert program.did == ["picture"]
    box.restart()
    program.start()
    program.turn()
    program.turn()
    assert program.did == ["picture"]
    assert told(office, box)[number][0] == "interrupted"
    assert states(box) == ["taken", "interrupted"]


def test_the_same_list_again_and_a_report_twice_change_nothing(office: Office, box: Box) -> None:
    program = Program(box)
    number = tell(office, box, "screenshot")
    for _ in range(3):
        program.turn()
    assert program.did == ["picture"]
    late = f.Report(command=number, kind="screenshot", state="failed", said="other", at=5)
    box.wire.ask("/t/report", late, f.Reported)
    assert told(office, box)[number] == ("done", "700004 bytes")
    content = office.read(lambda c: fleet.content_of(c, 1, box.number, number))
    other = msgspec.structs.replace(late, parts=1, content=b"other", digest="00" * 32)
    with pytest.raises(Refused, match=r"^command\.unknown"):
        box.wire.ask("/t/report", other, f.Reported)
    assert office.read(lambda c: fleet.content_of(c, 1, box.number, number)) == content


def test_a_command_out_of_time_or_unknown_here_is_refused_and_said(office: Office, box: Box) -> None:
    program = Program(box)
    box.sync()
    late, strange = tell(office, box, "collect"), tell(office, box, "update", **dict.fromkeys(
        ("version", "name", "sha256"), "x"), size="1")  # fmt: skip
    box.sync()
    office.clock.advance(fleet.GOOD_FOR_S)
    program.fleet.turn(online=True)
    assert box.journal.orders.state(late) == "refused"
    assert box.journal.orders.state(strange) == "refused"
    program.turn()


def test_the_clock_is_set_to_the_offices_and_says_how_wrong_it_was(office: Office, box: Box) -> None:
    program = Program(box)
    number = tell(office, box, "set_time")
    program.turn()
    assert program.did == [f"clock {office.clock.now()}"]
    assert told(office, box)[number] == ("done", "0 s")


def test_a_restart_is_ended_by_the_next_start(office: Office, box: Box) -> None:
    program = Program(box)
    number = tell(office, box, "restart")
    program.turn()
    assert (program.restarts, told(office, box)[number][0]) == (1, "asked")
    box.restart()
    program.start()
    program.turn()
    assert (program.restarts, told(office, box)[number]) == (1, ("done", "started again"))


def test_a_result_that_the_office_knows_nothing_of_keeps_no_figures_back(office: Office, box: Box) -> None:
    """The office was restored from before it asked."""
    program = Program(box)
    forgotten = tell(office, box, "lock")
    box.sync()
    program.fleet.turn(online=False)
    office.write(lambda c: c.execute(command.delete()))
    program.turn()
    assert box.journal.orders.state(forgotten) == "done"
    assert office.read(lambda c: fleet.last_beat(c, 1, box.number)) is not None
    assert box.journal.orders.untold() == [], "nobody will ever ask for it"


def test_after_a_restore_no_number_is_used_a_second_time(office: Office, box: Box) -> None:
    """What was told in the days that the restored office does not know is not in the way of what it tells."""
    program = Program(box)
    tell(office, box, "screenshot")
    unlock = tell(office, box, "unlock")
    program.turn()

    def restore(c: Any) -> None:
        c.execute(command.delete())
        c.execute(counter.delete().where(counter.c.name == "command"))
        write_rows(c, counter, [(1, "books_epoch", 2)], replace=True)

    office.write(restore)
    picture, lock = tell(office, box, "screenshot"), tell(office, box, "lock")
    program.turn()
    assert program.did == ["picture", "picture"]
    assert [state for state, _ in told(office, box).values()] == ["done", "done"]
    assert lock > picture > unlock
    assert box.journal.orders.is_locked, "the newest word counts, and that is the restored office's"


def test_everything_is_fetched_anew_when_the_office_says_so(office: Office, box: Box) -> None:
    """E3: a list that went wrong on one terminal's disk is replaced whole; versions alone would not do."""
    program = Program(box)
    open_account(office, CARD, 0)
    asked, now = RecordId(box.number, 1, 900), office.clock.now()
    office.write(lambda c: report_loss(c, 1, asked, CARD, 1, 1, now))
    program.turn()
    assert box.facts.stop(CARD, 1) is not None
    with box.facts._transaction() as db:
        db.execute("DELETE FROM stop")
        db.execute("INSERT INTO stop VALUES (99, 'lost', 1)")
    program.turn()
    assert box.facts.stop(CARD, 1) is None, "it holds that version already"
    number = tell(office, box, "fetch_all")
    program.turn()
    assert box.facts.have() == {}
    assert box.facts.place is not None, "what is held is good until the new one comes"
    program.turn()
    assert box.facts.stop(CARD, 1) is not None
    rows = box.facts._db.execute("SELECT count(*) FROM stop").fetchone()
    assert rows == (1,)
    assert told(office, box)[number] == ("done", "")


def test_a_lock_for_the_box_that_was_stolen_does_not_hit_its_spare(
    office: Office, box: Box, tmp_path: Path
) -> None:
    lock = tell(office, box, "lock")
    spare = Box(office, tmp_path / "spare", number=box.number)
    program = Program(spare)
    program.turn()
    assert not spare.journal.orders.is_locked
    assert told(office, box) == {lock: ("interrupted", "enrolled")}
    later = tell(office, spare, "lock")
    program.turn()
    assert spare.journal.orders.is_locked
    assert told(office, box)[later] == ("done", "")
    spare.close()


def test_of_many_results_the_refused_ones_stop_none_behind_them(
    office: Office, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program(box)
    numbers = [tell(office, box, "logs") for _ in range(25)]
    refused = set(numbers[:22])
    ask = box.wire.ask

    def picky(path: str, question: Any, kind: Any) -> Any:
        if isinstance(question, f.Report) and question.command in refused:
            raise Refused("request.malformed")
        return ask(path, question, kind)

    monkeypatch.setattr(box.wire, "ask", picky)
    program.turn()
    assert [number for number, (state, _) in told(office, box).items() if state == "done"] == numbers[:21:-1]
    assert office.read(lambda c: fleet.last_beat(c, 1, box.number)) is not None
    assert [one.command for one in box.journal.orders.untold()] == numbers[:20], "kept, and said again later"
    refused.clear()
    program.turn()
    assert box.journal.orders.untold() == []


def test_a_disk_that_fails_a_command_keeps_no_figures_back(
    office: Office, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program(box)
    tell(office, box, "lock")
    box.sync()
    with monkeypatch.context() as patch:
        patch.setattr(box.journal, "append", _full)
        program.fleet.turn(online=True)
    assert office.read(lambda c: fleet.last_beat(c, 1, box.number)) is not None
    program.turn()
    assert box.journal.orders.is_locked


def _full(_: object) -> None:
    raise StoreError("store.full")


def test_one_terminals_result_is_not_anothers_to_tell(office: Office, box: Box, tmp_path: Path) -> None:
    other = Box(office, tmp_path / "other")
    number = tell(office, box, "logs")
    with pytest.raises(Refused) as refused:
        other.wire.ask("/t/report", f.Report(command=number, kind="logs", state="done", at=1), f.Reported)
    assert refused.value.code == "command.unknown"
    other.close()


def test_figures_come_every_minute_and_versions_say_since_when(office: Office, box: Box) -> None:
    program = Program(box)
    program.turn()
    at, said = office.read(lambda c: fleet.last_beat(c, 1, box.number))
    assert (at, said.app, said.pending, said.devices) == (office.clock.now(), "0.1.0", 0, {"printer": "ok"})
    assert said.free_bytes > 0
    began = office.clock.now()
    office.clock.advance(BEAT_S)
    program.turn()
    since = {
        name: (there, at) for name, there, at in office.read(lambda c: contact.versions_of(c, 1, box.number))
    }
    assert since["terminal"] == (box.facts.have()["terminal"], began)
    assert office.read(lambda c: fleet.last_beat(c, 1, box.number))[0] == began + BEAT_S


def test_bytes_are_counted_by_day(office: Office, tmp_path: Path) -> None:
    meter = Meter(office.clock, tmp_path / "traffic.json")
    meter.count(10, 20)
    meter.count(1, 2)
    office.clock.advance(86_400)
    meter.count(5, 6)
    meter.keep()
    assert [day[1:] for day in Meter(office.clock, tmp_path / "traffic.json").days()] == [(11, 22), (5, 6)]


def test_notices_are_shown_while_they_are_good(office: Office, box: Box) -> None:
    now = office.clock.now()
    number = office.write(lambda c: fleet.put_notice(c, 1, "周五盘点", "Closed", now, now + 3600, now, 1))
    box.sync()
    assert [one.text for one in box.facts.notices] == ["周五盘点"]
    office.clock.advance(3600)
    assert box.facts.notices == ()
    office.write(lambda c: fleet.end_notice(c, 1, number, now, 1))


# ---- updates


def archive(folder: Path, **files: str) -> tuple[bytes, str]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, text in files.items():
            package.writestr(name, text)
    (folder / "packages").mkdir(exist_ok=True)
    (folder / "packages" / "new.zip").write_bytes(out.getvalue())
    return out.getvalue(), hashlib.sha256(out.getvalue()).hexdigest()


def updating(office: Office, box: Box, tmp_path: Path) -> tuple[Program, int, Slots]:
    slots = Slots(tmp_path / "slots")
    slots.path("1.0").mkdir(parents=True)
    slots.adopt("1.0")
    archive(office.folder, program="x" * 1_200_000)
    given = fleet.package(office.folder, "new.zip", "1.1")
    program = Program(box, slots, slots.choose())
    return program, tell(office, box, "update", **given), slots


def test_an_update_is_fetched_staged_tried_and_reported(office: Office, box: Box, tmp_path: Path) -> None:
    program, number, slots = updating(office, box, tmp_path)
    program.turn()
    assert (program.restarts, slots.state.current, slots.state.trial.version) == (1, "1.0", "1.1")  # type: ignore[union-attr]
    assert told(office, box)[number][0] == "asked"
    box.restart()
    program.version = slots.choose()
    assert program.version == "1.1"
    program.start()
    program.turn()
    assert (slots.state.current, slots.state.trial) == ("1.1", None)
    assert told(office, box)[number] == ("done", "1.1")
    assert program.restarts == 1


def test_an_update_that_never_works_is_taken_back_and_the_office_hears_so(
    office: Office, box: Box, tmp_path: Path
) -> None:
    program, number, slots = updating(office, box, tmp_path)
    program.turn()
    assert [slots.choose(), slots.choose(), slots.choose()] == ["1.1", "1.1", "1.0"]
    box.restart()
    program.version = "1.0"
    program.start()
    program.turn()
    assert told(office, box)[number] == ("failed", "back to 1.0")
    again = tell(office, box, "update", **fleet.package(office.folder, "new.zip", "1.1"))
    program.turn()
    assert told(office, box)[again] == ("refused", "update.bad")
    assert slots.state.current == "1.0"


def test_a_package_that_is_not_the_one_meant_is_not_installed(
    office: Office, box: Box, tmp_path: Path
) -> None:
    program, number, slots = updating(office, box, tmp_path)
    path = office.folder / "packages" / "new.zip"
    path.write_bytes(bytes(path.stat().st_size))
    program.turn()
    program.turn()
    assert told(office, box)[number] == ("refused", "update.digest")
    assert (slots.state.trial, program.restarts) == (None, 0)


def test_a_package_is_a_file_of_its_folder_and_nothing_else(office: Office, box: Box) -> None:
    for name in ("../keys/server.key", "keys", ".hidden", "a/b", "", "no.zip"):
        with pytest.raises(Refused) as refused:
            box.wire.ask("/t/package", f.AskPackage(name=name, offset=0), f.PackagePart)
        assert refused.value.code == "package.unknown"


# ---- durable


def test_only_what_a_complete_backup_holds_is_durable(office: Office, box: Box) -> None:
    program = Program(box)
    tell(office, box, "collect")
    program.turn()
    program.turn()
    seq = box.journal.head.seq
    assert (box.journal.received, box.journal.durable) == (seq, 0)
    now = office.clock.now()
    number = office.write(lambda c: backup.begin(c, 1, now, "tape"))
    tell(office, box, "collect")
    program.turn()
    office.clock.advance(BEAT_S)
    program.turn()
    assert box.journal.durable == 0, "begun is not complete"
    assert office.write(lambda c: backup.complete(c, 1, number, now)) == 1
    assert office.write(lambda c: backup.complete(c, 1, number, now)) == 0
    office.clock.advance(BEAT_S)
    program.turn()
    assert box.journal.durable == seq < box.journal.received, "what came after it began is not in it"
    with pytest.raises(Refused) as unknown:
        office.write(lambda c: backup.complete(c, 1, 99, now))
    assert unknown.value.code == "backup.unknown"
