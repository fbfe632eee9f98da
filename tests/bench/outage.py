"""Bar ``outage``: the server was away; 50 terminals drain what they sold meanwhile, and selling goes on.

Real journals on disk, real uploaders over HTTP, eight at a time on this machine's cores beside the server;
four more tills sell online all the while. ``BIG=1``: 450,000 sales, as after 72 hours; else a thirtieth, and
the minutes are those that all would take at its rate. The books must tie out afterwards.
"""

import os
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from onecard.clock import SystemClock
from onecard.ids import SystemEntropy
from onecard.journal.facts import Facts
from onecard.journal.journal import Journal
from onecard.journal.sync import Exchange
from onecard.wire.client import Identity, ServerClient
from tests.bench.alone import day_alone
from tests.bench.bar import Bar, at_most, figure, percentile
from tests.bench.online_sale import place
from tests.bench.shop import UNIT, Shop, Till, shop

BIG = os.environ.get("BIG") == "1"
TERMINALS, SELLING = 50, 4
SALES = 9_000 if BIG else 300
CARDS_EACH = 20
AT_ONCE = 8
MINUTES, ALL = 15.0, 450_000
_ONLINE_EACH = 25


def _drain(folder: Path, there: Shop, till: Till, server_key: str) -> int:
    """One terminal's exchange until it has nothing left → its records."""
    identity = Identity(
        unit=UNIT, terminal=till.number, epoch=1, seed=till.key.seed.hex(), server_key=server_key
    )
    clock = SystemClock()
    client = ServerClient(there.server.url, identity, clock, SystemEntropy())
    journal = Journal(folder / f"{till.number}.db", till.number, 1, clock)
    facts = Facts(folder / f"{till.number}.facts", bytes.fromhex(server_key), clock)
    try:
        count = journal.pending
        trouble = Exchange(client, journal, facts).run()
        assert (trouble, journal.pending) == ("", 0), trouble
        return count
    finally:
        client.close()
        journal.close()
        facts.close()


def _sell(there: Shop, until: threading.Event) -> list[float]:
    """Seconds of each online sale while the others drain."""
    latencies: list[float] = []
    selling = Shop(there.server, there.tills[TERMINALS:], there.cards)
    while not until.is_set():
        latencies += selling.run(selling.sales(SELLING, _ONLINE_EACH)).latencies
    return latencies


def _measured(there: Shop, folder: Path, server_key: str) -> tuple[int, float, list[float]]:
    done = threading.Event()
    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        selling = pool.submit(_sell, there, done)
        try:
            began = time.perf_counter()
            queued = there.tills[:TERMINALS]
            count = sum(pool.map(lambda till: _drain(folder, there, till, server_key), queued))
            seconds = time.perf_counter() - began
        finally:
            done.set()
        return count, seconds, selling.result()


def run() -> list[Bar]:
    with place() as folder, shop(folder / "server", TERMINALS + SELLING, cards=400) as there:
        for till in there.tills[:TERMINALS]:
            base = 1_000_000 + till.number * 1_000
            day_alone(folder / f"{till.number}.db", till.number, range(base, base + CARDS_EACH), SALES)
        server_key = _server_key(folder / "server")
        count, seconds, latencies = _measured(there, folder, server_key)
    assert count == TERMINALS * 2 * (SALES + CARDS_EACH), count
    sales = TERMINALS * SALES
    return [
        at_most("outage", seconds / 60 * ALL / sales, "min", MINUTES),
        figure("  seconds it took", seconds, "s"),
        figure("  sales drained", sales, ""),
        figure("  sales drained per second", sales / seconds, "/s"),
        figure("  records per second", count / seconds, "/s"),
        figure("  online sales meanwhile", len(latencies), ""),
        figure("  their p99", percentile(latencies, 0.99) * 1000, "ms"),
    ]


def _server_key(folder: Path) -> str:
    from onecard.wire.signing import SigningKey

    text = (folder / "keys" / "server.key").read_text(encoding="ascii").strip()
    assert re.fullmatch(r"[0-9a-f]{64}", text)
    return SigningKey(bytes.fromhex(text)).public.hex()
