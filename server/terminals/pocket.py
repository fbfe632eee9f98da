"""What a card's holder owns beyond the plastic, for the screen of a kiosk or a till. Reads only. F: D1 D2"""

from sqlalchemy import Connection, select

from onecard.books import accounts
from onecard.clock import business_day, card_day
from onecard.errors import Refused
from onecard.wire.pockets import AskPockets, Pocket, Pockets, Ready
from server.books import tables as books
from server.cards import tables as cards
from server.cards.loads import OPEN, RECALLED
from server.runtime import Known, Runtime
from server.subsidy.tables import subsidy_line, subsidy_list

#: Wallets that are told in fields of their own.
_APART = ("points", "debt", "deposit", "hold")


async def ask_pockets(runtime: Runtime, _who: Known, question: AskPockets) -> Pockets:
    """Raises ``Refused("card.unknown")`` for a plastic that is not the card's newest."""
    now, unit = runtime.clock.now(), runtime.unit
    return await runtime.db.read(lambda one: pockets(one, unit, question.card, question.issue, now))


def pockets(connection: Connection, unit: int, card: int, issue: int, now: int) -> Pockets:
    """All of it as of now."""
    table = cards.card
    query = select(table.c.member, table.c.issue).where(table.c.unit_id == unit, table.c.card == card)
    row = connection.execute(query).first()
    if row is None or row.issue != issue:
        raise Refused("card.unknown")
    kept = _kept(connection, unit, card)
    return Pockets(
        card=card,
        issue=issue,
        pockets=_pockets(card, kept),
        points=kept.get(accounts.account(card, "points"), 0),
        debt_fen=kept.get(accounts.debt(card), 0),
        waiting=_waiting(connection, unit, card, issue),
        ready=ready(connection, unit, row.member, card_day(business_day(now))) if row.member else (),
        as_of=now,
    )


def _kept(connection: Connection, unit: int, card: int) -> dict[str, int]:
    table, prefix = books.wallet, f"card:{card}:"
    query = select(table.c.account, table.c.fen).where(
        table.c.unit_id == unit, table.c.account >= prefix, table.c.account < prefix[:-1] + ";"
    )
    return {row.account: row.fen for row in connection.execute(query)}


def _pockets(card: int, kept: dict[str, int]) -> tuple[Pocket, ...]:
    found = []
    for account, fen in sorted(kept.items()):
        parts = account.split(":")
        if not fen:
            continue
        if len(parts) == 3 and parts[2] not in _APART:
            found.append(Pocket(wallet=parts[2], fen=fen))
        elif len(parts) == 4 and parts[2] == "uses":
            found.append(Pocket(wallet=parts[3], uses=fen))
    return tuple(found)


def _waiting(connection: Connection, unit: int, card: int, issue: int) -> tuple[tuple[str, int], ...]:
    load = cards.load
    query = select(load.c.wallet, load.c.fen).where(
        load.c.unit_id == unit, load.c.card == card, load.c.issue == issue,
        load.c.state.in_(OPEN), load.c.state != RECALLED,
    )  # fmt: skip
    return tuple((row.wallet, row.fen) for row in connection.execute(query.order_by(load.c.number)))


def ready(connection: Connection, unit: int, member: int, today: int) -> tuple[Ready, ...]:
    """Subsidies that lie ready for this member and may still be picked up."""
    line, made = subsidy_line, subsidy_list
    query = (
        select(line, made.c.name, made.c.wallet, made.c.expires_day, made.c.collect_until)
        .join(made, (made.c.unit_id == line.c.unit_id) & (made.c.list == line.c.list))
        .where(line.c.unit_id == unit, line.c.member == member, line.c.state == "ready")
        .where((made.c.collect_until == 0) | (made.c.collect_until >= today))
        .where((made.c.expires_day == 0) | (made.c.expires_day >= today))
        .order_by(line.c.list, line.c.line)
    )
    return tuple(
        Ready(
            list=row.list,
            line=row.line,
            name=row.name,
            wallet=row.wallet,
            fen=row.fen,
            expires_day=row.expires_day,
            collect_until=row.collect_until,
        )
        for row in connection.execute(query)
    )
