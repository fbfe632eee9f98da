"""What is done to many members at once: another department, longer validity, leaving, lists of cards. F: A16

A selection says who; everything is narrowed by the visitor's scope and counted in the operation log.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.sql.elements import ColumnElement

from onecard.books import accounts
from onecard.clock import business_day, card_day, local
from onecard.errors import Refused
from server.books.tables import entry, wallet
from server.cards.tables import card, issue
from server.members import service
from server.members.tables import member
from server.operators import log
from server.organisation.scope import Scope
from server.organisation.service import clean_name

LEFT = "left"
#: A card's day is 16 bits from 2020 on.
LAST_DAY = 65_000


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Who; everything empty is nobody, so that a forgotten field never means everybody."""

    department: str = ""
    group: str = ""
    keys: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.department or self.group or self.keys)

    def where(self, scope: Scope) -> ColumnElement[bool]:
        """The rows of members that are meant."""
        mine = scope.by_branch(member) & (member.c.state != service.ERASED)
        if not self:
            return sa.and_(mine, sa.false())
        if self.department:
            mine &= member.c.department == self.department
        if self.group:
            mine &= member.c.group == self.group
        return mine & member.c.member.in_(self.keys) if self.keys else mine


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One card in somebody's hands and what it holds by the books. ``last_at``: its last entry, 0 = none."""

    member: int
    number: str
    name: str
    department: str
    card: int
    issue: int
    state: str
    until_day: int
    last_at: int
    paid_fen: int
    given_fen: int
    deposit_fen: int
    debt_fen: int

    @property
    def payable_fen(self) -> int:
        """What a return pays out: his own money and his deposit, less what he owes; gifts are no cash."""
        return max(0, self.paid_fen + self.deposit_fen - self.debt_fen)


def departments(connection: Connection, scope: Scope) -> list[tuple[str, int]]:
    """The departments there are, with their members."""
    query = (
        sa.select(member.c.department, sa.func.count())
        .where(scope.by_branch(member), member.c.state != service.ERASED, member.c.department != "")
        .group_by(member.c.department)
        .order_by(member.c.department)
    )
    return [(row[0], int(row[1])) for row in connection.execute(query)]


def count(connection: Connection, scope: Scope, who: Selection) -> int:
    """How many are meant."""
    query = sa.select(sa.func.count()).select_from(member).where(who.where(scope))
    return int(connection.execute(query).scalar_one())


def held_cards(
    connection: Connection, scope: Scope, who: Selection | None, *, idle_since: int | None = None
) -> list[Held]:
    """The cards of a selection (``None``: of everybody seen), by member and card; those last used before
    ``idle_since`` only, if it is given."""
    meant = scope.by_branch(member) if who is None else who.where(scope)
    used = (
        sa.select(entry.c.card, sa.func.max(entry.c.at).label("last_at"))
        .where(scope.by_unit(entry))
        .group_by(entry.c.card)
        .subquery()
    )
    query = (
        sa.select(
            member.c.member, member.c.number, member.c.name, member.c.department,
            card.c.card, card.c.issue, card.c.state, issue.c.until_day,
            sa.func.coalesce(used.c.last_at, 0).label("last_at"),
        )
        .join_from(member, card, (card.c.unit_id == member.c.unit_id) & (card.c.member == member.c.member))
        .join(
            issue,
            (issue.c.unit_id == card.c.unit_id)
            & (issue.c.card == card.c.card)
            & (issue.c.issue == card.c.issue),
        )
        .outerjoin(used, used.c.card == card.c.card)
        .where(meant, card.c.state.in_(("active", "lost", "frozen")))
        .order_by(member.c.number, card.c.card)
    )  # fmt: skip
    if idle_since is not None:
        query = query.where(sa.func.coalesce(used.c.last_at, card.c.since) < idle_since)
    found = connection.execute(query).mappings().all()
    money = _money(connection, scope, [row["card"] for row in found])
    values = ({str(name): value for name, value in row.items()} for row in found)
    return [msgspec.convert({**row, **money[row["card"]]}, Held) for row in values]


def _money(connection: Connection, scope: Scope, cards: Sequence[int]) -> dict[int, dict[str, int]]:
    names = ("paid_fen", "given_fen", "deposit_fen", "debt_fen")
    found = {number: dict.fromkeys(names, 0) for number in cards}
    query = sa.select(wallet.c.account, wallet.c.fen).where(
        scope.by_unit(wallet), wallet.c.account.like("card:%"), wallet.c.fen != 0
    )
    for account, fen in connection.execute(query):
        mine = found.get(int(account.split(":")[1]))
        name = accounts.purpose_of(account)
        if mine is not None and name:
            mine[f"{name}_fen"] += -int(fen) if name == "debt" else int(fen)
    return found


def move(connection: Connection, scope: Scope, who: Selection, department: str, now: int, by: int) -> int:
    """They belong to another department (writes) → how many."""
    _demand_somebody(who)
    done = connection.execute(
        member.update().where(who.where(scope)).values(department=clean_name(department))
    ).rowcount
    log.write(connection, scope.unit, now, by, "member.move", "", count=done)
    return int(done)


def leave(connection: Connection, scope: Scope, who: Selection, now: int, by: int) -> list[Held]:
    """They leave (writes) → their cards: the list of what is to be paid out when each one is returned."""
    _demand_somebody(who)
    cards = held_cards(connection, scope, who)
    done = connection.execute(member.update().where(who.where(scope)).values(state=LEFT)).rowcount
    log.write(
        connection, scope.unit, now, by, "member.leave", "",
        count=done, fen=sum(one.payable_fen for one in cards),
    )  # fmt: skip
    return cards


def extend(connection: Connection, scope: Scope, who: Selection, until_day: int, now: int, by: int) -> int:
    """Their cards are good until then (writes) → how many; none gets a shorter time."""
    _demand_somebody(who)
    today = card_day(business_day(now))
    if not today < until_day <= LAST_DAY:
        raise Refused("day.past", day=local(now).date().isoformat())
    mine = sa.select(card.c.card).join_from(
        card, member, (card.c.unit_id == member.c.unit_id) & (card.c.member == member.c.member)
    )
    mine = mine.where(who.where(scope), card.c.state.in_(("active", "frozen")))
    newest: Any = (
        sa.select(card.c.issue)
        .where(card.c.unit_id == issue.c.unit_id, card.c.card == issue.c.card)
        .scalar_subquery()
    )
    done = connection.execute(
        issue.update()
        .where(scope.by_unit(issue), issue.c.card.in_(mine), issue.c.issue == newest)
        .where(issue.c.until_day < until_day)
        .values(until_day=until_day)
    ).rowcount
    log.write(connection, scope.unit, now, by, "member.extend", "", count=done, day=until_day)
    return int(done)


def _demand_somebody(who: Selection) -> None:
    """Raises ``Refused("member.nobody")`` for an empty selection."""
    if not who:
        raise Refused("member.nobody")
