"""Batch issue: a list of people, tap after tap, with the next name shown. F: A2

The list keeps its place on the server, so that a desk that fails or is joined by another one goes on.
"""

from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from onecard.cards.cpu import FIRST_CHIP
from onecard.errors import Refused
from onecard.money import MAX_FEN
from server.books.tables import entry
from server.cards import tables as cards
from server.db import one_writer, write_rows
from server.issuing.tables import issue_line, issue_list
from server.members.tables import member
from server.organisation.scope import Scope
from server.organisation.service import clean_name, next_number

LINES_MAX = 20_000


def add_list(
    connection: Connection,
    unit: int,
    name: str,
    card_type: int,
    lines: list[tuple[int, int]],
    operator: int,
    now: int,
) -> int:
    """``lines``: (member, opening fen), in the order in which they will come (writes); the list's number.

    Raises ``Refused``.
    """
    one_writer(connection, unit)
    if not 0 < len(lines) <= LINES_MAX or len({who for who, _ in lines}) != len(lines):
        raise Refused("issuing.lines")
    if any(not 0 <= fen <= MAX_FEN for _, fen in lines):
        raise Refused("amount.too_large", cap=MAX_FEN)
    known = select(func.count()).where(
        member.c.unit_id == unit, member.c.member.in_([who for who, _ in lines])
    )
    if len(lines) <= 500 and connection.execute(known).scalar_one() != len(lines):
        raise Refused("member.unknown")
    number = next_number(connection, issue_list, "list", unit)
    connection.execute(
        insert(issue_list).values(
            unit_id=unit, list=number, name=clean_name(name), type=card_type, made_by=operator, made_at=now
        )
    )
    rows = [(unit, number, place, who, fen, "waiting", None, 0) for place, (who, fen) in enumerate(lines, 1)]
    write_rows(connection, issue_line, rows)
    return number


def next_line(connection: Connection, scope: Scope, number: int) -> dict[str, Any] | None:
    """Whose card comes now, with the name to show; ``None``: the list is done."""
    line = issue_line
    query = (
        select(line, member.c.name, member.c.number)
        .join(member, (member.c.unit_id == line.c.unit_id) & (member.c.member == line.c.member))
        .where(scope.by_branch(member), line.c.list == number, line.c.state == "waiting")
        .order_by(line.c.line)
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else dict(row._mapping)


def ask(connection: Connection, unit: int, number: int, place: int, asked: int, card: int) -> None:
    """A medium was tapped for this line and ``card`` reserved for it under the request ``asked`` (writes).

    The same request again changes nothing. Raises ``Refused("issuing.taken")``: another desk was faster.
    """
    one_writer(connection, unit)
    line = issue_line
    mine = (line.c.unit_id == unit, line.c.list == number, line.c.line == place)
    row = connection.execute(select(line).where(*mine)).first()
    if row is None:
        raise Refused("issuing.unknown")
    if row.asked == asked:
        return
    if row.state != "waiting":
        raise Refused("issuing.taken")
    connection.execute(update(line).where(*mine).values(state="asked", asked=asked, card=card))


def skip(connection: Connection, unit: int, number: int, place: int) -> None:
    """Not here today: the list goes on with the next one (writes). Raises ``Refused("issuing.taken")``."""
    line = issue_line
    mine = (line.c.unit_id == unit, line.c.list == number, line.c.line == place, line.c.state == "waiting")
    if connection.execute(update(line).where(*mine).values(state="skipped")).rowcount != 1:
        raise Refused("issuing.taken")


def recall(connection: Connection, unit: int, number: int) -> int:
    """Everybody who was skipped comes again (writes); how many."""
    line = issue_line
    mine = (line.c.unit_id == unit, line.c.list == number, line.c.state == "skipped")
    return connection.execute(update(line).where(*mine).values(state="waiting")).rowcount


def follow(connection: Connection, unit: int, number: int) -> dict[str, int]:
    """Take over what became of the cards that were asked for (writes); lines per state.

    A card that was written is issued, a chip once the line's first money is on it; one whose number was
    released was not, and its line waits again.
    """
    one_writer(connection, unit)
    line, card = issue_line, cards.card
    paid = select(entry.c.entry).where(
        entry.c.unit_id == line.c.unit_id, entry.c.card == line.c.card, entry.c.kind == "recharge"
    )
    # A chip takes money only by the office's order, so its first comes after it was made.
    is_whole = (line.c.card < FIRST_CHIP) | (line.c.opening_fen == 0) | paid.exists()
    query = (
        select(line.c.line, card.c.state, is_whole.label("is_whole"))
        .join(card, (card.c.unit_id == line.c.unit_id) & (card.c.card == line.c.card))
        .where(line.c.unit_id == unit, line.c.list == number, line.c.state == "asked")
    )
    for row in connection.execute(query).all():
        if row.state == "reserved" or (row.state == "active" and not row.is_whole):
            continue
        done = row.state != "released"
        values = {"state": "issued"} if done else {"state": "waiting", "asked": None, "card": 0}
        mine = (line.c.unit_id == unit, line.c.list == number, line.c.line == row.line)
        connection.execute(update(line).where(*mine).values(**values))
    counts = (
        select(line.c.state, func.count().label("lines"))
        .where(line.c.unit_id == unit, line.c.list == number)
        .group_by(line.c.state)
    )
    return {row.state: row.lines for row in connection.execute(counts)}


def lists(connection: Connection, scope: Scope) -> list[dict[str, Any]]:
    """The newest first."""
    query = select(issue_list).where(scope.by_unit(issue_list)).order_by(issue_list.c.list.desc())
    return [dict(row._mapping) for row in connection.execute(query)]


def lines(connection: Connection, scope: Scope, number: int, limit: int = 500) -> list[dict[str, Any]]:
    """A list's lines whose people may be seen, in the order in which they come."""
    line = issue_line
    query = (
        select(line, member.c.name, member.c.number)
        .join(member, (member.c.unit_id == line.c.unit_id) & (member.c.member == line.c.member))
        .where(scope.by_branch(member), line.c.list == number)
        .order_by(line.c.line)
        .limit(limit)
    )
    return [dict(row._mapping) for row in connection.execute(query)]


def states(connection: Connection, scope: Scope) -> dict[int, dict[str, int]]:
    """List → state → lines."""
    line = issue_line
    query = (
        select(line.c.list, line.c.state, func.count())
        .where(scope.by_unit(line))
        .group_by(line.c.list, line.c.state)
    )
    found: dict[int, dict[str, int]] = {}
    for number, state, count in connection.execute(query):
        found.setdefault(number, {})[state] = int(count)
    return found
