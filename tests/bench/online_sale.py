"""Bars ``online_sale_sqlite`` and ``online_sale_pg``: authenticated sales over HTTP ÷ TPC-B in the same run.

Distinct cards, all checks on; every answer must be ``created``, and the books must tie out. The yardstick is
taken just before, at as many clients, on the same disk; what it left unwritten is written before ours begins.
"""

import os
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.bar import Bar, at_least, at_most, figure, percentile
from tests.bench.shop import Load, Shop, shop
from tests.bench.yardstick import Postgres, postgres

CLIENTS, WARM_UP_EACH = 64, 20
#: PostgreSQL: clients, sales of each, target ÷ TPC-B, p99 in ms.
_PG = ((64, 300, 2.5, 50.0), (16, 600, 1.3, 10.0))


@contextmanager
def place() -> Iterator[Path]:
    """A folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="onecard-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(there: Shop, clients: int, each: int) -> Load:
    """Sales of so many clients, warmed up."""
    there.run(there.sales(clients, WARM_UP_EACH))
    return there.run(there.sales(clients, each))


def yardstick(running: Postgres, clients: int) -> float:
    """TPC-B per second, with nothing of it left to be written afterwards."""
    tpcb = running.tpcb(clients)
    running.settle()
    return tpcb


def figures(sales: Load, tpcb: float, clients: int) -> list[Bar]:
    """What stands behind a ratio."""
    return [
        figure("  sales per second", sales.per_second, "/s"),
        figure(f"  TPC-B at {clients} clients", tpcb, "/s"),
        figure("  server CPU per sale", sales.server_us, "us"),
        figure("  client CPU per sale", sales.client_us, "us"),
        figure("  median", statistics.median(sales.latencies) * 1000, "ms"),
    ]


def _sqlite() -> list[Bar]:
    with place() as folder:
        with postgres(folder) as running:
            tpcb = yardstick(running, CLIENTS)
        os.sync()
        with shop(folder / "server", CLIENTS) as there:
            sales = measure(there, CLIENTS, 300)
    return [
        at_least("online_sale_sqlite", sales.per_second / tpcb, "x TPC-B", 1.5),
        *figures(sales, tpcb, CLIENTS),
        figure("  p99", percentile(sales.latencies, 0.99) * 1000, "ms"),
    ]


def _pg() -> list[Bar]:
    bars: list[Bar] = []
    with (
        place() as folder,
        postgres(folder) as running,
        shop(folder / "server", CLIENTS, running.database("shop")) as there,
    ):
        for clients, each, target, p99 in _PG:
            tpcb = yardstick(running, clients)
            sales = measure(there, clients, each)
            bars += [
                at_least(f"online_sale_pg_{clients}", sales.per_second / tpcb, "x TPC-B", target),
                at_most("  p99", percentile(sales.latencies, 0.99) * 1000, "ms", p99),
                *figures(sales, tpcb, clients),
            ]
    return bars


def run() -> list[Bar]:
    """Both engines."""
    return _sqlite() + _pg()
