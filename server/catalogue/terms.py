"""The office's rules as decisions need them: in memory, in force at a moment, and as they once were.

``Terms`` is what holds now. What a terminal held when it decided is found by the version that it names:
documents are kept for ever and never change, so each is decoded once per process.
"""

from collections.abc import Iterable, Mapping
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.rules.periods import PLAIN, Calendar, in_force, of_settings
from onecard.rules.pricing import NO_PRODUCTS
from onecard.rules.terms import place_at, types_at
from onecard.wire.messages import (
    CalendarDocument,
    CalendarTerms,
    CardType,
    CatalogueDocument,
    DocumentBody,
    PlannedTerminalDocument,
    Product,
    Sale,
    TerminalDocument,
    TypesDocument,
    decode_document_body,
)
from server.terminals import version
from server.terminals.tables import document

#: Documents of one engine kept decoded; a new one pushes the oldest out.
_KEPT = 64


class Terms:
    """Card types by number and calendars by outlet. ``wallets``: all that any type pays with."""

    __slots__ = ("calendars", "types", "wallets")

    def __init__(
        self, types: Mapping[int, CardType], calendars: Mapping[int, Calendar] | None = None
    ) -> None:
        self.types = types
        self.calendars = calendars or {}
        named = {row.wallet for one in types.values() for row in one.wallets}
        self.wallets = tuple(sorted(named - {"credit", "centre", "cash"} | {"main"}))

    @classmethod
    def at(
        cls, rows: Iterable[CardType], calendars: Mapping[int, tuple[CalendarTerms, ...]], now: int
    ) -> "Terms":
        """What of all editions is in force."""
        held = {outlet: in_force(editions, now) for outlet, editions in calendars.items()}
        return cls(
            types_at(rows, now),
            {outlet: Calendar.of(one) for outlet, one in held.items() if one is not None},
        )

    def calendar(self, outlet: int) -> Calendar | None:
        """The outlet's own, else the unit's; ``None`` where the office keeps none."""
        return self.calendars.get(outlet) or self.calendars.get(0)


NO_TERMS = Terms({})


#: Per engine: what documents say, by (unit, name, scope, version).
_Key = tuple[int, str, int, int]
_Said = DocumentBody | dict[int, Product] | Calendar
_kept: "WeakKeyDictionary[sa.Engine, dict[_Key, _Said]]" = WeakKeyDictionary()


def _said(connection: Connection, key: _Key) -> _Said | None:
    unit, name, scope, number = key
    if not number:
        return None
    kept = _kept.setdefault(connection.engine, {})
    found = kept.get(key)
    if found is None:
        query = sa.select(document.c.body).where(
            document.c.unit_id == unit,
            document.c.name == name,
            document.c.scope == scope,
            document.c.version == number,
        )
        raw = connection.execute(query).scalar()
        if raw is None:
            return None
        found = _wanted(decode_document_body(bytes(raw)))
        while len(kept) >= _KEPT:
            del kept[next(iter(kept))]
        kept[key] = found
    return found


def _wanted(body: DocumentBody) -> _Said:
    """What is asked of a document, made once."""
    match body:
        case CatalogueDocument():
            return {one.product: one for one in body.products}
        case TerminalDocument() if not isinstance(body, PlannedTerminalDocument):
            return of_settings(body)
    return body


def types_of(connection: Connection, unit: int, number: int) -> tuple[CardType, ...] | None:
    """The card types of one version; ``None`` if no such version was ever handed out."""
    body = _said(connection, (unit, version.TYPES, 0, number))
    return body.types if isinstance(body, TypesDocument) else None


def products_of(connection: Connection, unit: int, outlet: int, number: int) -> Mapping[int, Product]:
    """The products of one outlet's version; none if no such version was ever handed out."""
    body = _said(connection, (unit, version.CATALOGUE, outlet, number))
    return body if isinstance(body, dict) else NO_PRODUCTS


def calendar_of(connection: Connection, unit: int, intent: Sale) -> Calendar:
    """The calendar that the till of a sale held: its outlet's, else the one of its own settings."""
    if not intent.versions.calendar and not intent.versions.terminal:
        return PLAIN
    outlet = _said(connection, (unit, version.CALENDAR, intent.outlet, intent.versions.calendar))
    terms = in_force(outlet.terms, intent.at) if isinstance(outlet, CalendarDocument) else None
    if terms is not None:
        return Calendar.of(terms)
    own = _said(connection, (unit, version.TERMINAL, intent.id.terminal, intent.versions.terminal))
    if isinstance(own, TerminalDocument):  # something else was set for later
        return of_settings(place_at(own, intent.at))
    return own if isinstance(own, Calendar) else PLAIN
