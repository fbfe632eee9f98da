"""Which uses a card has bought in advance, and until when. Reads only. F: B7"""

from typing import Any

from sqlalchemy import Connection, select

from onecard.books import accounts
from server.books.tables import wallet
from server.catalogue.tables import count_wallet
from server.organisation.scope import Scope


def uses(connection: Connection, scope: Scope, card: int) -> list[dict[str, Any]]:
    """By kind, of a card that was found under ``scope``; ``until_day`` 0 = for ever."""
    table = count_wallet
    rows = connection.execute(
        select(table.c.kind, table.c.until_day)
        .where(scope.by_unit(table), table.c.card == card)
        .order_by(table.c.kind)
    ).all()
    names = [name(card, row.kind) for row in rows for name in (accounts.uses, accounts.prepaid)]
    query = select(wallet.c.account, wallet.c.fen).where(scope.by_unit(wallet), wallet.c.account.in_(names))
    held = {row.account: int(row.fen) for row in connection.execute(query)}
    return [
        {
            "kind": row.kind,
            "until_day": row.until_day,
            "times": held.get(accounts.uses(card, row.kind), 0),
            "paid_fen": held.get(accounts.prepaid(card, row.kind), 0),
        }
        for row in rows
    ]


def points(connection: Connection, scope: Scope, card: int) -> int:
    """Points on a card that was found under ``scope``."""
    query = select(wallet.c.fen).where(
        scope.by_unit(wallet), wallet.c.account == accounts.account(card, "points")
    )
    return int(connection.execute(query).scalar() or 0)
