"""What is still on its way for one plastic: its numbered loads and where its money went when it was given up.

Reads only; of a card that was found under a scope.
"""

from typing import Any

from sqlalchemy import Connection, select

from onecard.books import accounts
from server.books import tables as books
from server.cards import tables
from server.organisation.scope import Scope
from server.terminals.quiet import not_informed


def loads(connection: Connection, scope: Scope, card: int, issue: int) -> list[dict[str, Any]]:
    """The newest first, each with the account its money came from (``giver``, "" = not known)."""
    table = tables.load
    query = (
        select(table)
        .where(scope.by_unit(table), table.c.card == card, table.c.issue == issue)
        .order_by(table.c.number.desc())
    )
    rows = [dict(row) for row in connection.execute(query).mappings()]
    givers = _givers(connection, scope, card, issue, [row["made_by"] for row in rows])
    return [row | {"giver": givers.get((row["made_by"], row["wallet"]), "")} for row in rows]


def _givers(
    connection: Connection, scope: Scope, card: int, issue: int, facts: list[int]
) -> dict[tuple[int, str], str]:
    """(fact, wallet) → the account that paid into the waiting one."""
    fact, posting = books.fact, books.posting
    query = (
        select(fact.c.fact, posting.c.debit, posting.c.credit)
        .join(posting, (posting.c.unit_id == fact.c.unit_id) & (posting.c.entry == fact.c.entry))
        .where(scope.by_unit(fact), fact.c.fact.in_(facts))
        .order_by(posting.c.line)
    )
    start, end = f"card:{card}:{issue}:", ":waiting"
    found: dict[tuple[int, str], str] = {}
    for row in connection.execute(query):
        if row.credit.startswith(start) and row.credit.endswith(end):
            found.setdefault((row.fact, accounts.wallet_of(row.credit) or ""), row.debit)
    return found


def handed_over(connection: Connection, scope: Scope, card: int, issue: int) -> dict[str, Any] | None:
    """Where the money of a plastic that was given up went, and which terminals are still to be heard."""
    table = tables.handover
    query = select(table).where(scope.by_unit(table), table.c.card == card, table.c.issue == issue)
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    waits = [] if row["trued_at"] else not_informed(connection, scope.unit, "stops", row["stop_version"])
    return {**row, "waits": waits}


def head_of(connection: Connection, scope: Scope, card: int, issue: int) -> int:
    """The newest record of a plastic's chain, 0 = it has none."""
    table = tables.chain
    query = select(table.c.head).where(scope.by_unit(table), table.c.card == card, table.c.issue == issue)
    return int(connection.execute(query).scalar() or 0)
