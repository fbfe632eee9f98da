"""Goal: a till starts from a file and its enrolment, and says in words what keeps it from starting. F: E1"""

import io

import msgspec
import pytest

from onecard.errors import OneCardError, Refused
from onecard.terminal.enrol import Enrolment
from onecard.text import Translator
from onecard.wire.client import Identity
from pos import setup as set_up
from pos.__main__ import main

IDENTITY = Identity(unit=7, terminal=1001, epoch=1, seed="11" * 32, server_key="22" * 32)


def config(folder, extra: str = ""):
    path = folder / "pos.toml"
    path.write_text(f'{extra}\n[data]\nfolder = "{folder}"\n[card]\ntest_keys = true\n', encoding="utf-8")
    return path


def enrolled(folder) -> None:
    kept = Enrolment(seed="11" * 32, server_url="http://10.0.0.7:8700", terminal=1001, identity=IDENTITY)
    (folder / "identity.json").write_bytes(msgspec.json.encode(kept))


def test_without_an_enrolment_it_asks_for_the_code(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())  # nobody sits at a keyboard
    assert main(["--config", str(config(tmp_path))]) == 1
    said = capsys.readouterr().err
    assert "注册" in said
    assert "enrolled" in said


def test_a_wrong_setting_is_named_before_a_window_opens(tmp_path, capsys):
    assert main(["--config", str(config(tmp_path, "[screen]\nthema = 'dark'"))]) == 2
    assert "screen.thema" in capsys.readouterr().err


def test_a_missing_file_is_named(tmp_path, capsys):
    assert main(["--config", str(tmp_path / "no.toml")]) == 2
    assert "no.toml" in capsys.readouterr().err


def test_enrolling_twice_is_refused(tmp_path, capsys):
    enrolled(tmp_path)
    assert main(["--config", str(config(tmp_path)), "--enrol", "ABCDEFGH", "--terminal", "1001"]) == 1
    assert capsys.readouterr().err.strip()


def test_the_template_is_a_file_it_would_take(tmp_path, capsys):
    assert main(["--template"]) == 0
    path = tmp_path / "t.toml"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    assert set_up.settings_of(path).number("pos.retap_s") == 15


def test_the_server_is_where_it_was_enrolled_unless_the_file_says_otherwise(tmp_path):
    enrolled(tmp_path)
    plain = set_up.settings_of(config(tmp_path))
    assert set_up.server_of(plain) == "http://10.0.0.7:8700"
    moved = set_up.settings_of(config(tmp_path, '[server]\nurl = "http://10.0.0.8:8700"'))
    assert set_up.server_of(moved) == "http://10.0.0.8:8700"


def test_a_station_is_made_of_its_folder(tmp_path):
    settings = set_up.settings_of(config(tmp_path))
    with pytest.raises(Refused, match="not_enrolled"):
        set_up.set_up(settings)
    enrolled(tmp_path)
    ready = set_up.set_up(settings)
    assert ready.station.config.terminal == 1001
    assert ready.facts.place is None
    ready.close()


def test_keys_that_are_not_there_stop_it_with_a_word(tmp_path):
    path = tmp_path / "pos.toml"
    path.write_text(f'[data]\nfolder = "{tmp_path}"\n', encoding="utf-8")
    with pytest.raises(OneCardError, match=r"keys\.no_secret"):
        set_up.keys_of(set_up.settings_of(path))
    for language in ("zh", "en"):
        assert Translator(language).knows("refusal.keys.no_secret.cashier")
