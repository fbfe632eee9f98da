"""Cards by list at a desk: whose turn it is, a medium taken for it, and which cards are not whole yet. F: A2

A list may be of blanks, of chips from the key room, or of both; where its cards are swiped as well, a desk
with an encoder hears whose stripe is missing.
"""

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, func, select

from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.wire import counter as c
from onecard.wire import messages as m
from onecard.wire.beside import Beside
from server.books.tables import id_of, key_of
from server.cards import service as cards
from server.cards import tables as card_tables
from server.catalogue.service import card_type_of
from server.issuing import service as issuing
from server.issuing.tables import issue_line
from server.members import service as members
from server.members.tables import member
from server.operators import permission
from server.organisation.scope import Scope
from server.runtime import Known, Runtime
from server.terminals.caller import at_desk, demand_own

#: Lines that are listed because something of their card is missing.
FAILED_MOST = 50
_STATES = ("waiting", "issued", "asked", "skipped")


async def lists(runtime: Runtime, who: Known, question: c.AskLists) -> c.IssueLists:
    """All lists of the unit, the newest first."""

    def read(connection: Connection) -> c.IssueLists:
        at_desk(connection, runtime.unit, who, question.operator, permission.ISSUE)
        unit, now = runtime.unit, runtime.clock.now()
        missing = _stripeless(connection, unit) if question.stripes else {}
        return c.IssueLists(
            rows=tuple(
                msgspec.structs.replace(one, stripeless=missing[one.list])
                if one.list in missing and _is_swiped(connection, unit, one, now)
                else one
                for one in _rows(connection, unit)
            )
        )

    return await runtime.db.read(read)


def _rows(connection: Connection, unit: int) -> tuple[c.ListRow, ...]:
    whole = Scope.whole(unit)
    found = issuing.states(connection, whole)
    return tuple(
        c.ListRow(
            list=row["list"], name=row["name"], type=row["type"],
            **{state: found.get(row["list"], {}).get(state, 0) for state in _STATES},
        )
        for row in issuing.lists(connection, whole)
    )  # fmt: skip


async def turn(runtime: Runtime, who: Known, question: c.AskTurn) -> c.Turn:
    """Who comes now, after what became of the cards before was taken over. Raises ``Refused``:
    ``issuing.unknown``, ``issuing.taken``."""
    unit, now = runtime.unit, runtime.clock.now()

    def write(connection: Connection) -> c.Turn:
        _, scope = at_desk(connection, runtime.unit, who, question.operator, permission.ISSUE)
        issuing.follow(connection, unit, question.list)
        if question.skip:
            issuing.skip(connection, unit, question.list, question.skip)
        if question.again:
            issuing.recall(connection, unit, question.list)
        row = next((one for one in _rows(connection, unit) if one.list == question.list), None)
        if row is None:
            raise Refused("issuing.unknown")
        following = issuing.next_line(connection, scope, question.list)
        asked = _lines(connection, scope, question.list, issue_line.c.state == "asked")
        swiped = question.stripes and _is_swiped(connection, unit, row, now)
        missing = _lines(connection, scope, question.list, *_no_stripe()) if swiped else []
        return c.Turn(
            row=row,
            next=None if following is None else _turn_row(following, ""),
            failed=tuple(_turn_row(one, one["card_state"]) for one in asked),
            stripeless=tuple(_turn_row(one, one["card_state"]) for one in missing),
        )

    return await runtime.db.write(write)


def _is_swiped(connection: Connection, unit: int, row: c.ListRow, now: int) -> bool:
    return "track" in card_type_of(connection, unit, row.type, now).media


def _stripeless(connection: Connection, unit: int) -> dict[int, int]:
    """How many cards of each list have nothing noted of a stripe."""
    card = card_tables.card
    its = (card.c.unit_id == issue_line.c.unit_id) & (card.c.card == issue_line.c.card)
    query = select(issue_line.c.list, func.count()).join_from(issue_line, card, its)
    query = query.where(issue_line.c.unit_id == unit, *_no_stripe()).group_by(issue_line.c.list)
    return {number: int(count) for number, count in connection.execute(query)}


def _no_stripe() -> tuple[ColumnElement[bool], ...]:
    """Issued, still the first plastic, and nothing noted of what its track says."""
    card, beside = card_tables.card, card_tables.beside
    noted = select(beside.c.card).where(
        beside.c.unit_id == issue_line.c.unit_id,
        beside.c.card == issue_line.c.card,
        beside.c.kind == str(Beside.TRACK),
    )
    return issue_line.c.state == "issued", card.c.state == "active", card.c.issue == 1, ~noted.exists()


def _lines(
    connection: Connection, scope: Scope, number: int, *where: ColumnElement[bool]
) -> list[dict[str, Any]]:
    """Some lines of a list whose people may be seen here, and how their card stands."""
    card = card_tables.card
    same = (member.c.unit_id == issue_line.c.unit_id) & (member.c.member == issue_line.c.member)
    its = (card.c.unit_id == issue_line.c.unit_id) & (card.c.card == issue_line.c.card)
    query = select(issue_line, member.c.name, member.c.number, card.c.state.label("card_state"))
    query = query.select_from(issue_line.join(member, same).outerjoin(card, its))
    query = query.where(scope.by_branch(member), issue_line.c.list == number, *where)
    rows = connection.execute(query.order_by(issue_line.c.line).limit(FAILED_MOST))
    return [dict(row._mapping) for row in rows]


def _turn_row(row: dict[str, Any], card_state: str | None) -> c.TurnRow:
    return c.TurnRow(
        line=row["line"], member=row["member"], name=row["name"], number=row["number"],
        opening_fen=row["opening_fen"], card=row["card"],
        is_made=card_state not in (None, "", "reserved", "released"),
    )  # fmt: skip


async def take(runtime: Runtime, who: Known, question: c.TakeTurn) -> m.IssueGrant:
    """A number for this line's member, or the right to the one that a chip has. Raises ``Refused``:
    ``issuing.unknown``, ``issuing.taken``, ``card.taken``, ``card.from_key_room``; ``Conflict`` for another
    medium than the one that has the number already."""
    demand_own(who, question.id)
    now, unit = runtime.clock.now(), runtime.unit

    def write(connection: Connection) -> m.IssueGrant:
        _, scope = at_desk(connection, runtime.unit, who, question.operator, permission.ISSUE)
        issuing.follow(connection, unit, question.list)
        row = next((one for one in _rows(connection, unit) if one.list == question.list), None)
        found = _lines(connection, scope, question.list, issue_line.c.line == question.line)
        line = found[0] if found else None
        if row is None or line is None:
            raise Refused("issuing.unknown")
        id = _reserved(who, line) or question.id
        terms = card_type_of(connection, unit, row.type, now)
        if question.card:
            chip = c.ReserveChip(
                id=id, operator=question.operator, type=row.type, member=line["member"], uid=question.uid,
                card=question.card, until_day=question.until_day,
            )  # fmt: skip
            granted = cards.reserve_chip(connection, unit, chip, terms, now)
        else:
            granted = cards.reserve_issue(connection, unit, id, line["member"], question.uid, terms, now)
        issuing.ask(connection, unit, question.list, question.line, key_of(id), granted.card)
        members.hold(connection, unit, granted.card, line["member"], row.type, now)
        return granted

    return await runtime.db.write(write)


def _reserved(who: Known, line: dict[str, Any]) -> RecordId | None:
    """The request of this very terminal under which the line has a number that is on no card yet."""
    if line["state"] != "asked" or line["asked"] is None or id_of(line["asked"]).terminal != who.terminal:
        return None
    return id_of(line["asked"]) if line["card_state"] == "reserved" else None


QUESTIONS: dict[str, Any] = {
    "/t/issue/lists": (c.AskLists, lists),
    "/t/issue/turn": (c.AskTurn, turn),
    "/t/issue/take": (c.TakeTurn, take),
}
