"""The office's inbox: listing, evidence, who is in charge, closing with a word. New ones come from postings.

What moves money, or puts a record right, is an order that two people give (``proposal.py``).
"""

import msgspec
from sqlalchemy import Connection, RowMapping, select, update

from onecard.wire.messages import decode_body, encode
from server.books import tables as books
from server.books.office.bear import OPEN_AT, PAYABLE
from server.books.tables import id_of
from server.cards import tables as cards
from server.exceptions.tables import exception
from server.organisation.scope import Scope
from server.terminals.told import UNPOSTED


def exceptions(
    connection: Connection, unit: int, *, closed: bool = False, limit: int = 200
) -> list[RowMapping]:
    """Newest first; ``closed`` lists the ones that were dealt with."""
    query = (
        select(exception)
        .where(exception.c.unit_id == unit)
        .where(exception.c.closed_at.is_not(None) if closed else exception.c.closed_at.is_(None))
        .order_by(exception.c.exception.desc())
        .limit(limit)
    )
    return list(connection.execute(query).mappings())


def find(connection: Connection, scope: Scope, number: int) -> RowMapping | None:
    """One exception that may be seen."""
    query = select(exception).where(scope.by_terminal(exception), exception.c.exception == number)
    return connection.execute(query).mappings().first() if 0 < number < 1 << 40 else None


def assign(connection: Connection, unit: int, number: int, operator: int) -> bool:
    """Somebody looks after it from now on, 0 = nobody (writes). ``False``: unknown, or closed."""
    done = connection.execute(
        update(exception)
        .where(exception.c.unit_id == unit, exception.c.exception == number)
        .where(exception.c.closed_at.is_(None))
        .values(in_charge=operator)
    )
    return done.rowcount == 1


def close(connection: Connection, unit: int, number: int, operator: int, note: str, now: int) -> bool:
    """Mark one as dealt with, by name (writes: ``db.write``). ``False``: unknown, or closed before."""
    done = connection.execute(
        update(exception)
        .where(exception.c.unit_id == unit, exception.c.exception == number)
        .where(exception.c.closed_at.is_(None))
        .values(closed_at=now, closed_by=operator, note=note, action="explained")
    )
    return done.rowcount == 1


def actions(kind: str) -> tuple[str, ...]:
    """What can be done about an exception of this kind, besides explaining it: proposals for two people."""
    found = []
    if kind in OPEN_AT:
        found.append("bear")
    if kind == "quarantined":
        found.append("repair")
    if kind in PAYABLE:
        found.append("pay_doubt")
    if kind == UNPOSTED:
        found.append("enter_errand")
    return tuple(found)


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about a matter. ``record``: as it came up, readable; ``named_by``: the record that names
    it as the one before it, i.e. the card carries it; ``reads``: (by, counter, last) of cards that were seen;
    ``postings``: (debit, credit, fen)."""

    record: str = ""
    decoded: bool = False
    named_by: str = ""
    reads: tuple[tuple[str, int, str], ...] = ()
    postings: tuple[tuple[str, str, int], ...] = ()


def evidence(connection: Connection, unit: int, fact: int) -> Evidence:
    """Everything the books have about the record behind an exception."""
    record, link = books.record, cards.link
    raw = connection.execute(
        select(record.c.body).where(record.c.unit_id == unit, record.c.record == fact)
    ).scalar()
    text, decoded = "", False
    if raw is not None:
        text, decoded = _readable(bytes(raw))
    prev = select(link.c.fact).where(link.c.unit_id == unit, link.c.prev == fact)
    after = connection.execute(prev.limit(1)).scalar() if raw is not None else None
    seen = cards.evidence
    reads = connection.execute(
        select(seen).where(seen.c.unit_id == unit, seen.c.fact == fact).order_by(seen.c.at)
    ).all()
    own = select(books.fact.c.entry).where(books.fact.c.unit_id == unit, books.fact.c.fact == fact)
    number = connection.execute(own).scalar()
    rows = connection.execute(
        select(books.posting)
        .where(books.posting.c.unit_id == unit, books.posting.c.entry == (number or 0))
        .order_by(books.posting.c.line)
    ).all()
    return Evidence(
        record=text,
        decoded=decoded,
        named_by="" if after is None else str(id_of(after)),
        reads=tuple((str(id_of(r.by)), r.counter, str(id_of(r.last))) for r in reads),
        postings=tuple((r.debit, r.credit, r.fen) for r in rows),
    )


def _readable(raw: bytes) -> tuple[str, bool]:
    """A record as text, and whether it is one of ours."""
    try:
        return encode(decode_body(raw)).decode(), True
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return raw.decode("utf-8", "backslashreplace"), False
