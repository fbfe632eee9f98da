"""Subsidy lists from the upload to the release: drafted by one person, approved by another. F: B3

The money moves in ``server.books.office.subsidy``; here lists change their state, and are shown.
"""

import calendar
import csv
import io
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from onecard import money
from onecard.clock import business_day, card_day, day_of_card
from onecard.errors import Refused
from onecard.money import MAX_FEN
from server.db import one_writer, write_rows
from server.members.tables import member
from server.organisation.scope import Scope
from server.organisation.service import clean_name, next_number
from server.subsidy.tables import subsidy_line, subsidy_list

WAYS = ("tap", "pickup", "direct")
WALLETS = ("subsidy", "subsidy2")
LINES_MAX = 100_000


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """``expires_day``: last day to spend it, 0 = it adds up; ``collect_until``: last day to pick it up."""

    name: str
    way: str = "tap"
    wallet: str = "subsidy"
    expires_day: int = 0
    collect_until: int = 0


class Bad(msgspec.Struct, frozen=True):
    """A row that cannot be taken: where, and the code of why."""

    row: int
    code: str
    text: str


class Read(msgspec.Struct, frozen=True):
    """What an upload says: lines of (member, fen), and the rows that are wrong."""

    lines: tuple[tuple[int, int], ...]
    bad: tuple[Bad, ...]

    @property
    def fen(self) -> int:
        return sum(fen for _, fen in self.lines)


def month_end(day: int) -> int:
    """The last day of the month that a card day is in: for what is cleared at month end."""
    date = day_of_card(day)
    return card_day(date.replace(day=calendar.monthrange(date.year, date.month)[1]))


def text_of(upload: bytes) -> str:
    """UTF-8 or GBK, as spreadsheets save it. Raises ``Refused("subsidy.file")``."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return upload.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("subsidy.file")


def read_lines(connection: Connection, scope: Scope, text: str, each_fen: int = 0) -> Read:
    """Rows ``member number, amount in yuan``; without an amount each gets ``each_fen``. Every bad row is
    named, and a member who stands there twice is one."""
    return read_rows(connection, scope, rows_of(text), each_fen)


def rows_of(text: str) -> list[list[str]]:
    """The cells of a list that was typed or saved as CSV. Raises ``Refused("subsidy.file")``."""
    try:
        return list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error:
        raise Refused("subsidy.file") from None


def read_rows(
    connection: Connection,
    scope: Scope,
    table: Sequence[Sequence[str]],
    each_fen: int = 0,
    least_fen: int = 1,
) -> Read:
    """The same of rows that a spreadsheet was read into. ``least_fen`` 0: nobody needs to get anything."""
    rows = [row for row in table if any(cell.strip() for cell in row)]
    if len(rows) > LINES_MAX:
        raise Refused("subsidy.too_long", most=LINES_MAX)
    known = _members(connection, scope, {row[0].strip() for row in rows})
    lines: dict[int, int] = {}
    bad: list[Bad] = []
    for place, row in enumerate(rows, 1):
        number = row[0].strip()
        who = known.get(number)
        if place == 1 and who is None and _is_heading(row):
            continue
        try:
            typed = row[1].strip() if len(row) > 1 else ""
            fen = money.parse(typed) if typed else each_fen
        except Refused as no:
            bad.append(Bad(place, no.code, number))
            continue
        if who is None:
            bad.append(Bad(place, "member.unknown", number[:32]))
        elif who in lines:
            bad.append(Bad(place, "subsidy.twice", number))
        elif not least_fen <= fen <= MAX_FEN:
            bad.append(Bad(place, "amount.zero" if fen <= 0 else "amount.too_large", number))
        else:
            lines[who] = fen
    return Read(tuple(lines.items()), tuple(bad))


def _is_heading(row: Sequence[str]) -> bool:
    """A first row of words: no amount stands in it."""
    return len(row) > 1 and not any(cell.isdigit() for cell in row[1])


def _members(connection: Connection, scope: Scope, numbers: set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    wanted = sorted(numbers)
    for start in range(0, len(wanted), 500):
        query = select(member.c.number, member.c.member).where(
            scope.by_branch(member), member.c.number.in_(wanted[start : start + 500])
        )
        found.update((row.number, row.member) for row in connection.execute(query))
    return found


def group_lines(connection: Connection, scope: Scope, group: str, fen: int, least_fen: int = 1) -> Read:
    """Everybody of a group gets ``fen``."""
    if not least_fen <= fen <= MAX_FEN:
        raise Refused("amount.zero" if fen <= 0 else "amount.too_large", cap=MAX_FEN)
    query = select(member.c.member).where(
        scope.by_branch(member), member.c.group == group, member.c.state == "active"
    )
    return Read(tuple((number, fen) for number in connection.execute(query).scalars()), ())


def draft(
    connection: Connection,
    unit: int,
    draft: Draft,
    lines: tuple[tuple[int, int], ...],
    operator: int,
    now: int,
) -> int:
    """A new list (writes); its number, which is its fund's too. Raises ``Refused``."""
    one_writer(connection, unit)
    if draft.way not in WAYS or draft.wallet not in WALLETS:
        raise Refused("subsidy.way")
    if not lines:
        raise Refused("subsidy.empty")
    today = card_day_of(now)
    for day in (draft.expires_day, draft.collect_until):
        if day and not today <= day <= 0xFFFF:
            raise Refused("subsidy.expired")
    number = next_number(connection, subsidy_list, "list", unit)
    connection.execute(
        insert(subsidy_list).values(
            unit_id=unit,
            list=number,
            name=clean_name(draft.name),
            way=draft.way,
            wallet=draft.wallet,
            expires_day=draft.expires_day,
            collect_until=draft.collect_until,
            state="draft",
            made_by=operator,
            made_at=now,
            approved_by=0,
            approved_at=0,
            released_by=0,
            released_at=0,
        )
    )
    rows = [
        (unit, number, place, who, fen, "draft", "", 0, 0, now) for place, (who, fen) in enumerate(lines, 1)
    ]
    write_rows(connection, subsidy_line, rows)
    return number


def card_day_of(now: int) -> int:
    """The business day of a moment, card days."""
    return card_day(business_day(now))


def _list(connection: Connection, unit: int, number: int, *states: str) -> Any:
    one_writer(connection, unit)
    table = subsidy_list
    row = connection.execute(select(table).where(table.c.unit_id == unit, table.c.list == number)).first()
    if row is None:
        raise Refused("subsidy.unknown")
    if row.state not in states:
        raise Refused("subsidy.state", state=row.state)
    return row


def _change(connection: Connection, unit: int, number: int, **values: Any) -> None:
    table = subsidy_list
    mine = (table.c.unit_id == unit, table.c.list == number)
    connection.execute(update(table).where(*mine).values(**values))


def approve(connection: Connection, unit: int, number: int, operator: int, now: int) -> None:
    """A second person agrees (writes). Raises ``Refused``."""
    row = _list(connection, unit, number, "draft")
    if row.made_by == operator:
        raise Refused("approval.same_person")
    _change(connection, unit, number, state="approved", approved_by=operator, approved_at=now)


def drop(connection: Connection, unit: int, number: int) -> None:
    """It will not be released (writes). Raises ``Refused``."""
    _list(connection, unit, number, "draft", "approved")
    _change(connection, unit, number, state="dropped")


def release(connection: Connection, unit: int, number: int, operator: int, now: int) -> None:
    """From here on its lines are delivered, or lie ready to be picked up (writes). Raises ``Refused``."""
    row = _list(connection, unit, number, "approved")
    _change(connection, unit, number, state="released", released_by=operator, released_at=now)
    line = subsidy_line
    state = "ready" if row.way == "pickup" else "due"
    mine = (line.c.unit_id == unit, line.c.list == number)
    connection.execute(update(line).where(*mine).values(state=state, at=now))


def retry(connection: Connection, unit: int, number: int) -> int:
    """Lines that failed (no card, stopped) are due again (writes); how many."""
    row = _list(connection, unit, number, "released")
    line = subsidy_line
    state = "ready" if row.way == "pickup" else "due"
    mine = (line.c.unit_id == unit, line.c.list == number, line.c.state == "failed")
    return connection.execute(update(line).where(*mine).values(state=state, reason="")).rowcount


def lapse(connection: Connection, unit: int, now: int) -> int:
    """What nobody picked up in its time (writes); how many lines."""
    table, line = subsidy_list, subsidy_line
    late = select(table.c.list).where(
        table.c.unit_id == unit, table.c.collect_until > 0, table.c.collect_until < card_day_of(now)
    )
    mine = (line.c.unit_id == unit, line.c.state == "ready", line.c.list.in_(late))
    return connection.execute(update(line).where(*mine).values(state="lapsed", at=now)).rowcount


def lists(connection: Connection, scope: Scope, limit: int = 100) -> list[dict[str, Any]]:
    """The newest first, with how much each is and how far it got."""
    table, line = subsidy_list, subsidy_line
    query = select(table).where(scope.by_whole(table)).order_by(table.c.list.desc()).limit(limit)
    rows = [dict(row._mapping) for row in connection.execute(query)]
    sums = (
        select(line.c.list, line.c.state, func.count().label("lines"), func.sum(line.c.fen).label("fen"))
        .where(scope.by_whole(line), line.c.list.in_([row["list"] for row in rows]))
        .group_by(line.c.list, line.c.state)
    )
    found: dict[int, dict[str, tuple[int, int]]] = {}
    for one in connection.execute(sums):
        found.setdefault(one.list, {})[one.state] = (one.lines, int(one.fen))
    for row in rows:
        states = found.get(row["list"], {})
        row["states"] = states
        row["count"] = sum(count for count, _ in states.values())
        row["fen"] = sum(fen for _, fen in states.values())
    return rows


def lines(connection: Connection, scope: Scope, number: int, limit: int = 500) -> list[dict[str, Any]]:
    """A list's lines, those that failed first."""
    line = subsidy_line
    query = (
        select(line)
        .where(scope.by_whole(line), line.c.list == number)
        .order_by((line.c.state != "failed"), line.c.line)
        .limit(limit)
    )
    return [dict(row._mapping) for row in connection.execute(query)]


def named_lines(connection: Connection, scope: Scope, number: int, limit: int = 500) -> list[dict[str, Any]]:
    """The same with names, for whoever may see all members."""
    found = lines(connection, scope, number, limit)
    query = select(member.c.member, member.c.number, member.c.name).where(
        scope.by_branch(member), member.c.member.in_([row["member"] for row in found])
    )
    who = {row.member: (row.number, row.name) for row in connection.execute(query)}
    for row in found:
        row["number"], row["name"] = who.get(row["member"], ("", ""))
    return found
