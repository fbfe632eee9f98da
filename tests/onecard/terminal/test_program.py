"""Goal: a station of any kind starts from a file and its enrolment, or says in words why not. F: E1

Method: the command line of a kind that no app is; ``ran`` stands for its window.
"""

import io
import subprocess
import sys

import msgspec
import pytest

from onecard.clock import SystemClock
from onecard.errors import OneCardError, Refused
from onecard.settings import POS
from onecard.terminal import program, starter
from onecard.terminal.enrol import Enrolment
from onecard.terminal.setup import Kind, set_up
from onecard.text import Translator
from onecard.wire.client import Identity

STALL = Kind(name="stall", title="a stall 摊位", own=POS, usual={"screen.width": 1024})
#: A station whose window wants to be opened a second time.
ONCE_MORE = """
import os, pathlib, sys
from onecard.settings import POS
from onecard.terminal import program, starter
from onecard.terminal.setup import Kind

def run(setup):
    setup.close()
    lives = setup.folder / "lives"
    with lives.open("a") as file:
        print(os.getpid(), *sys.argv[1:], file=file)
    return 75 if len(lives.read_text().splitlines()) == 1 else 3

sys.exit(program.main(Kind(name="stall", title="a stall", own=POS), run))
"""
IDENTITY = Identity(unit=7, terminal=1001, epoch=1, seed="11" * 32, server_key="22" * 32)


def config(folder, extra: str = ""):
    path = folder / "stall.toml"
    path.write_text(f'{extra}\n[data]\nfolder = "{folder}"\n[card]\ntest_keys = true\n', encoding="utf-8")
    return path


def enrolled(folder) -> None:
    kept = Enrolment(seed="11" * 32, server_url="http://10.0.0.7:8700", terminal=1001, identity=IDENTITY)
    (folder / "identity.json").write_bytes(msgspec.json.encode(kept))


@pytest.fixture
def main():
    """``main(...)`` as from a shell; ``main.ran`` are the stations whose window opened."""

    def call(*arguments: str) -> int:
        return program.main(STALL, run, arguments)

    def run(setup) -> int:
        call.ran.append(setup.station.config)
        setup.close()
        return 0

    call.ran = []
    return call


def test_without_an_enrolment_it_asks_for_the_code(main, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())  # nobody sits at a keyboard
    assert main("--config", str(config(tmp_path))) == 1
    said = capsys.readouterr().err
    assert "注册" in said
    assert "Not enrolled" in said
    assert said.count("-m stall --config") == 2
    assert main.ran == []


def test_who_sits_at_a_keyboard_is_asked_and_enrolled(main, tmp_path, capsys, monkeypatch):
    asked = []

    def enrol(path, server, code, terminal, *_):
        asked.append((server, code, terminal))
        enrolled(tmp_path)
        return IDENTITY

    monkeypatch.setattr("onecard.terminal.enrol.enrol", enrol)
    typed = iter(["http://10.0.0.7:8700", "1001", " abcdefgh "])
    monkeypatch.setattr("builtins.input", lambda _prompt: next(typed))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert main("--config", str(config(tmp_path))) == 0
    assert asked == [("http://10.0.0.7:8700", "ABCDEFGH", 1001)]
    assert [(one.kind, one.terminal) for one in main.ran] == [("stall", 1001)]
    assert "1001" in capsys.readouterr().out


def test_a_wrong_setting_is_named_before_a_window_opens(main, tmp_path, capsys):
    assert main("--config", str(config(tmp_path, "[screen]\nthema = 'dark'"))) == 2
    assert "screen.thema" in capsys.readouterr().err
    assert main.ran == []


def test_a_missing_file_is_named(main, tmp_path, capsys):
    assert main("--config", str(tmp_path / "no.toml")) == 2
    assert "no.toml" in capsys.readouterr().err


def test_enrolling_twice_is_refused(main, tmp_path, capsys):
    enrolled(tmp_path)
    assert main("--config", str(config(tmp_path)), "--enrol", "ABCDEFGH", "--terminal", "1001") == 1
    assert "1001" in capsys.readouterr().err
    assert main.ran == []


def test_the_template_is_a_file_it_would_take(main, tmp_path, capsys):
    assert main("--template") == 0
    path = tmp_path / "t.toml"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    assert STALL.settings(path).number("pos.retap_s") == 15


def test_a_kind_has_its_own_defaults_and_a_file_goes_before_them(tmp_path):
    assert STALL.settings(None).number("screen.width") == 1024
    wide = STALL.settings(config(tmp_path, "[screen]\nwidth = 1366"))
    assert (wide.number("screen.width"), wide.number("screen.height")) == (1366, 800)


def test_the_server_is_where_it_was_enrolled_unless_the_file_says_otherwise(tmp_path):
    enrolled(tmp_path)
    plain = STALL.settings(config(tmp_path))
    assert STALL.server_url(plain) == "http://10.0.0.7:8700"
    moved = STALL.settings(config(tmp_path, '[server]\nurl = "http://10.0.0.8:8700"'))
    assert STALL.server_url(moved) == "http://10.0.0.8:8700"


def test_a_station_is_made_of_its_folder(tmp_path):
    settings = STALL.settings(config(tmp_path))
    with pytest.raises(Refused, match="not_enrolled"):
        set_up(STALL, settings)
    enrolled(tmp_path)
    ready = set_up(STALL, settings, SystemClock())
    assert (ready.station.config.kind, ready.station.config.terminal) == ("stall", 1001)
    assert ready.station.facts.place is None
    ready.close()


def test_keys_that_are_not_there_stop_it_with_a_word(tmp_path):
    path = tmp_path / "stall.toml"
    path.write_text(f'[data]\nfolder = "{tmp_path}"\n', encoding="utf-8")
    with pytest.raises(OneCardError, match=r"keys\.no_secret"):
        STALL.keys(STALL.settings(path))
    for language in ("zh", "en"):
        assert Translator(language).knows("refusal.keys.no_secret.cashier")


def test_where_nobody_watches_over_it_it_begins_anew_by_itself(tmp_path, monkeypatch):
    """F: E6"""
    monkeypatch.delenv(starter.FOLDER, raising=False)
    enrolled(tmp_path)
    program_file, settings = tmp_path / "stall.py", config(tmp_path)
    program_file.write_text(ONCE_MORE, encoding="utf-8")
    words = ["--config", str(settings), "--terminal", "1001"]
    done = subprocess.run([sys.executable, str(program_file), *words], timeout=60, check=False)
    first, second = (tmp_path / "lives").read_text().splitlines()
    assert (done.returncode, first.split()[0]) == (3, second.split()[0]), (
        "one process, as its watcher knows it"
    )
    assert first.split()[1:] == words
    assert second.split()[1:] == words[:2], "a one-time code and what goes with it is used up"


@pytest.mark.parametrize(("watched", "code", "begins"), [(True, 75, []), (False, 75, [True]), (False, 0, [])])
def test_only_who_wants_it_and_is_not_watched_begins_anew(tmp_path, monkeypatch, watched, code, begins):
    enrolled(tmp_path)
    for name in (starter.FOLDER, starter.VERSION):
        monkeypatch.setenv(name, str(tmp_path)) if watched else monkeypatch.delenv(name, raising=False)
    began = []

    def run(setup):
        setup.close()
        return code

    arguments = ["--config", str(config(tmp_path))]
    assert program.main(STALL, run, arguments, lambda config: began.append(config.exists())) == code
    assert began == begins
