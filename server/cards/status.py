"""What the books know of one card, and why its balance is what it is: every line with its age. F: A11

Shows numbers only; whose card it is, is joined by whoever shows it.
"""

from collections.abc import Callable

from sqlalchemy import Connection, Row, func, select

from onecard.books import accounts
from onecard.clock import business_day, card_day
from onecard.wire.messages import CardStatus, Explained, Movement
from server.books import tables as books
from server.books.tables import id_of
from server.cards import tables
from server.cards.loads import APPLIED

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
        explained=explain(connection, unit, card, issue),
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
    reason = connection.execute(
        select(stop.c.reason).where(stop.c.unit_id == unit, stop.c.card == card, stop.c.issue == issue)
    ).scalar()
    if reason:
        return str(reason)
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


def movements(
    connection: Connection, unit: int, card: int, issue: int, place: Place = _nowhere, limit: int = MOVEMENTS
) -> tuple[Movement, ...]:
    """The newest first. Cash that was taken is no movement of the member's: what it buys is."""
    table = books.entry
    query = (
        select(table)
        .where(table.c.unit_id == unit, table.c.card == card, table.c.issue == issue)
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


def explain(connection: Connection, unit: int, card: int, issue: int) -> tuple[Explained, ...]:
    """Why the balance is what it is: ``chain_balance`` (what the card said last), ``account_balance``, then
    ``gap`` per missing record (named in ``detail``), ``open_tap``, ``waiting_load``, ``debt``."""
    lines: list[Explained] = []
    chain = tables.chain
    head = connection.execute(
        select(chain).where(chain.c.unit_id == unit, chain.c.card == card, chain.c.issue == issue)
    ).first()
    if head is not None:
        detail = f"{id_of(head.head)} #{head.counter}"
        lines.append(Explained(what="chain_balance", fen=head.after_0, since=head.at, detail=detail))
    account = _balance(connection, unit, accounts.account(card, "main"))
    if account:
        lines.append(Explained(what="account_balance", fen=account))
    lines += _gaps(connection, unit, card, issue)
    tap = tables.open_tap
    query = select(tap).where(tap.c.unit_id == unit, tap.c.card == card, tap.c.issue == issue)
    for r in connection.execute(query.order_by(tap.c.at)):
        what = f"{r.kind} {id_of(r.fact)} {r.state}"
        lines.append(Explained(what="open_tap", fen=r.fen, since=r.at, detail=what))
    load = tables.load
    query = select(load).where(load.c.unit_id == unit, load.c.card == card, load.c.issue == issue)
    for r in connection.execute(query.where(load.c.state != APPLIED).order_by(load.c.number)):
        detail = f"#{r.number} {r.kind} {r.state}"
        lines.append(Explained(what="waiting_load", fen=r.fen, since=r.made_at, detail=detail))
    debt = _balance(connection, unit, accounts.debt(card))
    if debt:
        lines.append(Explained(what="debt", fen=debt))
    return tuple(lines)


def _gaps(connection: Connection, unit: int, card: int, issue: int) -> list[Explained]:
    """Each hole with what the missing records did together: the balance above it less the one below it."""
    gap, link = tables.gap, tables.link
    mine = (link.c.unit_id == unit, link.c.card == card, link.c.issue == issue)
    query = select(gap).where(gap.c.unit_id == unit, gap.c.card == card, gap.c.issue == issue)
    lines = []
    for hole in connection.execute(query.order_by(gap.c.counter)).all():
        above = connection.execute(
            select(link.c.before_0).where(*mine, link.c.counter == hole.counter, link.c.fact == hole.after)
        ).scalar_one()
        lower = select(func.max(link.c.counter)).where(*mine, link.c.counter < hole.counter)
        below = connection.execute(
            select(link.c.after_0).where(*mine, link.c.counter == lower.scalar_subquery()).limit(1)
        ).scalar()
        lines.append(
            Explained(what="gap", fen=above - (below or 0), since=hole.since, detail=str(id_of(hole.missing)))
        )
    return lines
