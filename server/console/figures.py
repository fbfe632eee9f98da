"""The numbers of the first page and of lists: sums over today's entries, the newest entries. Reads only.

Every query takes the visitor's ``Scope`` and is narrowed by it.
"""

from collections.abc import Collection
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.clock import business_day, card_day
from server.books.tables import entry, remark
from server.cards.tables import card
from server.catalogue.service import card_types
from server.exceptions.tables import exception
from server.members.service import cards_seen
from server.members.tables import member
from server.operators.tables import operator
from server.organisation.scope import Scope
from server.organisation.service import day_starts_at_minute
from server.organisation.tables import outlet
from server.terminals.tables import terminal

#: How many days the first page looks back.
DAYS = 14


class Sum(msgspec.Struct, frozen=True):
    """How many entries of a kind, and their money (≥ 0)."""

    count: int = 0
    fen: int = 0


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """One business day so far."""

    day: int
    sales: Sum
    voids: Sum
    recharges: Sum
    issues: Sum
    #: Sales by hour of the wall clock, 24 sums of fen.
    hours: tuple[int, ...]
    #: Sales of the last days, today the last one: (card day, fen).
    days: tuple[tuple[int, int], ...]
    #: (outlet name, sum), the largest first.
    outlets: tuple[tuple[str, Sum], ...]

    @property
    def takings_fen(self) -> int:
        """What was sold less what was taken back."""
        return self.sales.fen - self.voids.fen


def scale(fens: Collection[int]) -> int:
    """A round number of fen not below the highest bar: where a chart's scale ends. 0 when all are 0."""
    most, tens = max(fens, default=0), 100
    while most > 10 * tens:
        tens *= 10
    return next(step * tens for step in (2, 4, 6, 8, 10) if step * tens >= most) if most else 0


def today(connection: Connection, scope: Scope, now: int) -> Today:
    """Sums of the business day that ``now`` belongs to."""
    day = card_day(business_day(now, day_starts_at_minute(connection, scope.unit)))
    where = scope.by_sale(entry) & (entry.c.day == day)
    columns = (sa.func.count(), sa.func.coalesce(sa.func.sum(sa.func.abs(entry.c.fen)), 0))
    kinds = {
        kind: Sum(count, int(fen))
        for kind, count, fen in connection.execute(
            sa.select(entry.c.kind, *columns).where(where).group_by(entry.c.kind)
        )
    }
    hour = ((entry.c.at + 8 * 3600) // 3600) % 24
    by_hour = {
        int(which): int(fen)
        for which, _, fen in connection.execute(
            sa.select(hour, *columns).where(where, entry.c.kind == "sale").group_by(hour)
        )
    }
    by_day = {
        int(which): int(fen)
        for which, _, fen in connection.execute(
            sa.select(entry.c.day, *columns)
            .where(scope.by_sale(entry), entry.c.kind == "sale")
            .where(entry.c.day > day - DAYS, entry.c.day <= day)
            .group_by(entry.c.day)
        )
    }
    by_outlet = connection.execute(
        sa.select(outlet.c.name, *columns)
        .join_from(entry, outlet, (outlet.c.unit_id == entry.c.unit_id) & (outlet.c.outlet == entry.c.outlet))
        .where(where, entry.c.kind == "sale")
        .group_by(outlet.c.outlet, outlet.c.name)
    )
    outlets = sorted(
        ((name, Sum(count, int(fen))) for name, count, fen in by_outlet), key=lambda o: -o[1].fen
    )
    return Today(
        day=day,
        sales=kinds.get("sale", Sum()),
        voids=kinds.get("void", Sum()),
        recharges=kinds.get("recharge", Sum()),
        issues=kinds.get("issue", Sum()),
        hours=tuple(by_hour.get(which, 0) for which in range(24)),
        days=tuple((which, by_day.get(which, 0)) for which in range(day - DAYS + 1, day + 1)),
        outlets=tuple(outlets),
    )


def card_states(connection: Connection, scope: Scope) -> dict[str, int]:
    """State → number of cards."""
    query = (
        sa.select(card.c.state, sa.func.count())
        .where(cards_seen(scope), card.c.state != "released")
        .group_by(card.c.state)
    )
    return {row[0]: int(row[1]) for row in connection.execute(query)}


def latest_entries(
    connection: Connection, scope: Scope, limit: int, kind: str = "", card_no: int = 0
) -> list[dict[str, Any]]:
    """The newest entries with place, terminal and the holder's name."""
    query = (
        sa.select(
            entry.c.entry,
            entry.c.kind,
            entry.c.at,
            entry.c.day,
            entry.c.fen,
            entry.c.balance_fen,
            entry.c.card,
            entry.c.issue,
            entry.c.terminal,
            entry.c.operator,
            outlet.c.name.label("outlet_name"),
            terminal.c.name.label("terminal_name"),
            member.c.member,
            member.c.name.label("member_name"),
            remark.c.reason,
            operator.c.name.label("supervisor_name"),
        )
        .join_from(
            entry,
            outlet,
            (outlet.c.unit_id == entry.c.unit_id) & (outlet.c.outlet == entry.c.outlet),
            isouter=True,
        )
        .outerjoin(
            terminal, (terminal.c.unit_id == entry.c.unit_id) & (terminal.c.terminal == entry.c.terminal)
        )
        .outerjoin(card, (card.c.unit_id == entry.c.unit_id) & (card.c.card == entry.c.card))
        .outerjoin(remark, (remark.c.unit_id == entry.c.unit_id) & (remark.c.entry == entry.c.entry))
        .outerjoin(
            operator, (operator.c.unit_id == entry.c.unit_id) & (operator.c.operator == remark.c.supervisor)
        )
        # A name is shown to who may see the person, wherever the card was used.
        .outerjoin(member, scope.by_branch(member) & (member.c.member == card.c.member))
        .where(scope.by_sale(entry))
        .order_by(entry.c.entry.desc())
        .limit(limit)
    )
    if kind:
        query = query.where(entry.c.kind == kind)
    if card_no:
        query = query.where(entry.c.card == card_no)
    return [dict(row) for row in connection.execute(query).mappings()]


def open_exceptions(connection: Connection, scope: Scope) -> int:
    """How many wait for a person."""
    query = (
        sa.select(sa.func.count())
        .select_from(exception)
        .where(scope.by_terminal(exception), exception.c.closed_at.is_(None))
    )
    return int(connection.execute(query).scalar_one())


_CARD_COLUMNS = (
    card.c.card,
    card.c.issue,
    card.c.type,
    card.c.state,
    card.c.since,
    card.c.member,
    member.c.name.label("member_name"),
    member.c.number.label("member_number"),
)


def _cards(scope: Scope) -> sa.Select[Any]:
    return (
        sa.select(*_CARD_COLUMNS)
        .join_from(
            card,
            member,
            (member.c.unit_id == card.c.unit_id) & (member.c.member == card.c.member),
            isouter=True,
        )
        .where(cards_seen(scope), card.c.state != "released")
    )


def cards(connection: Connection, scope: Scope, text: str, limit: int) -> list[dict[str, Any]]:
    """Cards whose number is ``text`` or whose holder's name or number fits it; the newest first."""
    query = _cards(scope)
    if text:
        fits = member.c.name.contains(text, autoescape=True) | member.c.number.startswith(
            text, autoescape=True
        )
        if text.isascii() and text.isdigit() and len(text) < 14:
            fits |= card.c.card == int(text)
        query = query.where(fits)
    rows = connection.execute(query.order_by(card.c.since.desc(), card.c.card.desc()).limit(limit))
    return [dict(row) for row in rows.mappings()]


def card_of(connection: Connection, scope: Scope, number: int) -> dict[str, Any] | None:
    """One card with its holder, if he is in ``scope``."""
    row = connection.execute(_cards(scope).where(card.c.card == number)).mappings().first()
    return None if row is None else dict(row)


def type_name(connection: Connection, scope: Scope, number: int) -> tuple[str, str]:
    """Name of a card type in Chinese and English."""
    for one in card_types(connection, scope.unit):
        if one.type == number:
            return one.name, one.name_en or one.name
    return str(number), str(number)


def exceptions(connection: Connection, scope: Scope, closed: bool, limit: int = 200) -> list[dict[str, Any]]:
    """The inbox, newest first; what belongs to no terminal is seen by who sees the whole unit."""
    query = (
        sa.select(exception, terminal.c.name.label("terminal_name"))
        .join_from(
            exception,
            terminal,
            (terminal.c.unit_id == exception.c.unit_id) & (terminal.c.terminal == exception.c.terminal),
            isouter=True,
        )
        .where(scope.by_terminal(exception))
        .where(exception.c.closed_at.is_not(None) if closed else exception.c.closed_at.is_(None))
        .order_by(exception.c.exception.desc())
        .limit(limit)
    )
    return [dict(row) for row in connection.execute(query).mappings()]
