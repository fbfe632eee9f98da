"""Every edition of the office's rules that terminals were given: documents are kept for ever. Reads only.

What is set for later, or was never handed out, is in the tables; both together are the whole story. F: A1 B10
"""

from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Connection, select

from onecard.errors import Refused
from onecard.wire.messages import (
    CalendarDocument,
    CalendarTerms,
    CardType,
    TypesDocument,
    decode_document_body,
)
from server.catalogue.service import calendar_of, card_types
from server.catalogue.tables import calendar
from server.organisation.scope import Scope
from server.terminals import version
from server.terminals.tables import document

T = TypeVar("T", CardType, CalendarTerms)
#: Documents read for one history; older ones stay where they are.
DOCUMENTS_MAX = 400


class Edition(msgspec.Struct, Generic[T], frozen=True):
    """``state``: past, now or coming. ``since`` 0: from the beginning, or from before anybody kept it."""

    terms: T
    since: int
    state: str


def of_type(connection: Connection, scope: Scope, number: int, now: int) -> list[Edition[CardType]]:
    """The editions of a card type, newest first. Raises ``Refused("card_type.unknown")``."""
    kept = [one for one in card_types(connection, scope.unit) if one.type == number]
    if not kept:
        raise Refused("card_type.unknown")
    past = [
        (at, [one for one in body.types if one.type == number])
        for at, body in _documents(connection, scope, version.TYPES, 0)
        if isinstance(body, TypesDocument)
    ]
    return _told(past, kept, now)


def of_calendar(connection: Connection, scope: Scope, outlet: int, now: int) -> list[Edition[CalendarTerms]]:
    """The editions of an outlet's calendar, newest first; 0: that of all which have none of their own."""
    past = [
        (at, list(body.terms))
        for at, body in (_documents(connection, scope, version.CALENDAR, outlet) if outlet else ())
        if isinstance(body, CalendarDocument)
    ]
    return _told(past, list(calendar_of(connection, scope.unit, outlet)), now)


def _documents(connection: Connection, scope: Scope, name: str, where: int) -> list[tuple[int, Any]]:
    query = (
        select(document.c.effective_from, document.c.body)
        .where(scope.by_unit(document), document.c.name == name, document.c.scope == where)
        .order_by(document.c.version.desc())
        .limit(DOCUMENTS_MAX)
    )
    rows = connection.execute(query).all()
    return [(row.effective_from, decode_document_body(bytes(row.body))) for row in reversed(rows)]


def _told(past: list[tuple[int, list[T]]], kept: list[T], now: int) -> list[Edition[T]]:
    """What was in force, one after the other, and what is to come."""
    found: list[Edition[T]] = []

    def add(one: T, since: int, state: str) -> None:
        plain = msgspec.structs.replace(one, since=0)
        if not found or msgspec.structs.replace(found[-1].terms, since=0) != plain:
            found.append(Edition(one, since, state))

    for at, rows in past:
        held = [one for one in rows if one.since <= at]
        if held:
            add(held[-1], held[-1].since or at, "past")
    for one in kept:
        if one.since <= now:
            add(one, one.since, "past")
    if found:
        found[-1] = msgspec.structs.replace(found[-1], state="now")
    for one in kept:
        if one.since > now:
            add(one, one.since, "coming")
    return found[::-1]


def owns_calendar(connection: Connection, scope: Scope) -> set[int]:
    """Outlets with a calendar of their own; 0 = the unit has one for the others."""
    query = select(calendar.c.outlet).where(scope.by_unit(calendar)).distinct()
    return set(connection.execute(query).scalars())
