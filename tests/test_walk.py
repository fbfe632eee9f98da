"""Goal: every task of till, desk and kiosk is done by fingers alone, and at the till by keys alone. F: C14 D6

Method: the walks, each in a process of its own, as a station has one: one window, one app's screens.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
WALKS = {"till": "tests/pos/walk", "kiosk": "tests/kiosk/test_touch_walk.py"}


@pytest.mark.window
@pytest.mark.timeout(900)
@pytest.mark.parametrize("walk", WALKS)
def test_every_task_is_done(walk: str, tmp_path: Path) -> None:
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", "-q",
         "--basetemp", str(tmp_path / "walk"), WALKS[walk]],
        cwd=ROOT, env=alone | {"ONECARD_WALK": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
