"""Members: found, added, tied to cards. Names leave here only for a screen that may show them. F: A12"""

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.sql.elements import ColumnElement

from onecard.errors import Conflict, Refused
from onecard.wire.messages import MemberRow, Snapshot
from server.cards.tables import card
from server.members.tables import holder, member
from server.operators import log
from server.organisation.scope import Scope
from server.organisation.service import clean_name, next_number
from server.terminals import version

#: How many rows a terminal's search answers.
FOUND_MAX = 20
#: A person whose data was erased; the row stays because cards and books name its number.
ERASED = "erased"
_PHONE = re.compile(r"\+?[0-9]{5,20}", re.ASCII)
_NUMBER = re.compile(r"[A-Za-z0-9._/-]{1,32}", re.ASCII)


def clean(name: str, number: str, phone: str, department: str, group: str = "") -> dict[str, str]:
    """A person's data as typed → as kept.

    Raises ``Refused``: ``name.malformed``, ``member.number_malformed``, ``member.phone_malformed``."""
    number, phone = number.strip(), re.sub(r"[\s-]", "", phone)
    if number and not _NUMBER.fullmatch(number):
        raise Refused("member.number_malformed")
    if phone and not _PHONE.fullmatch(phone):
        raise Refused("member.phone_malformed")
    return {
        "name": clean_name(name),
        "number": number,
        "phone": phone,
        "department": clean_name(department) if department.strip() else "",
        "group": clean_name(group) if group.strip() else "",
    }


def add_member(
    connection: Connection,
    unit_id: int,
    now: int,
    *,
    name: str,
    branch: int,
    number: str = "",
    phone: str = "",
    department: str = "",
    group: str = "",
    made_by: str | None = None,
    by: int | None = None,
) -> int:
    """A new member → his number in the system (writes). The same ``made_by`` gives the same member; ``by``
    has the operation log say who added him, without a word about whom.

    Raises ``Refused("member.number_taken")`` and those of malformed data; ``Conflict`` when ``made_by``
    comes again with another name, place or number.
    """
    values = clean(name, number, phone, department, group)
    if made_by is not None:
        asked = sa.select(member).where(member.c.unit_id == unit_id, member.c.made_by == made_by)
        before = connection.execute(asked).mappings().first()
        if before is not None:
            told = {**values, "branch": branch, "number": values["number"] or before["number"]}
            if any(before[name] != value for name, value in told.items()):
                raise Conflict()
            return int(before["member"])
    key = next_number(connection, member, "member", unit_id)
    values["number"] = values["number"] or f"M{key:06d}"
    taken = sa.select(member.c.member).where(member.c.unit_id == unit_id, member.c.number == values["number"])
    if connection.execute(taken).first():
        raise Refused("member.number_taken")
    connection.execute(
        member.insert().values(
            {
                "unit_id": unit_id,
                "member": key,
                "branch": branch,
                "made_by": made_by,
                "made_at": now,
                "state": "active",
                **values,
            }
        )
    )
    if by is not None:
        log.write(connection, unit_id, now, by, "member.add", str(key))
    return key


def change_member(
    connection: Connection, scope: Scope, key: int, now: int, **values: str
) -> tuple[dict[str, str], dict[str, str]]:
    """Other data of a person (writes) → what changed, before and after. Raises what ``add_member`` does, and
    ``Refused("member.unknown")``; an erased one is unknown. Terminals learn another name."""
    row = by_key(connection, scope, key)
    if row is None or row["state"] == ERASED:
        raise Refused("member.unknown")
    cleaned = clean(**values)
    cleaned["number"] = cleaned["number"] or row["number"]
    changed = {name: value for name, value in cleaned.items() if row[name] != value}
    if not changed:
        return {}, {}
    taken = sa.select(member.c.member).where(
        member.c.unit_id == scope.unit, member.c.number == cleaned["number"], member.c.member != key
    )
    if "number" in changed and connection.execute(taken).first():
        raise Refused("member.number_taken")
    mine = (member.c.unit_id == scope.unit) & (member.c.member == key)
    connection.execute(member.update().where(mine).values({member.c[n]: v for n, v in changed.items()}))
    if "name" in changed:
        show_again(connection, scope.unit, (key,), now)
    return {name: row[name] for name in changed}, changed


def show_again(connection: Connection, unit_id: int, keys: Sequence[int], now: int) -> None:
    """Terminals learn with their next delta what these members are called now (writes)."""
    moved = version.touch(connection, unit_id, version.MEMBERS, now)
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        connection.execute(
            holder.update()
            .where(holder.c.unit_id == unit_id, holder.c.member.in_(some))
            .values(version=moved)
        )


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _matching(scope: Scope, text: str) -> ColumnElement[bool]:
    """Number or name begins so, name holds it, or the phone number ends so; inside ``scope``."""
    text = text.strip()
    where = scope.by_branch(member)
    if text:
        where &= (
            member.c.number.like(_like(text) + "%", escape="\\")
            | member.c.name.like("%" + _like(text) + "%", escape="\\")
            | (member.c.phone.like("%" + _like(text), escape="\\") if len(text) >= 4 else sa.false())
        )
    return where


def find(
    connection: Connection, scope: Scope, text: str, limit: int = FOUND_MAX, offset: int = 0
) -> list[dict[str, Any]]:
    """Rows of members with their cards as ``(card, issue, state)``, by number."""
    query = (
        sa.select(member).where(_matching(scope, text)).order_by(member.c.number).limit(limit).offset(offset)
    )
    rows = [dict(row) for row in connection.execute(query).mappings()]
    held: dict[int, list[tuple[int, int, str]]] = {row["member"]: [] for row in rows}
    cards = (
        sa.select(card.c.member, card.c.card, card.c.issue, card.c.state)
        .where(scope.by_unit(card), card.c.member.in_(held), card.c.state != "released")
        .order_by(card.c.card)
    )
    for row in connection.execute(cards):
        held[row.member].append((row.card, row.issue, row.state))
    return [row | {"cards": tuple(held[row["member"]])} for row in rows]


def count(connection: Connection, scope: Scope, text: str) -> int:
    """How many ``find`` would give without a limit."""
    query = sa.select(sa.func.count()).select_from(member).where(_matching(scope, text))
    return int(connection.execute(query).scalar_one())


def member_row(row: dict[str, Any]) -> MemberRow:
    """A row of ``find`` as terminals see it."""
    return MemberRow(
        member=row["member"],
        number=row["number"],
        name=row["name"],
        department=row["department"],
        cards=row["cards"],
    )


def by_key(connection: Connection, scope: Scope, key: int) -> dict[str, Any] | None:
    """One member, if he is in ``scope``."""
    query = sa.select(member).where(scope.by_branch(member), member.c.member == key)
    row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)


def hold(connection: Connection, unit_id: int, card_no: int, key: int, card_type: int, now: int) -> None:
    """This card is now that member's; terminals learn it with the next delta (writes)."""
    moved = version.touch(connection, unit_id, version.MEMBERS, now)
    where = (holder.c.unit_id == unit_id) & (holder.c.card == card_no)
    values = {"member": key, "type": card_type, "version": moved}
    if connection.execute(holder.update().where(where).values(**values)).rowcount == 0:
        connection.execute(holder.insert().values(unit_id=unit_id, card=card_no, **values))


def catch_up(connection: Connection, unit_id: int, now: int) -> int:
    """Cards that came into the books by another road (an import) get their holder (writes) → how many."""
    on = (holder.c.unit_id == card.c.unit_id) & (holder.c.card == card.c.card)
    query = (
        sa.select(card.c.card, card.c.member, card.c.type)
        .join_from(card, holder, on, isouter=True)
        .where(card.c.unit_id == unit_id, card.c.state != "released", card.c.member != 0)
        .where(holder.c.card.is_(None))
    )
    missing = connection.execute(query).all()
    if missing:
        moved = version.touch(connection, unit_id, version.MEMBERS, now)
        connection.execute(
            holder.insert(),
            [
                {"unit_id": unit_id, "card": c, "member": m, "type": t, "version": moved}
                for c, m, t in missing
            ],
        )
    return len(missing)


def snapshots_since(connection: Connection, unit_id: int, base: int) -> tuple[Snapshot, ...]:
    """Holders that changed after ``base``."""
    query = (
        sa.select(holder.c.card, holder.c.member, holder.c.type, member.c.name)
        .join_from(
            holder, member, (holder.c.unit_id == member.c.unit_id) & (holder.c.member == member.c.member)
        )
        .where(holder.c.unit_id == unit_id, holder.c.version > base)
        .order_by(holder.c.card)
    )
    return tuple(
        Snapshot(card=row.card, member=row.member, name=row.name, type=row.type)
        for row in connection.execute(query)
    )


def cards_of(connection: Connection, scope: Scope, key: int) -> list[tuple[int, int, str]]:
    """The member's cards as ``(card, issue, state)``, if he is in ``scope``."""
    mine = sa.select(member.c.member).where(scope.by_branch(member), member.c.member == key)
    query = (
        sa.select(card.c.card, card.c.issue, card.c.state)
        .where(scope.by_unit(card), card.c.member.in_(mine), card.c.state != "released")
        .order_by(card.c.card)
    )
    return [(row.card, row.issue, row.state) for row in connection.execute(query)]


def cards_seen(scope: Scope) -> ColumnElement[bool]:
    """Cards go with their holders; one without a holder is seen by who sees the whole unit."""
    if scope.is_whole:
        return scope.by_unit(card)
    return scope.by_unit(card) & card.c.member.in_(sa.select(member.c.member).where(scope.by_branch(member)))
