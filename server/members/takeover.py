"""Members and opening balances of an old system: tied out by two people, entered exactly once. F: H8

The one who hands the list in and another one each type the totals that the *old system* prints; both have to
be those of the list. Then members and cards are made and every balance gets the id of its entry, in one
transaction; posting by those ids may be repeated after any interruption and posts each balance once.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from onecard import money
from onecard.clock import business_day, card_day
from onecard.errors import Refused
from onecard.ids import SERVER_TERMINAL, RecordId
from onecard.wire.messages import CardType
from server.books import tables as books
from server.books.lane import Lane
from server.books.office.opening import Opening, Terms
from server.books.tables import key_of
from server.cards.service import FIRST_CARD
from server.cards.tables import card, issue
from server.catalogue.service import card_type_of
from server.db import one_writer, write_rows
from server.members import draft, first_tap, service
from server.members.tables import member, takeover
from server.operators import log
from server.organisation.scope import Scope
from server.organisation.service import clean_name, next_number
from server.tabular import Line

BALANCE = ("余额", "金额", "balance", "amount")
UID = ("物理卡号", "uid", "cardid")
#: The number that stands on the old card, where it is not the member's.
OLD = ("旧卡号", "卡号", "oldcard", "card", "cardno")
_HEX = frozenset("0123456789abcdef")
#: Balances posted together.
AT_ONCE = 500


class Person(msgspec.Struct, frozen=True):
    """One line of the list that is good."""

    row: draft.Row
    uid: str
    fen: int
    #: What the old system called his card.
    old: str = ""


class Judged(msgspec.Struct, frozen=True):
    """The whole list; one bad line stops it, because the totals would not be the old system's."""

    people: tuple[Person, ...]
    bad: tuple[draft.Row, ...]

    @property
    def fen(self) -> int:
        return sum(one.fen for one in self.people)


class Posted(msgspec.Struct, frozen=True):
    """One balance with the id under which it is entered. No name any more."""

    key: int
    card: int
    fen: int


def _column(head: Sequence[str], words: Sequence[str]) -> int | None:
    plain = ["".join(text.split()).casefold() for text in head]
    return next((at for at, text in enumerate(plain) if text in words), None)


def judge(
    connection: Connection, scope: Scope, lines: Sequence[Line], branch: int, terms: CardType
) -> Judged:
    """Every line: a person that is new here, a balance that his card may hold, a card of his own.

    Raises ``Refused("import.no_column")``."""
    head = lines[0].cells
    at_balance, at_uid, at_old = _column(head, BALANCE), _column(head, UID), _column(head, OLD)
    if at_balance is None:
        raise Refused("import.no_column", column=BALANCE[0], other="balance")
    people, bad, seen = [], [], dict[str, int]()
    known = first_tap.Known(connection, scope.unit)
    cells = {line.number: line.cells for line in lines}
    for row in draft.plan(connection, scope, lines, branch, update=False).rows:
        mine = cells[row.line]
        uid = _cell(mine, at_uid).replace(" ", "").lower()
        try:
            if row.problem:
                raise Refused(row.problem, **row.params)
            if row.deed != draft.NEW:
                raise Refused("import.known")
            if uid and (len(uid) not in (8, 14, 20) or not set(uid) <= _HEX):
                raise Refused("takeover.uid")
            if uid and seen.setdefault(uid, row.line) != row.line:
                raise Refused("takeover.uid_twice", line=seen[uid])
            old = first_tap.plain(_cell(mine, at_old)) or first_tap.plain(row.values["number"])
            known.add(old)
            people.append(Person(row, uid, _balance(_cell(mine, at_balance), terms), old))
        except Refused as no:
            bad.append(msgspec.structs.replace(row, problem=no.code, params=no.params))
    return Judged(tuple(people), tuple(bad))


def _cell(cells: Sequence[str], at: int | None) -> str:
    return cells[at] if at is not None and at < len(cells) else ""


def _balance(text: str, terms: CardType) -> int:
    """Raises ``Refused``: an amount that is none, or more than the card may hold."""
    fen = money.parse(text) if text not in ("0", "0.0", "0.00") else 0
    if terms.cap_fen and fen > terms.cap_fen:
        raise Refused("takeover.cap", cap=terms.cap_fen)
    return fen


def hand_in(
    connection: Connection,
    scope: Scope,
    lines: list[Line],
    told: tuple[int, int],
    now: int,
    by: int,
    *,
    name: str,
    branch: int,
    card_type: int,
) -> tuple[int, Judged]:
    """The first of the two (writes) → number and what was judged; 0 when a line is bad and nothing is kept.

    ``told``: members and fen by the old system's own report. Raises ``Refused``: ``takeover.totals``,
    ``takeover.twice`` (this very list was handed in before), and what the list's head gives.
    """
    if not scope.has(branch):
        raise Refused("branch.unknown")
    terms = card_type_of(connection, scope.unit, card_type)
    judged = judge(connection, scope, lines, branch, terms)
    if judged.bad or not judged.people:
        return 0, judged
    if told != (len(judged.people), judged.fen):
        raise Refused("takeover.totals")
    raw = msgspec.msgpack.encode(judged.people)
    digest = hashlib.sha256(msgspec.msgpack.encode(lines)).hexdigest()
    if connection.execute(
        sa.select(takeover.c.takeover).where(_unit(scope), takeover.c.digest == digest)
    ).first():
        raise Refused("takeover.twice")
    number = next_number(connection, takeover, "takeover", scope.unit)
    connection.execute(
        takeover.insert().values(
            unit_id=scope.unit, takeover=number, name=clean_name(name), branch=branch, type=card_type,
            digest=digest, rows=raw, count=len(judged.people), fen=judged.fen, state="drafted",
            drafted_at=now, drafted_by=by, agreed_at=0, agreed_by=0,
        )
    )  # fmt: skip
    log.write(
        connection,
        scope.unit,
        now,
        by,
        "takeover.draft",
        str(number),
        count=len(judged.people),
        fen=judged.fen,
    )
    return number, judged


def _unit(scope: Scope) -> sa.ColumnElement[bool]:
    return scope.by_unit(takeover)


def takeovers(connection: Connection, scope: Scope) -> list[dict[str, Any]]:
    """All of them, the newest first, without their rows."""
    columns = [column for column in takeover.c if column.name not in ("rows", "digest")]
    query = sa.select(*columns).where(scope.by_branch(takeover)).order_by(takeover.c.takeover.desc())
    return [dict(row) for row in connection.execute(query).mappings()]


def _row(connection: Connection, scope: Scope, number: int) -> Any:
    query = sa.select(takeover).where(scope.by_branch(takeover), takeover.c.takeover == number)
    row = connection.execute(query.with_for_update()).first()
    if row is None:
        raise Refused("takeover.unknown")
    return row


def agree(
    connection: Connection, scope: Scope, number: int, told: tuple[int, int], now: int, by: int
) -> None:
    """The second of the two (writes): members and cards are made, each balance has its id.

    Raises ``Refused``: ``takeover.same_person``, ``takeover.totals``, ``takeover.state``, and the reason of a
    line that is not good any more; then nothing was made.
    """
    one_writer(connection, scope.unit)
    row = _row(connection, scope, number)
    if row.state != "drafted":
        raise Refused("takeover.state")
    if by == row.drafted_by:
        raise Refused("takeover.same_person")
    if told != (row.count, row.fen):
        raise Refused("takeover.totals")
    people = msgspec.msgpack.decode(row.rows, type=list[Person])
    known = sa.select(member.c.number).where(scope.by_unit(member))
    taken = set(connection.execute(known).scalars())
    if any(one.row.values["number"] in taken for one in people):
        raise Refused("import.changed")
    terms = card_type_of(connection, scope.unit, row.type)
    posted = _make(connection, scope.unit, people, terms, now, by)
    _set(
        connection, scope, number,
        state="agreed", rows=msgspec.msgpack.encode(posted), agreed_at=now, agreed_by=by,
    )  # fmt: skip
    log.write(connection, scope.unit, now, by, "takeover.agree", str(number), count=row.count, fen=row.fen)


def _set(connection: Connection, scope: Scope, number: int, **values: Any) -> None:
    connection.execute(takeover.update().where(_unit(scope), takeover.c.takeover == number).values(**values))


def _take(connection: Connection, unit: int, name: str, count: int, start: int = 1) -> int:
    """The first of ``count`` new numbers of a running count (writes)."""
    table = books.counter
    query = sa.select(table.c.value).where(table.c.unit_id == unit, table.c.name == name)
    first = max((connection.execute(query).scalar() or 0) + 1, start)
    write_rows(connection, table, [(unit, name, first + count - 1)], replace=True)
    return first


def _make(
    connection: Connection, unit: int, people: Sequence[Person], terms: CardType, now: int, by: int
) -> list[Posted]:
    """Members, one card each, and an id per balance (writes)."""
    keys = draft.insert(connection, unit, [one.row for one in people], now)
    first = _take(connection, unit, "card", len(people), FIRST_CARD)
    until = card_day(business_day(now)) + terms.valid_days
    cards = [
        (unit, first + at, 1, terms.type, keys[one.row.values["number"]], "active", now)
        for at, one in enumerate(people)
    ]
    media = [(unit, first + at, 1, one.uid, until, 0, 0, None, None) for at, one in enumerate(people)]
    write_rows(connection, card, cards)
    write_rows(connection, issue, media)
    first_tap.note(connection, unit, [(one.old, first + at) for at, one in enumerate(people)], by, now)
    service.catch_up(connection, unit, now)
    table = books.counter
    query = sa.select(table.c.value).where(table.c.unit_id == unit, table.c.name == "books_epoch")
    epoch = (connection.execute(query).scalar() or 1) & 0xFF
    seq = _take(connection, unit, "server_seq", len(people))
    return [
        Posted(key_of(RecordId(SERVER_TERMINAL, epoch, seq + at)), first + at, one.fen)
        for at, one in enumerate(people)
        if one.fen
    ]


def openings(connection: Connection, scope: Scope, number: int) -> tuple[list[Posted], int]:
    """What an agreed list enters, and who agreed. Raises ``Refused("takeover.state")``."""
    query = sa.select(takeover).where(scope.by_branch(takeover), takeover.c.takeover == number)
    row = connection.execute(query).first()
    if row is None or row.state not in ("agreed", "entered"):
        raise Refused("takeover.state")
    if row.state == "entered":
        return [], row.agreed_by
    return msgspec.msgpack.decode(row.rows, type=list[Posted]), row.agreed_by


def entered(connection: Connection, scope: Scope, number: int, now: int, by: int) -> None:
    """Every balance is in the books (writes); the ids are not needed any more."""
    if _row(connection, scope, number).state == "agreed":
        _set(connection, scope, number, state="entered", rows=b"")
        log.write(connection, scope.unit, now, by, "takeover.enter", str(number))


def drop(connection: Connection, scope: Scope, number: int, now: int, by: int) -> None:
    """Not this list (writes); corrected it can be handed in again. Raises ``Refused("takeover.state")``."""
    if _row(connection, scope, number).state != "drafted":
        raise Refused("takeover.state")
    _set(connection, scope, number, state="dropped", rows=b"", digest=f"dropped {number}")
    log.write(connection, scope.unit, now, by, "takeover.drop", str(number))


async def post(
    lane: Lane, unit: int, number: int, some: Sequence[Posted], by: int, types: Mapping[int, CardType]
) -> int:
    """Enter these balances; each is in the books once, however often this is called → how many are."""
    done = 0
    for start in range(0, len(some), AT_ONCE):
        answers = await asyncio.gather(
            *(
                lane.do(Opening(unit, one.key, Terms(number, one.card, 1, one.fen), by, types))
                for one in some[start : start + AT_ONCE]
            )
        )
        for answer in answers:
            if answer.result.entry == 0:
                raise Refused(answer.result.reason or "takeover.state")
        done += len(answers)
    return done
