"""Goal: the app as people start it sells in its window: screens, keys, fingers, threads. F: C1 C6 C14

Each path runs in a process of its own (``tests/pos/window.py``).
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.window


def walk(path: str, folder: Path) -> dict:
    environment = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "tests.pos.window", path, str(folder)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["problem"] == "", (seen, done.stderr[-2000:])
    return seen


def test_a_cashier_sells_by_keyboard_and_by_finger_and_each_receipt_comes_out(tmp_path):
    seen = walk("selling", tmp_path)
    assert seen["balance"] == 10_000 - 1250 - 100
    assert seen["receipts"] == 2
    assert "收款成功" in seen["words"]
    assert "￥87.50" in seen["words"]
    assert seen["status"].startswith("脱机") or seen["status"].startswith("Offline")
    assert "Charge" in seen["english"]
    assert (seen["picture"], seen["exit_code"]) == ("89504e47", 75)  # F: E6


def test_a_torn_card_is_asked_back_and_pays_once(tmp_path):
    seen = walk("losing_the_card", tmp_path)
    assert seen["still"] == "retap"
    assert "请放回同一张卡" in seen["words"]
    assert seen["balance"] == 9_500
    # A9: what a scanner types is looked up and is no amount on the pad.
    assert "没有这个商品" in seen["scanned"]
    assert "\n0.00\n" in seen["scanned"]
