"""What the books know of one card, and why its balance is what it is: every line with its age. F: A11

Shows numbers only; whose card it is, is joined by whoever shows it.
"""

from collections.abc import Callable

from sqlalchemy import Connection, Row, or_, select

from onecard.books import accounts
from onecard.clock import business_day, card_day
from onecard.wire.messages import CardStatus, Movement
from server.books import tables as books
from server.cards import tables
from server.cards.explain import explain
from server.cards.stops import listed

#: Names a place for a movement: (outlet, terminal) → "本部食堂".
Place = Callable[[int, int], str]

MOVEMENTS = 10


def _nowhere(_outlet: int, _terminal: int) -> str:
    return ""


def card_status(
    connection: Connection, unit: int, card: int, issue: int, now: int, place: Place = _nowhere
) -> CardStatus:
    """State, balance, movements, and why the balance is what it is. ``number`` and ``name`` stay empty.

    ``books_fen``: main wallet by the books (purse or account); ``waiting_fen``: loads not on the card yet.
    """
    holder = tables.card
    found = connection.execute(select(holder).where(holder.c.unit_id == unit, holder.c.card == card)).first()
    return CardStatus(
        card=card,
        issue=issue,
        state=_state(connection, unit, card, issue, found, now),
        member=found.member if found is not None else 0,
        number="",
        name="",
        type=found.type if found is not None else 0,
        books_fen=_main(connection, unit, card, issue),
        waiting_fen=_balance(connection, unit, accounts.waiting(card, issue, "main")),
        movements=movements(connection, unit, card, issue, place),
        explained=explain(connection, unit, card, issue, now),
        as_of=now,
    )


def _state(
    connection: Connection,
    unit: int,
    card: int,
    issue: int,
    found: "Row[tuple[object, ...]] | None",
    now: int,
) -> str:
    medium = tables.issue
    row = connection.execute(
        select(medium.c.until_day).where(
            medium.c.unit_id == unit, medium.c.card == card, medium.c.issue == issue
        )
    ).first()
    if found is None or row is None or found.state == "released":
        return "unknown"
    stop = tables.stop
    entry = connection.execute(listed(unit).where(stop.c.card == card, stop.c.issue == issue)).first()
    if entry is not None and entry.reason and not entry.outlets:
        return str(entry.reason)  # frozen at some outlets only, it is still good for the others
    if issue < found.issue:
        return "replaced"
    if found.state == "active" and row.until_day < card_day(business_day(now)):
        return "expired"
    return str(found.state)


def _balance(connection: Connection, unit: int, account: str) -> int:
    table = books.wallet
    query = select(table.c.fen).where(table.c.unit_id == unit, table.c.account == account)
    return connection.execute(query).scalar() or 0


def _main(connection: Connection, unit: int, card: int, issue: int) -> int:
    return _balance(connection, unit, accounts.purse(card, issue, "main")) + _balance(
        connection, unit, accounts.account(card, "main")
    )


def lineage(connection: Connection, unit: int, card: int, issue: int) -> list[tuple[int, int]]:
    """This plastic and those whose money went on to it: older issues, a temporary card. F: A8"""
    table = tables.handover
    found, open_ = [(card, issue)], [(card, issue)]
    while open_:
        to_card, to_issue = open_.pop()
        query = select(table.c.card, table.c.issue).where(
            table.c.unit_id == unit, table.c.to_card == to_card, table.c.to_issue == to_issue
        )
        for row in connection.execute(query):
            if (row.card, row.issue) not in found:
                found.append((row.card, row.issue))
                open_.append((row.card, row.issue))
    return found


def movements(
    connection: Connection, unit: int, card: int, issue: int, place: Place = _nowhere, limit: int = MOVEMENTS
) -> tuple[Movement, ...]:
    """The newest first. Cash that was taken is no movement of the member's: what it buys is."""
    table = books.entry
    mine = [
        (table.c.card == number) & (table.c.issue == which)
        for number, which in lineage(connection, unit, card, issue)
    ]
    query = (
        select(table)
        .where(table.c.unit_id == unit, or_(*mine))
        .where(table.c.kind.not_in(("credit", "recharge_held", "issue_held")))
        .order_by(table.c.at.desc(), table.c.entry.desc())
        .limit(limit)
    )
    return tuple(
        Movement(
            at=r.at, kind=r.kind, fen=r.fen, balance_fen=r.balance_fen, place=place(r.outlet, r.terminal)
        )
        for r in connection.execute(query)
    )
