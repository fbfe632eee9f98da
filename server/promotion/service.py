"""Promotions and salespeople as the office sets them, and what they brought. F: B2 A17

Reads: ``await db.read(lambda connection: f(connection, …))``; those that write say so: ``db.write``.
"""

from typing import Any

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from onecard.clock import business_day, card_day
from onecard.errors import Refused
from onecard.money import MAX_FEN
from server.books import tables as books
from server.cards import tables as cards
from server.db import one_writer
from server.organisation.scope import Scope
from server.organisation.service import clean_name, next_number
from server.promotion import tables
from server.promotion.grant import of_row
from server.promotion.rule import best, worth


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A promotion as somebody typed it."""

    name: str
    name_en: str = ""
    least_fen: int
    gift_fen: int
    each: bool = False
    most_gift_fen: int = 0
    first: bool = False
    once: bool = False
    since: int = 0
    until: int = 0
    types: tuple[int, ...] = ()
    gift_days: int = 0


def add_promotion(connection: Connection, unit: int, draft: Draft, operator: int, now: int) -> int:
    """It runs from now on, on its days (writes); its number. Raises ``Refused``."""
    one_writer(connection, unit)
    if not 0 < draft.least_fen <= MAX_FEN or not 0 < draft.gift_fen <= MAX_FEN:
        raise Refused("promotion.amounts")
    if not 0 <= draft.most_gift_fen <= MAX_FEN or (draft.each and draft.gift_fen > draft.least_fen * 10):
        raise Refused("promotion.amounts")
    days = (draft.since, draft.until, draft.gift_days)
    if any(not 0 <= day <= 0xFFFF for day in days) or (draft.until and draft.until < draft.since):
        raise Refused("promotion.days")
    number = next_number(connection, tables.promotion, "promotion", unit)
    values = msgspec.structs.asdict(draft)
    values |= {
        "unit_id": unit,
        "promotion": number,
        "name": clean_name(draft.name),
        "name_en": draft.name_en.strip()[:64],
        "types": msgspec.json.encode(sorted(draft.types)).decode(),
        "active": True,
        "made_by": operator,
        "made_at": now,
    }
    connection.execute(insert(tables.promotion).values(**values))
    return number


def end_promotion(connection: Connection, unit: int, number: int) -> bool:
    """No recharge earns it from now on (writes). ``False``: unknown, or ended before."""
    table = tables.promotion
    mine = (table.c.unit_id == unit, table.c.promotion == number, table.c.active)
    return connection.execute(update(table).where(*mine).values(active=False)).rowcount == 1


def promotions(connection: Connection, scope: Scope) -> list[dict[str, Any]]:
    """All of them, the newest first, with what each has given."""
    table, given = tables.promotion, tables.recharge
    sums = (
        select(given.c.promotion, func.count().label("times"), func.sum(given.c.gift_fen).label("fen"))
        .where(scope.by_whole(given))
        .group_by(given.c.promotion)
    )
    found = {row.promotion: row for row in connection.execute(sums)}
    rows = connection.execute(
        select(table).where(scope.by_whole(table)).order_by(table.c.promotion.desc())
    ).all()
    return [
        {
            **row._mapping,
            "times": found[row.promotion].times if row.promotion in found else 0,
            "given_fen": int(found[row.promotion].fen) if row.promotion in found else 0,
        }
        for row in rows
    ]


def preview(connection: Connection, scope: Scope, card: int, fen: int, now: int) -> int:
    """What a recharge of ``fen`` would earn this card now, as the form shows before it is sent.

    ``card`` was found under ``scope``.
    """
    holder, unit = cards.card, scope.unit
    row = connection.execute(
        select(holder.c.member, holder.c.type).where(holder.c.unit_id == unit, holder.c.card == card)
    ).first()
    if row is None:
        return 0
    table, used = tables.promotion, tables.recharge
    owner = row.member or -card
    query = select(used.c.promotion).where(used.c.unit_id == unit, used.c.holder == owner)
    before = set(connection.execute(query).scalars())
    mine = select(holder.c.card).where(holder.c.unit_id == unit, holder.c.member == row.member)
    theirs = books.entry.c.card.in_(mine) if row.member else books.entry.c.card == card
    earlier = select(books.entry.c.entry).where(
        books.entry.c.unit_id == unit, theirs, books.entry.c.kind == "recharge"
    )
    is_first = connection.execute(earlier.limit(1)).first() is None
    running = connection.execute(select(table).where(table.c.unit_id == unit, table.c.active)).all()
    day = card_day(business_day(now))
    chosen = best([of_row(one) for one in running], fen, day, row.type, is_first, before)
    return worth(chosen, fen) if chosen is not None else 0


def put_salesperson(connection: Connection, unit: int, operator: int, share: int) -> int:
    """This operator sells, for ``share`` hundredths of a percent (writes); the salesperson's number."""
    one_writer(connection, unit)
    if not 0 <= share <= 10_000:
        raise Refused("sales.share")
    table = tables.salesperson
    mine = (table.c.unit_id == unit, table.c.operator == operator)
    known = connection.execute(select(table.c.salesperson).where(*mine)).scalar()
    if known is not None:
        connection.execute(update(table).where(*mine).values(share=share, active=True))
        return int(known)
    number = next_number(connection, table, "salesperson", unit)
    connection.execute(
        insert(table).values(unit_id=unit, salesperson=number, operator=operator, share=share, active=True)
    )
    return number


def salespeople(connection: Connection, scope: Scope) -> list[dict[str, Any]]:
    """Those who sell now; names are joined by who shows them."""
    table = tables.salesperson
    query = select(table).where(scope.by_unit(table), table.c.active).order_by(table.c.salesperson)
    return [dict(row._mapping) for row in connection.execute(query)]


def end_salesperson(connection: Connection, unit: int, number: int) -> bool:
    """Sells no more from now on; what was sold stays his (writes). ``False``: unknown, or ended before."""
    table = tables.salesperson
    mine = (table.c.unit_id == unit, table.c.salesperson == number, table.c.active)
    return connection.execute(update(table).where(*mine).values(active=False)).rowcount == 1


class Commission(msgspec.Struct, frozen=True):
    """One salesperson in a period; what was corrected is off."""

    salesperson: int
    operator: int
    share: int
    recharges: int
    paid_fen: int
    gift_fen: int
    commission_fen: int


def commissions(connection: Connection, scope: Scope, since: int, until: int) -> list[Commission]:
    """The report of business days ``since`` … ``until``, both counting. F: A17"""
    table, back = tables.recharge, books.reversed_
    mine = (scope.by_whole(table), table.c.salesperson > 0, table.c.day.between(since, until))
    taken = (
        select(back.c.entry, func.sum(back.c.fen).label("fen"))
        .where(scope.by_whole(back), back.c.wallet == "main")
        .group_by(back.c.entry)
        .subquery()
    )
    query = (
        select(
            table.c.salesperson,
            func.count().label("recharges"),
            func.sum(table.c.fen - func.coalesce(taken.c.fen, 0)).label("paid"),
            func.sum(table.c.gift_fen).label("gift"),
        )
        .outerjoin(taken, taken.c.entry == table.c.entry)
        .where(*mine)
        .group_by(table.c.salesperson)
    )
    people = tables.salesperson
    who = {row.salesperson: row for row in connection.execute(select(people).where(scope.by_whole(people)))}
    return [
        Commission(
            row.salesperson,
            who[row.salesperson].operator if row.salesperson in who else 0,
            who[row.salesperson].share if row.salesperson in who else 0,
            row.recharges,
            int(row.paid),
            int(row.gift),
            int(row.paid) * (who[row.salesperson].share if row.salesperson in who else 0) // 10_000,
        )
        for row in connection.execute(query.order_by(table.c.salesperson))
    ]
