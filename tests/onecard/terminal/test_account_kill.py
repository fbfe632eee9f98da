"""Killed with signal 9 at every step of a sale from an account: money moves once or not at all. F: A1 C7 C10

Method: the till dies, the books live on; then it comes back, asks to cancel what is open, and uploads twice.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from onecard.terminal.outcome import State
from onecard.wire import messages as m
from tests.onecard.terminal.killing_account import FEN, START_FEN, STORIES, Till

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module", params=STORIES)
def killed(request, tmp_path_factory):
    """(story, folders as every kill left them, and the one that got through)."""
    root = tmp_path_factory.mktemp("account")
    done = subprocess.run(
        [sys.executable, "-m", "tests.onecard.terminal.killing_account", str(root), request.param],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    through = int(done.stdout)
    return request.param, [root / str(at) for at in range(1, through + 1)]


def test_every_kill_leaves_money_and_journal_of_one_mind(killed):
    story, folders = killed
    # Two commits and an exchange at least, each before and after.
    assert len(folders) >= 2 * 3 + 1
    states = set()
    for folder in folders:
        till = Till(folder)
        waiting = till.station.recover()
        assert [one.state for one in waiting] == [State.ASIDE] * len(waiting)
        assert all(one.is_on_account for one in waiting)
        for one in waiting:
            till.accounts.settle(till.cancel(one.id))
        assert till.station.open_taps() == []
        for _ in range(2):
            assert till.upload().results == ()
        assert till.problems() == []
        states.add(agrees(till))
        closed = till.station.close_shift(0)
        assert till.upload().results == ()
        assert till.problems() == []
        assert closed.totals.sales_main_fen - closed.totals.voids_main_fen == START_FEN - till.balance()
        till.close()
    both_sides = len(states) > 1 or story in ("declined", "lost", "aside")
    assert both_sides, "some kills come before the money and some after"


def agrees(till: Till) -> int:
    """The books took exactly what the journal says is done; all else they never took, or gave back."""
    records = till.station.sales_of_shift()
    state = {one.id: one.state for one in records}
    assert all(one in (State.DONE, State.NOT_WRITTEN, State.GIVEN_UP) for one in state.values())
    sold = sum(FEN for one in records if isinstance(one.intent, m.Sale) and one.state is State.DONE)
    back = sum(FEN for one in records if isinstance(one.intent, m.Void) and one.state is State.DONE)
    assert till.balance() == START_FEN - sold + back
    return till.balance()
