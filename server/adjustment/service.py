"""Proposals for the books: made by one person, agreed to by another (``books.office.agree``). F: B11"""

from typing import Any

from sqlalchemy import Connection, insert, select, update

from onecard.books import accounts
from onecard.books.entry import CNY
from onecard.books.events import adjust
from onecard.errors import Refused
from onecard.money import MAX_FEN
from server.adjustment.tables import adjustment
from server.db import one_writer
from server.organisation.scope import Scope
from server.organisation.service import next_number

REASONS = ("mistake", "late_entry", "complaint", "audit", "uncollectable")


def propose(
    connection: Connection,
    unit: int,
    *,
    debit: str,
    credit: str,
    fen: int,
    reason: str,
    operator: int,
    now: int,
    currency: str = CNY,
) -> int:
    """An adjustment that waits for a second person (writes); its number. Raises ``Refused``."""
    no = adjust.fault(debit, credit, currency)
    if no:
        raise Refused(no)
    card = next((int(name.split(":")[1]) for name in (credit, debit) if name.startswith("card:")), 0)
    return _put(connection, unit, "adjust", debit, credit, fen, currency, card, reason, operator, now)


def propose_write_off(
    connection: Connection, unit: int, *, card: int, fen: int, reason: str, operator: int, now: int
) -> int:
    """A debt that nobody will get (writes); the number of the proposal. Raises ``Refused``."""
    debit, credit = accounts.loss(card), accounts.debt(card)
    return _put(connection, unit, "write_off", debit, credit, fen, CNY, card, reason, operator, now)


def _put(
    connection: Connection,
    unit: int,
    kind: str,
    debit: str,
    credit: str,
    fen: int,
    currency: str,
    card: int,
    reason: str,
    operator: int,
    now: int,
) -> int:
    one_writer(connection, unit)
    if not 0 < fen <= MAX_FEN:
        raise Refused("amount.zero" if fen <= 0 else "amount.too_large", cap=MAX_FEN)
    if reason not in REASONS:
        raise Refused("adjust.reason")
    number = next_number(connection, adjustment, "adjustment", unit)
    values = (
        unit,
        number,
        kind,
        debit,
        credit,
        fen,
        currency,
        card,
        reason,
        "proposed",
        operator,
        now,
        0,
        0,
        0,
    )
    names = [column.name for column in adjustment.c]
    connection.execute(insert(adjustment).values(**dict(zip(names, values, strict=True))))
    return number


def drop(connection: Connection, unit: int, number: int, operator: int, now: int) -> None:
    """It will not be booked (writes). Raises ``Refused("adjust.decided")``."""
    mine = (adjustment.c.unit_id == unit, adjustment.c.adjustment == number, adjustment.c.state == "proposed")
    change = update(adjustment).where(*mine)
    done = connection.execute(change.values(state="dropped", decided_by=operator, decided_at=now))
    if done.rowcount != 1:
        raise Refused("adjust.decided")


def proposals(connection: Connection, scope: Scope, limit: int = 100) -> list[dict[str, Any]]:
    """What waits first, then the newest."""
    query = (
        select(adjustment)
        .where(scope.by_whole(adjustment))
        .order_by(adjustment.c.state != "proposed", adjustment.c.adjustment.desc())
        .limit(limit)
    )
    return [dict(row._mapping) for row in connection.execute(query)]
