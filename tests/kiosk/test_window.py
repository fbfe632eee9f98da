"""Goal: the kiosk that people start works in its window, with its threads and the devices' real lines.

Method: a program of its own plays a member with fingers, a card, notes and a printer; its last line tells.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.window
def test_a_member_adds_cash_in_the_real_window(tmp_path):  # F: D3 A3 A11
    done = subprocess.run(
        [sys.executable, "-m", "tests.kiosk.stage_play", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["failed"] == "", told["failed"] + done.stdout[-2000:]
    assert told["balance"] == 8_750 + 12_000
    assert told["receipts"] == 1
    assert "Cash added" in told["seen"]
    private = ("王", "0001", "87.50", "207.50", "120", "1001-1-")
    assert [text for text in told["left"] if any(part in text for part in private)] == []
    assert "￥207.50" in told["seen"]
    assert "Please take your receipt" in told["seen"]


def test_help_and_settings_are_told_without_a_window():
    for option in ("--help", "--template"):
        done = subprocess.run(
            [sys.executable, "-m", "kiosk", option], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0
        assert "acceptor" in done.stdout or "--enrol" in done.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [("[acceptor]\nlin = 1\n", "acceptor.lin"), ("[card]\ntest_keys = true\n", "--enrol"), ("[", "mistake")],
)
def test_what_is_wrong_before_a_window_opens_is_said_in_both_languages(tmp_path, text, said):
    config = tmp_path / "kiosk.toml"
    config.write_text(text + (f'[data]\nfolder = "{tmp_path}"\n' if "card" in text else ""))
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "--config", str(config)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (1, 2)
    zh, en = done.stderr.splitlines()[-2:]
    assert zh != en
    assert said in en
