"""The stop list: which plastic is refused, where, why and by whose word; versions only grow. F: A6 A14 E3

Writing takes part in the caller's transaction. Knows no money.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, select, update

from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.rules.loads import UNLOSS
from onecard.rules.stops import LONGEST, with_outlets
from onecard.wire.messages import Stop
from server.books import tables as books
from server.books.tables import key_of
from server.cards import tables
from server.cards.asked import once
from server.cards.loads import Loads
from server.db import one_writer, write_rows

#: Dead for ever: nothing takes such a plastic off the list or changes why it stands there.
DEAD = ("replaced", "returned")
#: Why a card is frozen though nobody lost it.
WHYS = ("left", "dispute", "debt", "other")


class Stopped(msgspec.Struct, frozen=True, gc=False):
    """An entry of the list. ``outlets``: only there, () = everywhere. ``why``: the word behind a freeze."""

    reason: str
    outlets: tuple[int, ...] = ()
    why: str = ""

    def at(self, outlet: int) -> bool:
        """Whether the card is refused at this outlet."""
        return not self.outlets or outlet in self.outlets


def stopped(reason: str, outlets: str | None, why: str | None) -> Stopped | None:
    """An entry as it is kept; ``None`` when it was taken off."""
    return Stopped(reason, _outlets(outlets or ""), why or "") if reason else None


def listed(unit: int) -> "Select[tuple[Any, ...]]":
    """The list with the words of each entry's last change."""
    stop, change = tables.stop, tables.stop_change
    same = (change.c.unit_id == stop.c.unit_id) & (change.c.version == stop.c.version)
    query = select(stop, change.c.outlets, change.c.why).outerjoin(change, same)
    return query.where(stop.c.unit_id == unit)


def _outlets(text: str) -> tuple[int, ...]:
    return tuple(int(one) for one in text.split())


def put_stop(
    connection: Connection,
    unit: int,
    card: int,
    issue: int,
    stop: Stopped | None,
    *,
    version: int,
    operator: int,
    now: int,
) -> None:
    """Write one change under its version, and keep it for ever (writes)."""
    reason, outlets, why = ("", "", "") if stop is None else (stop.reason, _numbers(stop.outlets), stop.why)
    row = (unit, card, issue, reason, version, now, operator)
    write_rows(connection, tables.stop, [row], replace=True)
    change = (unit, version, card, issue, reason, outlets, why, now, operator)
    write_rows(connection, tables.stop_change, [change])


def _numbers(outlets: Sequence[int]) -> str:
    return " ".join(str(one) for one in sorted(outlets))


def take_number(connection: Connection, unit: int, name: str, start: int = 1) -> int:
    """The next number of a running count; whoever counts holds the unit's row until the end."""
    one_writer(connection, unit)
    number = max(count_of(connection, unit, name) + 1, start)
    write_rows(connection, books.counter, [(unit, name, number)], replace=True)
    return number


def count_of(connection: Connection, unit: int, name: str) -> int:
    """How far a running count has come."""
    table = books.counter
    query = select(table.c.value).where(table.c.unit_id == unit, table.c.name == name)
    return connection.execute(query).scalar() or 0


def stop_of(connection: Connection, unit: int, card: int, issue: int) -> tuple[Stopped | None, int]:
    """The entry of a plastic, and the version of its last change (0: never listed).

    Raises ``Refused("card.unknown")``.
    """
    known = select(tables.issue.c.card).where(
        tables.issue.c.unit_id == unit, tables.issue.c.card == card, tables.issue.c.issue == issue
    )
    if connection.execute(known).first() is None:
        raise Refused("card.unknown", card=card, issue=issue)
    table = tables.stop
    row = connection.execute(listed(unit).where(table.c.card == card, table.c.issue == issue)).first()
    return (None, 0) if row is None else (stopped(row.reason, row.outlets, row.why), int(row.version))


def set_stop(
    connection: Connection,
    unit: int,
    card: int,
    issue: int,
    reason: str,
    operator: int,
    now: int,
    *,
    outlets: Sequence[int] = (),
    why: str = "",
) -> int:
    """List a card for ``reason``, or take it off with "" (writes); the list's version. One that stands so
    already changes nothing. Raises ``Refused("card.unknown" | "card.dead")``."""
    entry, version = stop_of(connection, unit, card, issue)
    wanted = Stopped(reason, tuple(sorted(outlets)), why) if reason else None
    if entry == wanted and (entry is not None or version):
        return version
    if entry is not None and entry.reason in DEAD:
        raise Refused("card.dead", reason=entry.reason)
    version = take_number(connection, unit, "stops")
    put_stop(connection, unit, card, issue, wanted, version=version, operator=operator, now=now)
    holder = tables.card
    mine = (holder.c.unit_id == unit, holder.c.card == card, holder.c.issue == issue)
    state = reason if reason and not outlets else "active"
    connection.execute(update(holder).where(*mine).values(state=state, since=now))
    return version


def report_loss(
    connection: Connection, unit: int, id: RecordId, card: int, issue: int, operator: int, now: int
) -> int:
    """Put a card on the stop list (writes); the list's version from which it is in force. F: A6

    The same ``id`` gets the same answer. Raises ``Refused("card.unknown" | "card.dead")``, ``Conflict``.
    """
    return once(
        connection,
        unit,
        id,
        ("loss", card, issue, operator),
        lambda: set_stop(connection, unit, card, issue, "lost", operator, now),
        int,
    )


def unloss(
    connection: Connection, unit: int, id: RecordId, card: int, issue: int, operator: int, now: int
) -> int:
    """Take a lost card off the list (writes); the list's version. A load worth 0 clears the flag that some
    terminal may have written. The same ``id`` gets the same answer. F: A6

    Raises ``Refused("card.unknown" | "card.dead" | "card.not_lost")``.
    """

    def take_off() -> int:
        entry, _ = stop_of(connection, unit, card, issue)
        if entry is None or entry.reason != "lost":
            raise Refused("card.dead" if entry is not None and entry.reason in DEAD else "card.not_lost")
        version = set_stop(connection, unit, card, issue, "", operator, now)
        loads = Loads(connection, unit, now)
        loads.add(card, issue, 0, UNLOSS, key_of(id))
        loads.write(lambda name, _count: take_number(connection, unit, name))
        return version

    return once(connection, unit, id, ("unloss", card, issue, operator), take_off, int)


def freeze(
    connection: Connection,
    unit: int,
    id: RecordId,
    card: int,
    issue: int,
    *,
    why: str,
    operator: int,
    now: int,
    outlets: Sequence[int] = (),
) -> int:
    """Refuse a card that is not lost, at some outlets or everywhere (writes); the list's version. F: A14

    Nothing is written on the card, so giving it back needs no card either. Frozen again: the new words hold.
    Raises ``Refused("card.unknown" | "card.dead" | "card.lost" | "freeze.why" | "freeze.outlets")``.
    """
    if why not in WHYS:
        raise Refused("freeze.why")
    reason = with_outlets("frozen", outlets)
    if len(set(outlets)) != len(outlets) or len(reason) > LONGEST or any(one <= 0 for one in outlets):
        raise Refused("freeze.outlets")

    def list_it() -> int:
        entry, _ = stop_of(connection, unit, card, issue)
        if entry is not None and entry.reason == "lost":
            raise Refused("card.lost")
        return set_stop(
            connection, unit, card, issue, "frozen", operator, now, outlets=sorted(outlets), why=why
        )

    words = ("freeze", card, issue, sorted(outlets), why, operator)
    return once(connection, unit, id, words, list_it, int)


def unfreeze(
    connection: Connection, unit: int, id: RecordId, card: int, issue: int, operator: int, now: int
) -> int:
    """Give a frozen card back (writes); the list's version. F: A14

    Raises ``Refused("card.unknown" | "card.not_frozen")``.
    """

    def take_off() -> int:
        entry, _ = stop_of(connection, unit, card, issue)
        if entry is None or entry.reason != "frozen":
            raise Refused("card.not_frozen")
        return set_stop(connection, unit, card, issue, "", operator, now)

    return once(connection, unit, id, ("unfreeze", card, issue, operator), take_off, int)


def stops_since(connection: Connection, unit: int, version: int) -> tuple[int, tuple[Stop, ...]]:
    """The list's version now, and what changed after ``version`` (0: the whole list). F: E3"""
    table = tables.stop
    query = listed(unit).where(table.c.version > version)
    if version == 0:
        query = query.where(table.c.reason != "")
    rows = connection.execute(query.order_by(table.c.version))
    changes = tuple(
        Stop(r.card, r.issue, with_outlets(r.reason, _outlets(r.outlets or "")), r.version) for r in rows
    )
    return count_of(connection, unit, "stops"), changes


class StopChange(msgspec.Struct, frozen=True):
    """One line of a card's history on the list; ``operator``: by whose word."""

    version: int
    issue: int
    reason: str
    outlets: tuple[int, ...]
    why: str
    at: int
    operator: int


def stop_history(connection: Connection, unit: int, card: int) -> tuple[StopChange, ...]:
    """What ever happened to a card on the list, the newest first. F: A14"""
    table = tables.stop_change
    query = select(table).where(table.c.unit_id == unit, table.c.card == card)
    return tuple(
        StopChange(
            r.version,
            r.issue,
            r.reason,
            tuple(int(one) for one in r.outlets.split()),
            r.why,
            r.at,
            r.operator,
        )
        for r in connection.execute(query.order_by(table.c.version.desc()))
    )
