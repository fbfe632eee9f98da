"""Issue, list and stop management cards; what goes onto the plastic is sealed here, for its UID. F: A7"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from onecard.cards.management.document import Kind, Management, pack_stops, seal
from onecard.cards.management.plastic import MOST
from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.wire.message import encode
from onecard.wire.messages import Stop, StopsDocument
from onecard.wire.signing import SigningKey, sign_document
from server.books.tables import key_of
from server.cards import stops as stop_list
from server.cards import tables as cards_tables
from server.cards.asked import once
from server.cards.service import FIRST_CARD, stops_since
from server.db import write_rows
from server.management.tables import management_card
from server.operators import log
from server.organisation.scope import Scope

#: The payload's own length, as the content says it.
_LENGTH = 3
#: Reasons a management card is stopped for.
REASONS = ("lost", "returned")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A management card to be made. ``operator``: whose it is, 0 = nobody's in particular."""

    kind: Kind
    uid: bytes
    from_day: int
    until_day: int
    operator: int = 0
    settings: dict[str, str] = msgspec.field(default_factory=dict)
    #: Of a loss card: the version of the list that the terminal it is for has already.
    base: int = 0
    #: Of a loss card: bytes that fit on its plastic, 0 = as many as the largest has.
    room: int = 0


class By(msgspec.Struct, frozen=True):
    """Who does it; ``supervisor``: by whose word, 0 = by his own right."""

    operator: int
    supervisor: int = 0


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One card as the office sees it. ``state``: active, expired, or why it is stopped; ``made_by``, at
    ``made_at``; ``stopped_by``, at ``stopped_at`` (0: it is not)."""

    number: int
    kind: Kind
    operator: int
    uid: str
    from_day: int
    until_day: int
    state: str
    made_by: int
    made_at: int
    stopped_by: int = 0
    stopped_at: int = 0


def issue(
    connection: Connection, unit: int, id: RecordId, wanted: Wanted, key: SigningKey, by: By, now: int
) -> tuple[int, bytes]:
    """Its number and what goes onto the plastic (writes). The same ``id`` again gets the same; ``Conflict``
    for something else under it. What this plastic was before it is no more: nobody holds two cards in one.
    Raises ``Refused("management.days")``."""
    if wanted.until_day < wanted.from_day:
        raise Refused("management.days")
    # How long it is good, and not from when: asked again after midnight it is the same question.
    words = (
        *("management", "issue", str(wanted.kind), wanted.uid.hex(), wanted.operator),
        *(wanted.until_day - wanted.from_day, sorted(wanted.settings.items()), wanted.base),
        *(by.operator, by.supervisor, *((wanted.room,) if wanted.room else ())),
    )

    def make() -> int:
        return _make(connection, unit, id, wanted, key, by, now)

    number = once(connection, unit, id, words, make, int)
    table = management_card
    query = select(table.c.content).where(table.c.unit_id == unit, table.c.card == number)
    return number, connection.execute(query).scalar_one()


def _make(
    connection: Connection, unit: int, id: RecordId, wanted: Wanted, key: SigningKey, by: By, now: int
) -> int:
    _end_before(connection, unit, wanted.uid.hex(), by, now)
    number = stop_list.take_number(connection, unit, "card", FIRST_CARD)
    bare = Management(
        unit=unit,
        number=number,
        kind=wanted.kind,
        operator=wanted.operator,
        from_day=wanted.from_day,
        until_day=wanted.until_day,
    )
    taken = len(seal(key, bare, wanted.uid)) + _LENGTH
    room = min(wanted.room or MOST, MOST)
    payload = _payload(connection, unit, wanted, key, max(0, room - taken))
    content = seal(key, msgspec.structs.replace(bare, payload=payload), wanted.uid)
    days = (wanted.from_day, wanted.until_day)
    row = (unit, number, str(wanted.kind), wanted.operator, wanted.uid.hex(), *days, content)
    write_rows(connection, management_card, [(*row, key_of(id), by.operator, now)])
    said: dict[str, int | str] = {"kind": str(wanted.kind), "holder": wanted.operator, **_word(by)}
    log.write(connection, unit, now, by.operator, "management.issue", str(number), **said)
    return number


def cards(connection: Connection, scope: Scope, today: int) -> list[Listed]:
    """All there ever were, newest first; one query for the cards and one for what stops them. They are good
    in the whole unit, so nobody sees them who sees a part of it."""
    if not scope.is_whole:
        return []
    table, unit = management_card, scope.unit
    query = select(table).where(table.c.unit_id == unit).order_by(table.c.card.desc())
    rows = connection.execute(query).all()
    listed = connection.execute(stop_list.listed(unit)).all()
    stops = {row.card: row for row in listed if row.reason and row.issue == 1}
    return [_listed(row, stops.get(row.card), today) for row in rows]


def stop(connection: Connection, unit: int, number: int, reason: str, by: By, now: int) -> int:
    """Good nowhere any more, as soon as the list arrives (writes); the list's version. For ever: another
    plastic is another card. One that is stopped stays as it is. Raises ``Refused("card.unknown")``."""
    assert reason in REASONS, reason
    table = management_card
    known = select(table.c.card).where(table.c.unit_id == unit, table.c.card == number)
    if connection.execute(known).first() is None:
        raise Refused("card.unknown", card=number, issue=1)
    before = _stop_of(connection, unit, number)
    if before is not None:
        return int(before.version)
    version = stop_list.take_number(connection, unit, "stops")
    entry = stop_list.Stopped(reason)
    stop_list.put_stop(connection, unit, number, 1, entry, version=version, operator=by.operator, now=now)
    log.write(connection, unit, now, by.operator, f"management.{reason}", str(number), **_word(by))
    return version


def give_back(connection: Connection, unit: int, number: int, uid: str, by: By, now: int) -> int:
    """Its plastic came back and becomes blank (writes); as ``stop``. Raises ``Refused("card.unknown")`` also
    where this is not the plastic of that card."""
    table = management_card
    mine = (table.c.unit_id == unit, table.c.card == number, table.c.uid == uid)
    if connection.execute(select(table.c.card).where(*mine)).first() is None:
        raise Refused("card.unknown", card=number, issue=1)
    return stop(connection, unit, number, "returned", by, now)


def _end_before(connection: Connection, unit: int, uid: str, by: By, now: int) -> None:
    table = management_card
    for number in connection.execute(
        select(table.c.card).where(table.c.unit_id == unit, table.c.uid == uid)
    ).scalars():
        stop(connection, unit, number, "returned", by, now)


def _stop_of(connection: Connection, unit: int, number: int) -> Any:
    table = cards_tables.stop
    mine = (table.c.unit_id == unit, table.c.card == number, table.c.issue == 1, table.c.reason != "")
    return connection.execute(select(table).where(*mine)).first()


def _word(by: By) -> dict[str, int]:
    return {"supervisor": by.supervisor} if by.supervisor else {}


def _payload(connection: Connection, unit: int, wanted: Wanted, key: SigningKey, room: int) -> bytes:
    if wanted.kind is Kind.SETTINGS and wanted.settings:
        return msgspec.msgpack.encode(wanted.settings)
    if wanted.kind is Kind.LOSS:
        version, entries = stops_since(connection, unit, wanted.base)
        whole = _packed(key, version, wanted.base, entries)
        if len(whole) <= room:
            return whole
        # With what came off the list since, which a whole one leaves out.
        base = max(1, wanted.base)
        return _newest(key, version, base, stops_since(connection, unit, base)[1], room)
    return b""


def _packed(key: SigningKey, version: int, base: int, entries: Sequence[Stop]) -> bytes:
    body = StopsDocument(base=base, stops=tuple(entries))
    return pack_stops(sign_document(key, "stops", version, 0, encode(body)), body)


def _newest(key: SigningKey, version: int, base: int, entries: Sequence[Stop], room: int) -> bytes:
    """As many of the newest changes as fit, and from which version on they are all: a station that has an
    older list refuses it. At least the last one, though it does not fit."""
    # No change packs into less than a byte; each has a version of its own.
    low, high = max(1, len(entries) - room), max(0, len(entries) - 1)
    while low < high:
        middle = (low + high) // 2
        if len(_packed(key, version, entries[middle - 1].version, entries[middle:])) <= room:
            high = middle
        else:
            low = middle + 1
    return _packed(key, version, entries[high - 1].version if high else base, entries[high:])


def _listed(row: Any, stopped: Any, today: int) -> Listed:
    state = "expired" if row.until_day < today else "active"
    return Listed(
        number=row.card,
        kind=Kind(row.kind),
        operator=row.operator,
        uid=row.uid,
        from_day=row.from_day,
        until_day=row.until_day,
        state=state if stopped is None else stopped.reason,
        made_by=row.made_by,
        made_at=row.at,
        stopped_by=0 if stopped is None else stopped.operator,
        stopped_at=0 if stopped is None else stopped.at,
    )
