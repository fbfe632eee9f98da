"""Day and month close: a line under the books at a ``batch_no``, with what each terminal had sent. F: G5

A close is never changed. What arrives later for a closed day falls into the next one, named late there.
As a rule only what is new is read before it; before the first and the first of each month everything is.
"""

import msgspec
from sqlalchemy import Connection, RowMapping, func, select

from onecard.clock import card_day, day_of_card
from onecard.errors import Refused
from server.books import tables as books
from server.books.recent import recent
from server.books.reconcile import Problem, report
from server.db import one_writer, write_rows
from server.exceptions.tables import exception
from server.settlement import tables, total
from server.settlement.total import Total

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
    #: How many entries were read before it, if it was all there are; 0: only what was new.
    entries_read: int = 0


class Checked(msgspec.Struct, frozen=True):
    """What stands in the way of a close: what does not tie out, and what nobody has in hand. The line is
    drawn where the books stood then: what comes in meanwhile belongs to the next one."""

    problems: tuple[Problem, ...]
    unowned: int
    upto: int
    watermarks: dict[str, tuple[int, int]]
    #: The line before, and what moved since.
    after: int
    totals: tuple[Total, ...]
    #: Entries and postings that were read, if it was all there are.
    everything: tuple[int, int] | None = None


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
        row["entries"] or 0,
    )


def closes(connection: Connection, unit: int, limit: int = 400) -> list[Close]:
    """Newest first."""
    close, reading = tables.close, tables.close_reading
    same = (reading.c.unit_id == close.c.unit_id) & (reading.c.close == close.c.close)
    query = select(close, reading.c.entries).outerjoin(reading, same).where(close.c.unit_id == unit)
    rows = connection.execute(query.order_by(tables.close.c.close.desc()).limit(limit))
    return [_close(row) for row in rows.mappings()]


def last(connection: Connection, unit: int) -> Close | None:
    """The newest close."""
    return next(iter(closes(connection, unit, 1)), None)


def is_whole_due(connection: Connection, unit: int, day: int) -> bool:
    """Whether the close of ``day`` must read everything: the first one, and the first that a month ends with
    or before."""
    ended = _month_end(day)
    close, reading = tables.close, tables.close_reading
    same = (reading.c.unit_id == close.c.unit_id) & (reading.c.close == close.c.close)
    query = select(func.max(close.c.day)).join(reading, same).where(close.c.unit_id == unit)
    newest = connection.execute(query).scalar()
    return newest is None or newest < ended


def _month_end(day: int) -> int:
    """The last day of a month that is not after ``day``."""
    tomorrow = day_of_card(day + 1)
    return card_day(tomorrow.replace(day=1)) - 1


def check(connection: Connection, unit: int, day: int = 0, *, whole: bool = False) -> Checked:
    """Look before closing ``day``: at what came since the last line, and at kept balances against all totals.
    At everything if it is due, if asked for, and to name what that finds."""
    open_ = (exception.c.closed_at.is_(None), exception.c.in_charge == 0)
    query = select(func.count()).select_from(exception).where(exception.c.unit_id == unit, *open_)
    unowned = connection.execute(query).scalar_one()
    before = last(connection, unit)
    after, at = (before.batch_upto, before.at) if before is not None else (0, 0)
    upto = _newest(connection, unit)
    moved = total.moved(connection, unit, after, upto)
    problems = recent(connection, unit, after, at, total.balances(connection, unit, moved))
    everything = None
    if whole or (day and is_whole_due(connection, unit, day)) or problems:
        named = report(connection, unit)
        everything, problems = (named.entries, named.postings), list(named.problems) or problems
    arrived = _arrived(connection, unit)
    return Checked(tuple(problems), unowned, upto, arrived, after, tuple(moved), everything)


def _newest(connection: Connection, unit: int) -> int:
    table = books.batch
    query = select(func.coalesce(func.max(table.c.batch_no), 0)).where(table.c.unit_id == unit)
    return int(connection.execute(query).scalar_one())


def make(
    connection: Connection, unit: int, day: int, checked: Checked, by: int, now: int, seconded_by: int = 0
) -> Close:
    """Draw the line where ``checked`` looked (writes). ``day``: the business day that ends.

    Raises ``Refused``: ``close.day_closed`` (this day or a later one has its line), ``close.unowned`` (an
    exception has nobody in charge), ``close.not_whole`` (everything has to be read before this one),
    ``close.differs`` (the books do not tie out and no second person let it through), ``close.same_person``.
    """
    one_writer(connection, unit)
    before = last(connection, unit)
    if before is not None and (day <= before.day or checked.upto < before.batch_upto):
        raise Refused("close.day_closed", day=day_of_card(before.day).isoformat())
    if checked.unowned:
        raise Refused("close.unowned", count=checked.unowned)
    if checked.everything is None and is_whole_due(connection, unit, day):
        raise Refused("close.not_whole")
    if checked.problems and not seconded_by:
        raise Refused("close.differs", count=len(checked.problems))
    if seconded_by == by:
        raise Refused("close.same_person")
    number, start = (before.close + 1, before.batch_upto) if before is not None else (1, 0)
    entries, postings = checked.everything or (0, 0)
    made = Close(
        number, day, start, checked.upto, checked.watermarks, checked.problems, by, seconded_by, now, entries
    )
    row = (
        unit, number, day, start, made.batch_upto, _ENCODER.encode(made.watermarks).decode(),
        _ENCODER.encode(made.differences).decode(), by, seconded_by, now,
    )  # fmt: skip
    write_rows(connection, tables.close, [row])
    if checked.everything is not None:
        write_rows(connection, tables.close_reading, [(unit, number, entries, postings)])
    # Summed up where it was looked: whoever draws the line holds every sale up for as long as it takes.
    totals = checked.totals
    if checked.after != start:
        totals = tuple(total.moved(connection, unit, start, made.batch_upto))
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
