"""Bars ``growth`` and ``report_month``: the books of years, on PostgreSQL.

Cards and sales are put there by SQL as the posting engine would have written them; then the same sales are
asked as in a new shop, and a month is reported from the closes that the real closing made. ``BIG=1``: five
million cards, ten million sales; ``BIG=0.1``: a tenth of that.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from onecard.clock import SystemClock, business_day, card_day
from server.books.partition import month_of, next_month, statements
from server.books.tables import batch
from server.db import Database
from server.settlement import close, tables, total
from tests.bench.bar import Bar, at_least, at_most, figure
from tests.bench.online_sale import CLIENTS, place
from tests.bench.shop import UNIT, Shop, shop
from tests.bench.yardstick import Postgres, postgres

BIG = float(os.environ.get("BIG") or 0)
CARDS, SALES = (int(BIG * 5_000_000), int(BIG * 10_000_000)) if BIG else (200_000, 400_000)
DAYS, OUTLETS, TILLS = 30, 200, 400
FIRST_CARD, FIRST_TILL, FIRST_ENTRY, BATCH = 1_000_000, 2_000, 100_000_000, 1_000
EACH, ROUNDS, READS = 100, 3, 5


def _filling(today: int, now: int) -> list[str]:
    """``n`` counts the sales from 0; each of 400 tills numbers its own."""
    key = f"(({FIRST_TILL} + n % {TILLS})::bigint << 32) + (1 << 24) + n / {TILLS} + 1"
    entry, card = f"{FIRST_ENTRY} + n", f"{FIRST_CARD} + n::bigint * 7919 % {CARDS}"
    day, outlet = f"{today - DAYS} + n::bigint * {DAYS} / {SALES}", f"1 + n % {OUTLETS}"
    at = f"{now - DAYS * 86_400} + n::bigint * {DAYS * 86_400} / {SALES}"
    batch = f"{FIRST_ENTRY} + n / {BATCH}"
    cards, sales = f"generate_series(0, {CARDS - 1}) AS n", f"generate_series(0, {SALES - 1}) AS n"
    last = f"{FIRST_ENTRY + SALES}"
    return [
        f"INSERT INTO card SELECT 1, {FIRST_CARD} + n, 1, 2, 0, 'active', {now} FROM {cards}",
        f"INSERT INTO wallet SELECT 1, 'card:' || {FIRST_CARD} + n || ':main', 1000000 FROM {cards}",
        f"INSERT INTO fact SELECT 1, {key}, sha256(n::text::bytea), 'created', '', {entry}, 0 FROM {sales}",
        f"INSERT INTO entry SELECT 1, {entry}, {key}, 'sale', {card}, 1, {outlet}, 1, 1, 1, {at}, {day},"
        f" -100, NULL, 0, {FIRST_TILL} + n % {TILLS}, {batch} FROM {sales}",
        f"INSERT INTO posting SELECT 1, {entry}, 0, 'card:' || {card} || ':main',"
        f" 'owner:1:payable:' || {outlet}, 100, 'CNY',"
        f" to_char(date '2020-01-01' + ({day})::int, 'YYYYMM')::int FROM {sales}",
        f"INSERT INTO batch SELECT 1, {batch}, {batch}, 1, {now}"
        f" FROM generate_series(0, {SALES - 1}, {BATCH}) AS n",
        f"UPDATE counter SET value = {last} WHERE name IN ('entry', 'batch', 'batch_no')",
        "VACUUM ANALYZE",
    ]


def _closed(connection: Connection) -> None:
    """A line under each day, as the office would have drawn them."""
    today, now = card_day(business_day(SystemClock().now())), SystemClock().now()
    upto = connection.execute(select(func.max(batch.c.batch_no)).where(batch.c.unit_id == UNIT)).scalar_one()
    # Put there by SQL: what the close would look at first is not all there.
    moved = tuple(total.moved(connection, UNIT, 0, upto))
    close.make(connection, UNIT, today, close.Checked((), 0, upto, {}, 0, moved, (SALES, SALES)), 1, now)


def _reported(connection: Connection) -> Sequence[tuple[int, int, str, int, int]]:
    """Outlet × day × tender: sales and fen of a month, from what the closes wrote down."""
    table = tables.total
    columns = (table.c.outlet, table.c.day, table.c.debit)
    query = (
        select(*columns, func.sum(table.c.count), func.sum(table.c.fen))
        .where(table.c.unit_id == UNIT, table.c.kind == "sale")
        .group_by(*columns)
        .order_by(*columns)
    )
    return [tuple(row) for row in connection.execute(query)]


async def _report(url: str) -> tuple[float, int, int]:
    """Seconds of a warm report, its rows, its sales."""
    db = Database.open(url)
    await db.write(_closed)
    took: list[float] = []
    rows: Sequence[tuple[int, int, str, int, int]] = ()
    for _ in range(READS):
        began = time.perf_counter()
        rows = await db.read(_reported)
        took.append(time.perf_counter() - began)
    await db.close()
    return statistics.median(took[1:]), len(rows), sum(row[3] for row in rows)


def _rate(there: Shop) -> float:
    there.run(there.sales(CLIENTS, 20))
    return statistics.median(there.run(there.sales(CLIENTS, EACH)).per_second for _ in range(ROUNDS))


def _grow(running: Postgres, there: Shop) -> None:
    now = SystemClock().now()
    today = card_day(business_day(now))
    months = {month_of(day) for day in range(today - DAYS, today + 1)}
    # The newest months are there already.
    earlier = sorted(months - {month_of(today), next_month(month_of(today))})
    for month in earlier:
        running.sql("shop", ";".join(statements(month)))
    for statement in _filling(today, now):
        running.sql("shop", statement)
    running.settle()
    step = max(1, CARDS // 100_000)
    there.cards[:] = [FIRST_CARD + n * 7919 % CARDS for n in range(0, CARDS, step)]


def run() -> list[Bar]:
    """The same shop new and grown."""
    with place() as folder, postgres(folder) as running:
        url = running.database("shop")
        with shop(folder / "server", CLIENTS, url, cards=1_000, ties=False) as there:
            new = _rate(there)
            _grow(running, there)
            grown = _rate(there)
        took, rows, sales = asyncio.run(_report(url))
    return [
        at_least("growth", grown / new, "x new", 0.6),
        figure("  cards", CARDS, ""),
        figure("  sales", SALES, ""),
        at_most("report_month", took * 1000, "ms", 300),
        figure("  rows of the report", rows, ""),
        figure("  sales in it", sales, ""),
    ]
