"""Quotas of free gifts, and what was given. F: A17"""

from typing import Any

from sqlalchemy import Connection, func, select

from onecard.errors import Refused
from onecard.money import MAX_FEN
from server.books.office.gift_free import month_of
from server.db import write_rows
from server.gift.tables import gift, gift_quota
from server.organisation.scope import Scope


def set_quota(
    connection: Connection, unit: int, operator: int, month_fen: int, set_by: int, now: int
) -> None:
    """How much this operator may give a month (writes). Nobody sets his own. Raises ``Refused``."""
    if operator == set_by:
        raise Refused("approval.same_person")
    if not 0 <= month_fen <= MAX_FEN:
        raise Refused("amount.too_large", cap=MAX_FEN)
    write_rows(connection, gift_quota, [(unit, operator, month_fen, set_by, now)], replace=True)


def quotas(connection: Connection, scope: Scope, now: int) -> list[dict[str, Any]]:
    """Who may give, how much, and what of it is given this month."""
    query = (
        select(gift.c.operator, func.sum(gift.c.fen).label("fen"))
        .where(scope.by_whole(gift), gift.c.month == month_of(now))
        .group_by(gift.c.operator)
    )
    given = {row.operator: int(row.fen) for row in connection.execute(query)}
    rows = connection.execute(select(gift_quota).where(scope.by_whole(gift_quota)))
    return [{**row._mapping, "given_fen": given.get(row.operator, 0)} for row in rows]


def gifts(connection: Connection, scope: Scope, limit: int = 100) -> list[dict[str, Any]]:
    """The newest first: who gave how much to which card, why."""
    query = select(gift).where(scope.by_whole(gift)).order_by(gift.c.entry.desc()).limit(limit)
    return [dict(row._mapping) for row in connection.execute(query)]


def left(connection: Connection, scope: Scope, operator: int, now: int) -> tuple[int, int] | None:
    """(quota, given this month) of who asks; ``None``: he may give nothing."""
    mine = select(gift_quota.c.month_fen).where(scope.by_unit(gift_quota), gift_quota.c.operator == operator)
    most = connection.execute(mine).scalar()
    given = select(func.sum(gift.c.fen)).where(
        scope.by_unit(gift), gift.c.operator == operator, gift.c.month == month_of(now)
    )
    return None if most is None else (int(most), int(connection.execute(given).scalar() or 0))
