"""Goal: in some seeded worlds nothing is lost or doubled, the same seed is the same day, and what is broken
on purpose is noticed.

Method: ``python -m tests.world`` in processes of its own, because it brings SQLite a disk of its own.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.world import bugs

ROOT = Path(__file__).resolve().parents[2]
LAST = re.compile(r"world: (\d+) seeds, (\d+) steps, (\d+) faults, (\d+) violations")

pytestmark = pytest.mark.timeout(900)


def world(*asked: str, hashes: str = "random") -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.world", *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONHASHSEED": hashes},
    )
    assert done.stdout, done.stderr
    return done.stdout.splitlines()


# F: E2 G6
def test_nothing_is_lost_or_doubled_in_some_worlds():
    lines = world("--seeds", "16", "--first", "1", "--until-broken")
    last = LAST.fullmatch(lines[-1])
    assert last is not None, lines
    seeds, steps, faults, violations = map(int, last.groups())
    assert violations == 0, "\n".join(lines)
    assert seeds == 16
    assert steps > 1_000
    assert faults > 100


# F: E2
def test_the_same_seed_is_the_same_day_in_another_process():
    """Also where sets come in another order."""
    one = world("--seeds", "2", "--first", "40", "--digests", hashes="1")
    assert one == world("--seeds", "2", "--first", "40", "--digests", hashes="2")
    assert len(set(one)) == 3


# F: G6
@pytest.mark.parametrize("bug", ["journal_not_synced", "gone_means_not_written", "mac_not_checked"])
def test_a_bug_is_noticed(bug):
    assert bugs.caught(bug, most=20)


def test_at_least_twenty_bugs_are_planted():
    assert len(bugs.names()) >= 20
