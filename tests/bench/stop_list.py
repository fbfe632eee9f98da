"""Bar ``stop_list``: a million stopped cards on a terminal: memory, look-up, a delta of 10,000. F: E3

Processor time, of which a busy neighbour takes nothing. The memory is what the process grows by when the list
is held, and the look-up is of cards as they are tapped: one in a thousand is on the list, and its reason is
read from the disk.
"""

import gc
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from onecard.clock import SystemClock
from onecard.ids import SeededEntropy
from onecard.journal.facts import Facts
from onecard.wire import messages as m
from onecard.wire.message import encode
from onecard.wire.signing import SigningKey, sign_document
from tests.bench.bar import Bar, at_most, figure

STOPS, DELTA, LOOKS = 1_000_000, 10_000, 200_000
_LISTED_EACH = 1_000


def _key() -> SigningKey:
    return SigningKey.make(SeededEntropy(1))


def _fetched(version: int, body: m.StopsDocument) -> m.Fetched:
    document = sign_document(_key(), "stops", version, 0, encode(body))
    now = SystemClock().now()
    return m.Fetched(documents=(document,), now=now, books_epoch=1, epoch=1, received=0, head="")


def _opened(folder: Path) -> Facts:
    return Facts(folder / "facts.db", _key().public, SystemClock())


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


def _memory(folder: Path) -> int:
    """Asked in a process of its own, whose heap nothing has stretched before."""
    facts = _opened(folder)
    facts.stop(1, 1)
    gc.collect()
    before = _resident()
    facts.hold_stops()
    gc.collect()
    grown = _resident() - before
    facts.close()
    return grown


def _look_up(facts: Facts) -> tuple[float, float]:
    """Microseconds per look-up: as taps come, and of a card that is on the list."""
    luck = random.Random(7)  # the even numbers are on the list
    taps = [2 * luck.randrange(STOPS) + (0 if n % _LISTED_EACH == 0 else 1) for n in range(LOOKS)]
    facts.stop(1, 1)
    began = time.process_time()
    found = sum(facts.stop(card, 1) is not None for card in taps)
    mixed = time.process_time() - began
    assert found == LOOKS // _LISTED_EACH, found
    listed = taps[::_LISTED_EACH][:200] * 10
    began = time.process_time()
    assert all(facts.stop(card, 1) is not None for card in listed)
    return mixed / LOOKS * 1e6, (time.process_time() - began) / len(listed) * 1e6


def _delta(facts: Facts, version: int) -> float:
    """Milliseconds until 10,000 changes are verified, on disk and in force; half of them leave the list."""
    luck = random.Random(version)
    off = [m.Stop(2 * luck.randrange(STOPS), 1, "", version) for _ in range(DELTA // 2)]
    on = [m.Stop(2 * STOPS + luck.randrange(10**9), 1, "lost", version) for _ in range(DELTA // 2)]
    fetched = _fetched(version, m.StopsDocument(base=version - 1, stops=tuple(off + on)))
    began = time.process_time()
    assert facts.receive(fetched) == []
    took = time.process_time() - began
    assert facts.stop(on[0].card, 1) is not None
    return took * 1000


def run() -> list[Bar]:
    with tempfile.TemporaryDirectory(prefix="onecard-bench-") as name:
        folder = Path(name)
        facts = _opened(folder)
        stops = tuple(m.Stop(2 * card, 1, "lost", 1) for card in range(STOPS))
        began = time.process_time()
        assert facts.receive(_fetched(1, m.StopsDocument(base=0, stops=stops))) == []
        whole = time.process_time() - began
        del stops
        facts.close()
        asked = subprocess.run(
            [sys.executable, "-m", "tests.bench.stop_list", name], capture_output=True, text=True, check=True
        )
        facts = _opened(folder)
        facts.hold_stops()
        mixed, listed = _look_up(facts)
        deltas = sorted(_delta(facts, version) for version in range(2, 7))
        facts.close()
    return [
        at_most("stop_list", int(asked.stdout) / (1 << 20), "MB", 16),
        at_most("stop_list_look_up", mixed, "us", 5),
        at_most("stop_list_delta", deltas[len(deltas) // 2], "ms", 200),
        figure("  a card that is on the list", listed, "us"),
        figure("  the whole list received", whole, "s"),
    ]


if __name__ == "__main__":
    print(_memory(Path(sys.argv[1])))
