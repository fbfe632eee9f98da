"""Day and month close: a line under the books at a ``batch_no``, with what each terminal had sent. F: G5

A close is never changed. What arrives later for a closed day falls into the next one, named late there.
"""

import msgspec
from sqlalchemy import Connection, RowMapping, func, select

from onecard.clock import day_of_card
from onecard.errors import Refused
from server.books import tables as books
from server.books.recent import recent
from server.books.reconcile import Problem, reconcile
from server.db import one_writer, write_rows
from server.exceptions.tables import exception
from server.settlement import tables, total

_ENCODER = msgspec.json.Encoder(order="deterministic")


class Close(msgspec.Struct, frozen=True):
    """One line under the books."""

    close: int
    day: int
    batch_from: int
    batch_upto: int
    watermarks: dict[str, tuple[int, int]]
    differences: tuple[Problem, ...]
    made_by: int
    seconded_by: int
    at: int


class Checked(msgspec.Struct, frozen=True):
    """What stands in the way of a close: what does not tie out, and what nobody has in hand."""

    problems: tuple[Problem, ...]
    unowned: int


def _close(row: RowMapping) -> Close:
    return Close(
        row["close"],
        row["day"],
        row["batch_from"],
        row["batch_upto"],
        msgspec.json.decode(row["watermarks"], type=dict[str, tuple[int, int]]),
        msgspec.json.decode(row["differences"], type=tuple[Problem, ...]),
        row["made_by"],
        row["seconded_by"],
        row["at"],
    )


def closes(connection: Connection, unit: int, limit: int = 400) -> list[Close]:
    """Newest first."""
    query = select(tables.close).where(tables.close.c.unit_id == unit)
    rows = connection.execute(query.order_by(tables.close.c.close.desc()).limit(limit))
    return [_close(row) for row in rows.mappings()]


def last(connection: Connection, unit: int) -> Close | None:
    """The newest close."""
    return next(iter(closes(connection, unit, 1)), None)


def check(connection: Connection, unit: int) -> Checked:
    """Look before closing: what came since the last line, and the kept balances against all totals. Only when
    that finds something is everything read, to name what it is."""
    open_ = (exception.c.closed_at.is_(None), exception.c.in_charge == 0)
    query = select(func.count()).select_from(exception).where(exception.c.unit_id == unit, *open_)
    unowned = connection.execute(query).scalar_one()
    before = last(connection, unit)
    after, at = (before.batch_upto, before.at) if before is not None else (0, 0)
    moved = total.balances(connection, unit, after, _newest(connection, unit))
    problems = recent(connection, unit, after, at, moved)
    return Checked(tuple(reconcile(connection, unit) or problems) if problems else (), unowned)


def _newest(connection: Connection, unit: int) -> int:
    table = books.batch
    query = select(func.coalesce(func.max(table.c.batch_no), 0)).where(table.c.unit_id == unit)
    return int(connection.execute(query).scalar_one())


def make(
    connection: Connection, unit: int, day: int, checked: Checked, by: int, now: int, seconded_by: int = 0
) -> Close:
    """Draw the line (writes). ``day``: the business day that ends.

    Raises ``Refused``: ``close.day_closed`` (this day or a later one has its line), ``close.unowned`` (an
    exception has nobody in charge), ``close.differs`` (the books do not tie out and no second person let it
    through), ``close.same_person``.
    """
    one_writer(connection, unit)
    before = last(connection, unit)
    if before is not None and day <= before.day:
        raise Refused("close.day_closed", day=day_of_card(before.day).isoformat())
    if checked.unowned:
        raise Refused("close.unowned", count=checked.unowned)
    if checked.problems and not seconded_by:
        raise Refused("close.differs", count=len(checked.problems))
    if seconded_by == by:
        raise Refused("close.same_person")
    upto = _newest(connection, unit)
    number, start = (before.close + 1, before.batch_upto) if before is not None else (1, 0)
    made = Close(number, day, start, upto, _arrived(connection, unit), checked.problems, by, seconded_by, now)
    row = (
        unit, number, day, start, upto, _ENCODER.encode(made.watermarks).decode(),
        _ENCODER.encode(made.differences).decode(), by, seconded_by, now,
    )  # fmt: skip
    write_rows(connection, tables.close, [row])
    totals = total.moved(connection, unit, start, upto)
    write_rows(connection, tables.total, total.rows_of(unit, number, totals))
    return made


def changed(connection: Connection, unit: int, one: Close) -> bool:
    """Derive a close's totals from the postings again: is what was written then no longer true? An alarm."""
    told = total.stored(connection, unit, one.close - 1, one.close)
    again = total.moved(connection, unit, one.batch_from, one.batch_upto)
    return _money(told) != _money(again)


def _money(totals: list[total.Total]) -> dict[total.Where, tuple[int, int]]:
    # A terminal or outlet may have moved to another branch since: that is no difference of money.
    sums: dict[total.Where, tuple[int, int]] = {}
    for one in totals:
        where = msgspec.structs.replace(one.where, branch=0)
        count, fen = sums.get(where, (0, 0))
        sums[where] = (count + one.count, fen + one.fen)
    return sums


def _arrived(connection: Connection, unit: int) -> dict[str, tuple[int, int]]:
    table = books.watermark
    found: dict[str, tuple[int, int]] = {}
    query = select(table).where(table.c.unit_id == unit).order_by(table.c.terminal, table.c.epoch)
    for row in connection.execute(query):
        found[str(row.terminal)] = (row.epoch, row.received)
    return found
