"""Why a card's balance is what it is, wallet by wallet: every line with its age, what is missing by name.

Books + what has not arrived = what the card said last; + what waits = what it will be. Reads only. F: A11 G6
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select

from onecard.books import accounts
from onecard.books.wallets import ON_CARD, Wallet
from onecard.clock import business_day, card_day
from onecard.wire.messages import Balances, Explained, decode_body
from server.books import tables as books
from server.books.case import Written
from server.books.tables import id_of
from server.cards import tables
from server.cards.loads import OPEN, RECALLED


def explain(connection: Connection, unit: int, card: int, issue: int, now: int = 0) -> tuple[Explained, ...]:
    """For the main wallet (named ""): ``chain_balance`` (what the card said last), ``account_balance``,
    ``gap`` per hole (its newest missing record in ``detail``), ``open_tap``, ``waiting_load``, ``held_back``
    (of an older plastic), ``debt``. For every other wallet that has anything the same, and ``books`` first;
    ``expired``: still on the card past its day, gone at the next write.
    """
    chain = tables.chain
    head = connection.execute(
        select(chain).where(chain.c.unit_id == unit, chain.c.card == card, chain.c.issue == issue)
    ).first()
    gaps = _gaps(connection, unit, card, issue)
    kept = _kept(connection, unit, card)
    loads = _loads(connection, unit, card, issue)
    lines = _on_card(head, 0, "")
    account = kept.get(accounts.account(card, "main"), 0)
    if account:
        lines.append(Explained(what="account_balance", fen=account))
    lines += gaps.get(0, [])
    lines += _taps(connection, unit, card, issue)
    lines += loads.get("main", [])
    lines += _held_back(connection, unit, card, issue, kept)
    debt = kept.get(accounts.debt(card), 0)
    if debt:
        lines.append(Explained(what="debt", fen=debt))
    expiry = _expiry(connection, unit, head)
    for wallet in ON_CARD[1:]:
        lines += _side(wallet, card, issue, head, gaps, kept, loads, expiry, now)
    lines += _on_server(card, kept)
    return tuple(lines)


def _on_card(head: "Row[tuple[Any, ...]] | None", place: int, wallet: str) -> list[Explained]:
    if head is None:
        return []
    fen = head._mapping[f"after_{place}"]
    detail = f"{id_of(head.head)} #{head.counter}"
    return [Explained(what="chain_balance", fen=fen, since=head.at, detail=detail, wallet=wallet)]


def _side(
    wallet: Wallet,
    card: int,
    issue: int,
    head: "Row[tuple[Any, ...]] | None",
    gaps: dict[int, list[Explained]],
    kept: dict[str, int],
    loads: dict[str, list[Explained]],
    expiry: Sequence[int],
    now: int,
) -> list[Explained]:
    """One slot of the card, if there is or was anything in it."""
    name = wallet.name
    fen = kept.get(accounts.purse(card, issue, name), 0)
    on_card = 0 if head is None else head._mapping[f"after_{wallet.place}"]
    more = [msgspec.structs.replace(one, wallet=name) for one in gaps.get(wallet.place, []) if one.fen]
    waiting = loads.get(name, [])
    if not (fen or on_card or more or waiting):
        return []
    lines = [Explained(what="books", fen=fen, wallet=name)]
    lines += _on_card(head, wallet.place, name)
    lines += more + waiting
    today = card_day(business_day(now)) if now else 0
    if on_card and expiry and 0 < expiry[wallet.place - 1] < today:
        lines.append(
            Explained(what="expired", fen=on_card, detail=str(expiry[wallet.place - 1]), wallet=name)
        )
    return lines


def _on_server(card: int, kept: dict[str, int]) -> list[Explained]:
    """Wallets that live on the server, and what is held of the main one; points and uses are no money."""
    found = []
    for account, fen in sorted(kept.items()):
        wallet = accounts.wallet_of(account)
        if account == accounts.held(card) and fen:
            found.append(Explained(what="held", fen=fen))
        if wallet in (None, "main", "points") or account.count(":") != 2 or not fen:
            continue
        found.append(Explained(what="books", fen=fen, wallet=str(wallet)))
        found.append(Explained(what="account_balance", fen=fen, wallet=str(wallet)))
    return found


def _kept(connection: Connection, unit: int, card: int) -> dict[str, int]:
    """Balances of all accounts of a card."""
    table, prefix = books.wallet, f"card:{card}:"
    query = select(table.c.account, table.c.fen).where(
        table.c.unit_id == unit, table.c.account >= prefix, table.c.account < prefix[:-1] + ";"
    )
    return {row.account: row.fen for row in connection.execute(query)}


def _taps(connection: Connection, unit: int, card: int, issue: int) -> list[Explained]:
    tap = tables.open_tap
    query = select(tap).where(tap.c.unit_id == unit, tap.c.card == card, tap.c.issue == issue)
    return [
        Explained(what="open_tap", fen=r.fen, since=r.at, detail=f"{r.kind} {id_of(r.fact)} {r.state}")
        for r in connection.execute(query.order_by(tap.c.at))
    ]


def _loads(connection: Connection, unit: int, card: int, issue: int) -> dict[str, list[Explained]]:
    load = tables.load
    query = select(load).where(load.c.unit_id == unit, load.c.card == card, load.c.issue == issue)
    found: dict[str, list[Explained]] = {}
    for r in connection.execute(query.where(load.c.state.in_(OPEN)).order_by(load.c.number)):
        found.setdefault(r.wallet, []).append(
            Explained(
                what="waiting_load",
                fen=0 if r.state == RECALLED else r.fen,
                since=r.made_at,
                detail=f"#{r.number} {r.kind} {r.state}",
                wallet="" if r.wallet == "main" else r.wallet,
            )
        )
    return found


def _held_back(
    connection: Connection, unit: int, card: int, issue: int, kept: dict[str, int]
) -> list[Explained]:
    """What the books still have on plastics whose money went on to this one."""
    table = tables.handover
    query = select(table).where(
        table.c.unit_id == unit, table.c.to_card == card, table.c.to_issue <= issue, table.c.kind != "return"
    )
    lines = []
    for row in connection.execute(query.order_by(table.c.at)):
        own = kept if row.card == card else _kept(connection, unit, row.card)
        fen = own.get(accounts.purse(row.card, row.issue, "main"), 0)
        fen += own.get(accounts.waiting(row.card, row.issue, "main"), 0)
        if fen:
            detail = f"{row.card}-{row.issue} {row.kind}"
            lines.append(Explained(what="held_back", fen=fen, since=row.at, detail=detail))
    return lines


def _expiry(connection: Connection, unit: int, head: "Row[tuple[Any, ...]] | None") -> Sequence[int]:
    """The last day of each slot, as the newest record says; () when it is not at hand."""
    if head is None:
        return ()
    table = books.record
    raw = connection.execute(
        select(table.c.body).where(table.c.unit_id == unit, table.c.record == head.head)
    ).scalar()
    body = None if raw is None else decode_body(bytes(raw))
    if not isinstance(body, Written) or body.purse is None:
        return ()
    after: Balances = body.purse.after
    return (after.slot1.expiry_day, after.slot2.expiry_day, after.slot3.expiry_day)


def _gaps(connection: Connection, unit: int, card: int, issue: int) -> dict[int, list[Explained]]:
    """By place on the card, each open hole with what its missing records did together: the balance above it
    less the one below it, on the branch that lives on."""
    gap, link, lost = tables.gap, tables.link, tables.lost_link
    mine = (link.c.unit_id == unit, link.c.card == card, link.c.issue == issue)
    dead = select(lost.c.fact).where(lost.c.unit_id == unit, lost.c.card == card, lost.c.issue == issue)
    query = select(gap).where(
        gap.c.unit_id == unit, gap.c.card == card, gap.c.issue == issue, gap.c.inferred == 0,
        gap.c.after.not_in(dead),
    )  # fmt: skip
    found: dict[int, list[Explained]] = {}
    for hole in connection.execute(query.order_by(gap.c.counter)).all():
        above = connection.execute(
            select(link).where(*mine, link.c.counter == hole.counter, link.c.fact == hole.after)
        ).one()
        under = (*mine, link.c.counter < hole.counter, link.c.fact.not_in(dead))
        lower = select(func.max(link.c.counter)).where(*under)
        below = connection.execute(
            select(link).where(*under, link.c.counter == lower.scalar_subquery()).limit(1)
        ).first()
        for wallet in ON_CARD:
            before = 0 if below is None else below._mapping[f"after_{wallet.place}"]
            fen = above._mapping[f"before_{wallet.place}"] - before
            line = Explained(what="gap", fen=fen, since=hole.since, detail=str(id_of(hole.missing)))
            found.setdefault(wallet.place, []).append(line)
    return found
