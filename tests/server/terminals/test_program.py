"""Goal: what a technician types works from both shells, and every refusal is said in both languages.

Method: the two programs' own ``main`` on a real station's folder and a real server's. F: E3 E4 E8
"""

import shutil
from importlib.metadata import version
from pathlib import Path

import msgspec
import pytest

from onecard.clock import SystemClock
from onecard.ids import SystemEntropy
from onecard.journal.facts import Facts
from onecard.journal.journal import Journal
from onecard.terminal.__main__ import main as terminal
from onecard.terminal.command import Commands, Outcome
from onecard.terminal.enrol import Enrolment
from onecard.wire import messages as m
from onecard.wire.fleet import FleetCommand
from onecard.wire.signing import SigningKey
from server.__main__ import main as server
from server.bootstrap import FirstStart
from server.terminals import fleet
from tests.onecard.journal.test_journal import recharge
from tests.server.office import Office


class Site:
    """A server's folder and a station's, and nothing running."""

    def __init__(self, folder: Path, first: tuple[Path, FirstStart]) -> None:
        self.office, self.station, self.stick = folder / "office", folder / "station", folder / "stick"
        shutil.copytree(first[0], self.office)
        self.station.mkdir()
        office = Office(self.office, first=first[1])
        key = SigningKey.make(SystemEntropy())
        self.number = office.add_terminal("kiosk")
        told = m.decode(office.enrol(self.number, office.make_code(self.number), key).body, m.Enrolled)
        office.close()
        identity = {
            "unit": told.unit, "terminal": self.number, "epoch": told.epoch, "seed": key.seed.hex(),
            "server_key": told.server_key,
        }  # fmt: skip
        file = msgspec.convert(
            {"seed": key.seed.hex(), "server_url": "", "terminal": self.number, "identity": identity},
            Enrolment,
        )
        (self.station / "identity.json").write_bytes(msgspec.json.encode(file))

    def server(self, *words: str) -> int:
        return server([*words, "--data", str(self.office)])

    def terminal(self, *words: str) -> int:
        return terminal([*words, "--data", str(self.station)])

    def journal(self) -> Journal:
        return Journal(self.station / "journal.db", self.number, 1, SystemClock())


@pytest.fixture
def site(tmp_path: Path, first_start: tuple[Path, FirstStart]) -> Site:
    return Site(tmp_path, first_start)


def test_files_go_both_ways_and_clearing_waits_for_the_backup(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    down, up, answer = (str(site.stick.with_suffix(end)) for end in (".down", ".up", ".answer"))
    assert site.server("bundle", "export", down, "--terminal", str(site.number)) == 0
    assert site.terminal("bundle", "import", down) == 0
    facts = Facts(site.station / "facts.db", bytes(32), SystemClock())
    assert facts.have()["terminal"] == 1
    facts.close()
    journal = site.journal()
    for _ in range(3):
        intent = journal.append(recharge)
        journal.append(lambda id, of=intent.id: m.NotWritten(id=id, at=1, of=of))
    journal.close()
    assert site.terminal("bundle", "export", up) == 0
    assert site.terminal("clear") == 1
    assert site.server("bundle", "import", up, "--answer", answer) == 0
    assert site.server("bundle", "import", up) == 1
    assert site.terminal("bundle", "import", answer) == 0
    assert site.terminal("clear") == 1
    assert site.server("backup", "begin", "--note", "tape") == 0
    assert site.server("backup", "complete", "--number", "9") == 1
    assert site.server("backup", "complete", "--number", "1") == 0
    assert site.server("bundle", "export", down, "--terminal", str(site.number)) == 0
    assert site.terminal("bundle", "import", down) == 0
    assert site.terminal("clear") == 0
    said = capsys.readouterr()
    assert "5 records cleared" in said.out
    assert "已清除 5 条流水" in said.out
    for words in (
        "6 records are not uploaded",
        "还有 6 条流水没有上传",
        "was taken before",
        "已经读入过",
        "A backup holds 0",
    ):
        assert words in said.err


def test_a_file_brings_figures_and_what_a_command_brought(
    site: Site, first_start: tuple[Path, FirstStart]
) -> None:
    """F: E4 E6 E7"""
    up = str(site.stick)
    office = Office(site.office, first=first_start[1])
    now = office.clock.now()
    number = int(office.write(lambda c: fleet.tell(c, 1, [site.number], "logs", {}, now, 1))[0])
    office.close()
    journal = site.journal()
    wanted = FleetCommand(command=number, kind="logs", until=1 << 40)
    Commands(journal, 1, SystemClock().now, {"logs": lambda _: Outcome(content=b"a log")}).run((wanted,))
    journal.close()
    assert site.terminal("bundle", "export", up) == 0
    assert site.server("bundle", "import", up) == 0
    office = Office(site.office, first=first_start[1])
    heard = office.read(lambda c: fleet.last_beat(c, 1, site.number))
    brought = office.read(lambda c: fleet.content_of(c, 1, site.number, number))
    office.close()
    assert heard is not None
    assert (heard[1].pending, heard[1].app, brought) == (2, version("onecard"), b"a log")


def test_a_dead_box_is_rescued_from_its_folder(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    journal = site.journal()
    journal.append(recharge)
    journal.close()
    file = str(site.stick)
    assert terminal(["rescue", str(site.station), file]) == 0
    assert site.server("bundle", "import", file, "--rescue") == 0
    assert site.server("bundle", "import", file, "--rescue") == 1
    assert "1 record rescued" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, ("cannot be read or written", "不能读写")),
        (lambda path: path.write_bytes(b"PK"), ("no exchange file", "不是本系统的交换文件")),
        (lambda path: path.write_bytes(b"ONECARD1" + bytes(9)), ("damaged or incomplete", "已损坏或不完整")),
    ],
    ids=["missing", "foreign", "damaged"],
)
def test_a_bad_file_is_said_in_both_languages_at_both_ends(site, capsys, make, words) -> None:  # type: ignore[no-untyped-def]
    make(site.stick)
    for end in (site.terminal, site.server):
        assert end("bundle", "import", str(site.stick)) == 1
        said = capsys.readouterr().err
        assert all(one in said for one in words)


def test_help_says_what_there_is_and_a_stranger_is_told_to_enrol(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        terminal(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("bundle", "rescue", "clear", "start", "install"))
    assert terminal(["bundle", "export", str(tmp_path / "f"), "--data", str(tmp_path)]) == 1
    assert terminal(["rescue", str(tmp_path), str(tmp_path / "f")]) == 1
