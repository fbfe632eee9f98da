"""What is held for whom and until when. F: C19"""

from typing import Any

from sqlalchemy import Connection, insert, select

from server.hold.tables import hold, hold_sale
from server.organisation.scope import Scope

#: A hold that nobody ends is given back after at most this long.
LONGEST_S = 72 * 3600


def keep(
    connection: Connection,
    unit: int,
    key: int,
    now: int,
    *,
    card: int,
    issue: int,
    outlet: int,
    owner: int,
    place: str,
    fen: int,
    until: int,
    operator: int,
) -> None:
    """Write a new hold down (writes)."""
    row = (unit, key, card, issue, outlet, owner, place, fen, until, "held", operator, now, 0, 0, 0)
    names = [column.name for column in hold.c]
    connection.execute(insert(hold).values(**dict(zip(names, row, strict=True))))


def on_cards(connection: Connection, unit: int, numbers: list[int]) -> set[int]:
    """Which of these holds a purse paid."""
    query = select(hold_sale.c.hold).where(hold_sale.c.unit_id == unit, hold_sale.c.hold.in_(numbers))
    return set(connection.execute(query).scalars())


def holds(
    connection: Connection, scope: Scope, *, ended: bool = False, outlet: int = 0, limit: int = 200
) -> list[dict[str, Any]]:
    """Open ones, the next to go back first; or the newest of those that ended. ``outlet`` 0: of any."""
    query = select(hold).where(scope.by_outlet(hold))
    if outlet:
        query = query.where(hold.c.outlet == outlet)
    if ended:
        query = query.where(hold.c.state != "held").order_by(hold.c.ended_at.desc())
    else:
        query = query.where(hold.c.state == "held").order_by(hold.c.until)
    return [dict(row._mapping) for row in connection.execute(query.limit(limit))]
