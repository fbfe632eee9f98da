"""Cards over a day or any period: how many were issued, recharged, refunded, replaced, returned, and for how
much; how many are in use, lost or expired today, and what they hold. F: A10 A15

By card type, named and anonymous ones apart, as a supervisor of prepaid cards asks for them. Whose cards are
counted is the visitor's scope: they go with their holders.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.sql.elements import ColumnElement

from onecard.books import accounts
from onecard.clock import business_day, card_day
from server.books.tables import entry, posting, wallet
from server.cards.tables import card, issue
from server.catalogue.service import card_types
from server.members.tables import member
from server.organisation.scope import Scope
from server.organisation.service import day_starts_at_minute

TITLE = "card_statistics"
#: The columns of movements, each with the kinds of entries that make it.
MOVEMENTS = ("issue", "recharge", "refund", "replace", "return_card")


class Moved(msgspec.Struct, frozen=True):
    """How many entries of a kind, and their money ≥ 0."""

    count: int = 0
    fen: int = 0


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One card type. Movements are of the period, states and balances of now."""

    type: int
    name: str
    name_en: str
    anonymous: bool
    moved: dict[str, Moved]
    active: int = 0
    lost: int = 0
    expired: int = 0
    other: int = 0
    paid_fen: int = 0
    given_fen: int = 0
    deposit_fen: int = 0
    debt_fen: int = 0


def _seen(scope: Scope) -> ColumnElement[bool]:
    if scope.is_whole:
        return scope.by_unit(card)
    mine = sa.select(member.c.member).where(scope.by_branch(member))
    return scope.by_unit(card) & card.c.member.in_(mine)


def rows(connection: Connection, scope: Scope, first_day: int, last_day: int, now: int) -> list[Row]:
    """Card days, both included; card types by number, those without a card too."""
    today = card_day(business_day(now, day_starts_at_minute(connection, scope.unit)))
    moved = _moved(connection, scope, first_day, last_day)
    states = _states(connection, scope, today)
    held = _held(connection, scope)
    found: dict[int, Row] = {}
    for terms in card_types(connection, scope.unit):
        number = terms.type
        found[number] = Row(
            type=number,
            name=terms.name,
            name_en=terms.name_en or terms.name,
            anonymous=terms.anonymous,
            moved={kind: moved.get((number, kind), Moved()) for kind in MOVEMENTS},
            **states.get(number, {}),
            **held.get(number, {}),
        )
    return [found[number] for number in sorted(found)]


def _moved(
    connection: Connection, scope: Scope, first_day: int, last_day: int
) -> dict[tuple[int, str], Moved]:
    query = (
        sa.select(card.c.type, entry.c.kind, sa.func.count(), sa.func.sum(sa.func.abs(entry.c.fen)))
        .join_from(entry, card, (card.c.unit_id == entry.c.unit_id) & (card.c.card == entry.c.card))
        .where(_seen(scope), entry.c.kind.in_(MOVEMENTS))
        .where(entry.c.day >= first_day, entry.c.day <= last_day)
        .group_by(card.c.type, entry.c.kind)
    )
    return {(row[0], row[1]): Moved(int(row[2]), int(row[3] or 0)) for row in connection.execute(query)}


def _states(connection: Connection, scope: Scope, today: int) -> dict[int, dict[str, int]]:
    over = sa.case((issue.c.until_day < today, 1), else_=0)
    query = (
        sa.select(card.c.type, card.c.state, over, sa.func.count())
        .join_from(
            card,
            issue,
            (issue.c.unit_id == card.c.unit_id)
            & (issue.c.card == card.c.card)
            & (issue.c.issue == card.c.issue),
        )
        .where(_seen(scope), card.c.state.not_in(("released", "reserved")))
        .group_by(card.c.type, card.c.state, over)
    )
    found: dict[int, dict[str, int]] = {}
    for type_no, state, expired, count in connection.execute(query):
        name = state if state == "lost" else "other"
        if state == "active":
            name = "expired" if expired else "active"
        mine = found.setdefault(type_no, {})
        mine[name] = mine.get(name, 0) + int(count)
    return found


def _held(connection: Connection, scope: Scope) -> dict[int, dict[str, int]]:
    types = {
        row.card: row.type
        for row in connection.execute(sa.select(card.c.card, card.c.type).where(_seen(scope)))
    }
    query = sa.select(wallet.c.account, wallet.c.fen).where(
        scope.by_unit(wallet), wallet.c.account.like("card:%"), wallet.c.fen != 0
    )
    found: dict[int, dict[str, int]] = {}
    for account, fen in connection.execute(query):
        type_no = types.get(int(account.split(":")[1]))
        name = _column(account)
        if type_no is None or not name:
            continue
        mine = found.setdefault(type_no, {})
        mine[name] = mine.get(name, 0) + (-int(fen) if name == "debt_fen" else int(fen))
    return found


def _column(account: str) -> str:
    """Which column an account of a card is summed up in, "" for what is no money."""
    purpose = accounts.purpose_of(account)
    return f"{purpose}_fen" if purpose else ""


def check(connection: Connection, scope: Scope, told: Iterable[Row]) -> list[str]:
    """What a whole unit's report says against the postings themselves; empty when it ties out."""
    said = list(told)
    names: dict[str, int] = {}
    for sign, side in ((1, posting.c.credit), (-1, posting.c.debit)):
        query = (
            sa.select(side, sa.func.sum(posting.c.fen))
            .where(scope.by_whole(posting), side.like("card:%"), posting.c.currency == "CNY")
            .group_by(side)
        )
        for account, fen in connection.execute(query):
            name = _column(account)
            if name:
                names[name] = names.get(name, 0) + sign * int(fen)
    names["debt_fen"] = -names.get("debt_fen", 0)
    wrong = []
    for name in ("paid_fen", "given_fen", "deposit_fen", "debt_fen"):
        shown: Any = sum(getattr(row, name) for row in said)
        if shown != names.get(name, 0):
            wrong.append(f"{name} shows {shown}, the postings say {names.get(name, 0)}")
    return wrong
