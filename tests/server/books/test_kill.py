"""kill −9 of a real writer in the middle of its batches: acknowledged ⇒ there, once; the rest goes on. I9"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from server.books import tables
from tests.server.books.engine import Books
from tests.server.books.writer import journal

ROOT = Path(__file__).parents[3]


def writer(url: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.server.books.writer", url],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@pytest.mark.parametrize("lines", [1, 6, 17, 29])
def test_acknowledged_survives_kill_9(books: Books, lines: int) -> None:
    """Killed after so many answers, at whatever it was doing then; then the work is taken up again."""
    acknowledged: dict[int, int] = {}
    with writer(books.db.url) as process:
        assert process.stdout is not None
        for _ in range(lines):
            terminal, received = process.stdout.readline().split()
            acknowledged[int(terminal)] = int(received)
        os.kill(process.pid, signal.SIGKILL)
        for line in process.stdout:  # answers that had left before it died
            if line.startswith("1"):
                terminal, received = line.split()
                acknowledged[int(terminal)] = int(received)
    kept = {row.record for row in books.rows(tables.record)}
    for terminal, received in acknowledged.items():
        mine = sorted(key for key in kept if key >> 32 == terminal)
        assert len(mine) >= received
        assert [key & 0xFFFFFF for key in mine] == list(range(1, len(mine) + 1))
    books.tie_out()

    for terminal in range(1001, 1005):
        station, _ = journal(terminal)
        while station.sent < len(station.records):
            books.upload(station, station.sent, station.sent + 300)
            station.sent = min(station.sent + 300, len(station.records))
    all_there_once(books)


def all_there_once(books: Books) -> None:
    """Every record of the four journals, and the cards worth what they say."""
    records, purses = 0, {}
    for terminal in range(1001, 1005):
        station, cards = journal(terminal)
        records += len(station.records)
        purses.update({f"card:{card.card}:1:main:purse": card.main for card in cards})
    assert len(books.rows(tables.record)) == records
    found = {name: fen for name, fen in books.accounts().items() if name.endswith(":purse")}
    assert found == purses
    books.tie_out()


def test_two_processes_take_the_same_records_once(books: Books) -> None:
    """Both are sent all journals at the same time; on SQLite as well, whose file they share."""
    with writer(books.db.url) as one, writer(books.db.url) as other:
        for process in (one, other):
            said, _ = process.communicate(timeout=240)
            assert said.splitlines()[-1] == "end"
    all_there_once(books)
