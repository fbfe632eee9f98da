"""What the edge asks about cards, and what it changes without moving money.

Reads: ``await db.read(lambda connection: f(connection, …))``; those that write say so: ``db.write``.
"""

import hashlib

import msgspec
from sqlalchemy import Connection, select, update

from onecard.clock import business_day, card_day
from onecard.errors import Conflict, Refused
from onecard.ids import RecordId
from onecard.rules.loads import UNLOSS
from onecard.wire.messages import CardType, IssueGrant, Load, OpenTap, Stop
from server.books import tables as books
from server.books.tables import id_of, key_of
from server.cards import tables
from server.cards.loads import APPLIED, PUBLISHED, WAITING, Loads
from server.cards.status import card_status as card_status
from server.cards.taps import GIVEN_UP, UNRESOLVED
from server.db import one_writer, write_rows

FIRST_CARD = 10_001


def _take(connection: Connection, unit: int, name: str, start: int = 1) -> int:
    """The next number of a running count; whoever counts holds the unit's row until the end."""
    one_writer(connection, unit)
    last = _count(connection, unit, name)
    number = max(last + 1, start)
    write_rows(connection, books.counter, [(unit, name, number)], replace=True)
    return number


def _count(connection: Connection, unit: int, name: str) -> int:
    table = books.counter
    query = select(table.c.value).where(table.c.unit_id == unit, table.c.name == name)
    return connection.execute(query).scalar() or 0


def _question(connection: Connection, unit: int, id: RecordId, *words: object) -> tuple[bytes, bytes | None]:
    """What is asked, as a digest, and the stored answer. Raises ``Conflict`` if this id asked otherwise."""
    one_writer(connection, unit)  # before looking: a repeat in another process waits for the first
    question = hashlib.sha256(msgspec.json.encode(words)).digest()
    table = tables.asked
    row = connection.execute(
        select(table.c.question, table.c.answer).where(
            table.c.unit_id == unit, table.c.kind == words[0], table.c.asked == key_of(id)
        )
    ).first()
    if row is None:
        return question, None
    if row.question != question:
        raise Conflict(id=str(id))
    return question, row.answer


def _answer(
    connection: Connection, unit: int, kind: str, id: RecordId, question: bytes, answer: msgspec.Struct | int
) -> None:
    row = (unit, kind, key_of(id), question, msgspec.json.encode(answer))
    write_rows(connection, tables.asked, [row])


def reserve_issue(
    connection: Connection, unit: int, id: RecordId, member: int, uid: str, card_type: CardType, now: int
) -> IssueGrant:
    """A number for a new card (writes). The same ``id`` gets the same number; ``Conflict`` if it asks for
    something else. The number is released, not used again, when the issue is not written."""
    words = ("issue", member, uid, card_type.type)
    question, answer = _question(connection, unit, id, *words)
    if answer is not None:
        return msgspec.json.decode(answer, type=IssueGrant)
    number = _take(connection, unit, "card", FIRST_CARD)
    until = card_day(business_day(now)) + card_type.valid_days
    fees = (card_type.deposit_fen, card_type.fee_fen)
    write_rows(connection, tables.card, [(unit, number, 1, card_type.type, member, "reserved", now)])
    write_rows(connection, tables.issue, [(unit, number, 1, uid, until, *fees, key_of(id), None)])
    grant = IssueGrant(
        card=number, issue=1, type=card_type.type, until_day=until, deposit_fen=fees[0], fee_fen=fees[1]
    )
    _answer(connection, unit, "issue", id, question, grant)
    return grant


def open_account_card(
    connection: Connection, unit: int, member: int, uid: str, card_type: CardType, now: int
) -> tuple[int, int]:
    """A card whose money lives on the server is active at once (writes): (card, issue)."""
    number = _take(connection, unit, "card", FIRST_CARD)
    until = card_day(business_day(now)) + card_type.valid_days
    write_rows(connection, tables.card, [(unit, number, 1, card_type.type, member, "active", now)])
    write_rows(connection, tables.issue, [(unit, number, 1, uid, until, 0, 0, None, None)])
    return number, 1


def report_loss(
    connection: Connection, unit: int, id: RecordId, card: int, issue: int, operator: int, now: int
) -> int:
    """Put a card on the stop list (writes); the list's version from which it is in force. F: A6

    The same ``id`` gets the same answer. Raises ``Refused("card.unknown")``, ``Conflict``.
    """
    question, answer = _question(connection, unit, id, "loss", card, issue)
    if answer is not None:
        return msgspec.json.decode(answer, type=int)
    version = set_stop(connection, unit, card, issue, "lost", operator, now)
    _answer(connection, unit, "loss", id, question, version)
    return version


def unloss(
    connection: Connection, unit: int, id: RecordId, card: int, issue: int, operator: int, now: int
) -> int:
    """Take a lost card off the list (writes); the list's version. A load worth 0 clears the flag that some
    terminal may have written. The same ``id`` gets the same answer. F: A6"""
    question, answer = _question(connection, unit, id, "unloss", card, issue)
    if answer is not None:
        return msgspec.json.decode(answer, type=int)
    version = set_stop(connection, unit, card, issue, "", operator, now)
    loads = Loads(connection, unit, now)
    loads.add(card, issue, 0, UNLOSS, key_of(id))
    loads.write(lambda name, _count: _take(connection, unit, name))
    _answer(connection, unit, "unloss", id, question, version)
    return version


def set_stop(
    connection: Connection, unit: int, card: int, issue: int, reason: str, operator: int, now: int
) -> int:
    """List a card for ``reason``, or take it off with "" (writes); the list's version. One that stands so
    already changes nothing. Raises ``Refused("card.unknown")``."""
    known = select(tables.issue.c.card).where(
        tables.issue.c.unit_id == unit, tables.issue.c.card == card, tables.issue.c.issue == issue
    )
    if connection.execute(known).first() is None:
        raise Refused("card.unknown", card=card, issue=issue)
    table = tables.stop
    listed = connection.execute(
        select(table.c.reason, table.c.version).where(
            table.c.unit_id == unit, table.c.card == card, table.c.issue == issue
        )
    ).first()
    if listed is not None and listed.reason == reason:
        return int(listed.version)
    version = _take(connection, unit, "stops")
    write_rows(connection, table, [(unit, card, issue, reason, version, now, operator)], replace=True)
    holder = tables.card
    mine = (holder.c.unit_id == unit, holder.c.card == card, holder.c.issue == issue)
    state = reason or "active"
    connection.execute(update(holder).where(*mine).values(state=state, since=now))
    return version


def stops_since(connection: Connection, unit: int, version: int) -> tuple[int, tuple[Stop, ...]]:
    """The list's version now, and what changed after ``version`` (0: the whole list). F: E3"""
    table = tables.stop
    query = select(table).where(table.c.unit_id == unit, table.c.version > version)
    if version == 0:
        query = query.where(table.c.reason != "")
    rows = connection.execute(query.order_by(table.c.version))
    return _count(connection, unit, "stops"), tuple(Stop(r.card, r.issue, r.reason, r.version) for r in rows)


def loads_since(
    connection: Connection, unit: int, version: int
) -> tuple[int, tuple[Load, ...], tuple[tuple[int, int, int], ...]]:
    """Version now, loads waiting that are newer than ``version``, and (card, issue, upto) applied since."""
    table = tables.load
    query = select(table).where(table.c.unit_id == unit, table.c.version > version)
    if version == 0:
        query = query.where(table.c.state != APPLIED)
    waiting: list[Load] = []
    applied: dict[tuple[int, int], int] = {}
    for r in connection.execute(query.order_by(table.c.card, table.c.issue, table.c.number)):
        if r.state == APPLIED:
            applied[r.card, r.issue] = r.number
        else:
            waiting.append(
                Load(
                    card=r.card,
                    issue=r.issue,
                    number=r.number,
                    fen=r.fen,
                    wallet=r.wallet,
                    kind=r.kind,
                    expires_day=r.expires_day,
                    digest=r.digest,
                )
            )
    upto = tuple((card, issue, number) for (card, issue), number in applied.items())
    return _count(connection, unit, "loads"), tuple(waiting), upto


def mark_published(connection: Connection, unit: int, version: int) -> None:
    """Some terminal has the loads up to ``version`` (writes): from now on none of them is taken back."""
    table = tables.load
    mine = (table.c.unit_id == unit, table.c.state == WAITING, table.c.version <= version)
    connection.execute(update(table).where(*mine).values(state=PUBLISHED))


def open_taps(connection: Connection, unit: int) -> tuple[OpenTap, ...]:
    """Every card write of the unit that was set aside or given up and whose outcome is not known."""
    table = tables.open_tap
    query = select(table).where(
        table.c.unit_id == unit, table.c.state.in_((UNRESOLVED, GIVEN_UP)), table.c.counter >= 0
    )
    return tuple(
        OpenTap(
            of=id_of(r.fact), card=r.card, issue=r.issue, kind=r.kind, fen=abs(r.fen), counter=r.counter,
            at=r.at, given_up=r.state == GIVEN_UP,
        )
        for r in connection.execute(query.order_by(table.c.at, table.c.fact))
    )  # fmt: skip
