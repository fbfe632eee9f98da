"""Bar ``journal``: append one intent with fsync ÷ a bare write + fsync of as many bytes on the same disk."""

import os
import statistics
import tempfile
import time
from pathlib import Path

from onecard.clock import SystemClock
from onecard.ids import RecordId
from onecard.journal.journal import Journal
from onecard.wire.messages import Line, Pay, Sale
from tests.bench.bar import Bar, at_most, figure

_ROUNDS = 300
_BARE_BYTES = 4096


def _sale(id: RecordId) -> Sale:
    line = Line(price_fen=1250, total_fen=1250)
    return Sale(
        unit=1, id=id, at=1, day=1, outlet=1, owner=1, card=1, issue=1,
        lines=(line,), due_fen=1250, pays=(Pay("main", 1250),),
    )  # fmt: skip


def run() -> list[Bar]:
    """Medians of alternating single writes, so that a slow moment of the disk hits both."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        path = Path(folder) / "journal.sqlite"
        Journal(path, 1001, 1, SystemClock()).close()
        journal = Journal(path, 1001, 1, SystemClock())  # as on every morning but the first
        bare = os.open(Path(folder) / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        appends, bares = [], []
        for _ in range(_ROUNDS):
            began = time.perf_counter()
            journal.append(_sale)
            middle = time.perf_counter()
            os.write(bare, bytes(_BARE_BYTES))
            os.fsync(bare)
            appends.append(middle - began)
            bares.append(time.perf_counter() - middle)
        os.close(bare)
        journal.close()
    append_s, bare_s = statistics.median(appends), statistics.median(bares)
    return [
        at_most("journal", append_s / bare_s, "x fsync", 2.0),
        figure("journal_append", append_s * 1000, "ms"),
    ]
