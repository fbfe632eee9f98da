"""Monthly partitions of the postings on PostgreSQL: old months lie still, and can be kept elsewhere.

``posting.month`` is 202611 for a business day of November 2026. Facts are not divided: an id must be unique
for ever. SQLite keeps everything in one table.
"""

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import Connection

from onecard.clock import day_of_card

_KNOWN = "posting_months"


@lru_cache(maxsize=1024)
def month_of(day: int) -> int:
    """The month of a business day, as it stands in ``posting.month``."""
    date = day_of_card(day)
    return date.year * 100 + date.month


def next_month(month: int) -> int:
    """November 2026 → December 2026."""
    return month + 1 if month % 100 < 12 else month + 89


def keep_months(connection: Connection, months: Iterable[int]) -> None:
    """See that these months have a place (writes). Asked before every batch: a known month costs nothing."""
    if connection.dialect.name == "sqlite":
        return
    # Of the connection, not of this process: it may speak to several databases. Only what was there before
    # this transaction is remembered, since what it makes may be taken back with it.
    known: set[int] = connection.info.setdefault(_KNOWN, set())
    for month in sorted(set(months) - known):
        if _is_there(connection, month):
            known.add(month)
            continue
        # Units of one database have a lock each, and tables in common.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(0)")
        if not _is_there(connection, month):
            for statement in statements(month):
                connection.exec_driver_sql(statement)


def _is_there(connection: Connection, month: int) -> bool:
    found = connection.exec_driver_sql(f"SELECT to_regclass('posting_{month}')")
    return found.scalar_one() is not None


def statements(month: int) -> tuple[str, str]:
    """What makes one month's table, with a trigger of its own: that of the whole does not guard its parts."""
    name = f"posting_{month}"
    return (
        f"CREATE TABLE {name} PARTITION OF posting FOR VALUES FROM ({month}) TO ({month + 1})",
        f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION append_only()",
    )
