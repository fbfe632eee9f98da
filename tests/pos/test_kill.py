"""Goal: the till's process may die at any moment; nothing is lost, nothing is paid twice. F: C8 C10

Method: the real app sells in its window until card or journal change, then SIGKILL from outside; the plastic
lives on in a file. Then the app comes back. Every step of every write is killed in the core's own tests.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from onecard.clock import SystemClock
from onecard.journal.journal import Journal
from onecard.wire import messages as m
from tests.onecard.terminal.stand import TERMINAL, make_plastic, read_plastic
from tests.pos.test_window import ROOT, walk
from tests.pos.window import KeptM1

pytestmark = pytest.mark.window

START_FEN = 90_000


def grown(folder: Path) -> int:
    """Bytes of the journal, its log included, as anybody outside sees them."""
    return sum(path.stat().st_size for path in folder.glob("journal.db*"))


def sell_and_die(folder: Path, moment: str) -> None:
    """SIGKILL while a card is being written, or right after the journal took what came of it."""
    environment = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
    card = folder / "card.json"
    untouched = card.read_bytes()
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.pos.window", "selling_on", str(folder)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def wait_for(what: Callable[[], bool]) -> None:
        until = time.monotonic() + 100
        while not what():
            assert child.poll() is None, "the till ended by itself"
            assert time.monotonic() < until, "the till sells nothing"
            time.sleep(0.0005)

    try:
        wait_for(lambda: card.read_bytes() != untouched)
        if moment == "done":
            size = grown(folder)
            wait_for(lambda: grown(folder) > size)
    finally:
        child.kill()
        child.wait()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("moment", ["write", "done"])
def test_a_killed_till_comes_back_with_every_sale_once(tmp_path, moment):
    (tmp_path / "card.json").write_bytes(make_plastic(START_FEN).to_bytes())
    sell_and_die(tmp_path, moment)
    seen = walk("coming_back", tmp_path)
    assert seen["screen"] in ("sell", "aside")
    assert seen["left"] == 0
    journal = Journal(tmp_path / "journal.db", TERMINAL, 1, SystemClock())
    journal.verify()
    bodies = [m.decode_body(one.body) for one in journal.records(1, 0, 1000)]
    done = {one.of for one in bodies if isinstance(one, m.Done)}
    paid = [one for one in bodies if isinstance(one, m.Sale) and one.id in done]
    journal.close()
    assert len(done) == len(paid)
    assert read_plastic(KeptM1.kept(tmp_path / "card.json")).newest.main_fen == START_FEN - 100 * len(paid)
