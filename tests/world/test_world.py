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
def test_nothing_is_lost_or_doubled_and_a_seed_is_the_same_day_in_another_process():
    """Also where sets come in another order."""
    lines = world("--seeds", "8", "--digests", "--until-broken", hashes="1")
    last = LAST.fullmatch(lines[-1])
    assert last is not None, lines
    seeds, steps, faults, violations = map(int, last.groups())
    assert violations == 0, "\n".join(lines)
    assert seeds == 8
    assert steps > 600
    assert faults > 100
    digests = lines[:-1]
    assert len(set(digests)) == 8
    assert world("--seeds", "2", "--first", "3", "--digests", hashes="2")[:-1] == digests[2:4]


# F: G6
@pytest.mark.parametrize(
    "bug", ["done_is_not_read_back", "journal_not_synced", "load_number_skipped", "no_content_compare"]
)
def test_a_bug_is_noticed(bug):
    """Those that are found soonest; ``make world`` hunts all of them."""
    assert bugs.caught(bug, most=6)


def test_at_least_twenty_bugs_are_planted():
    assert len(bugs.names()) >= 20
