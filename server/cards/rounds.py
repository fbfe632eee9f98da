"""What falls due by itself: rests of old plastics, loads to be taken back, holes, taps nobody finished.

One pass looks and gives the orders; what is not due yet is looked at again next time. Knows no clock of its
own: whoever runs the server calls it.
"""

from collections.abc import Mapping
from functools import partial

from sqlalchemy import ColumnElement, Connection, String, Table, cast, exists, func, literal, select

from onecard.books import accounts
from onecard.books.wallets import ON_CARD
from onecard.wire.messages import CardType
from server.books import infer
from server.books.command import Order, Single
from server.books.handover import Handover, trued
from server.books.lane import Lane
from server.books.office import true_up, withdraw
from server.books.office.desk import server_key
from server.books.sheet import Sheet
from server.books.tables import id_of
from server.books.tables import wallet as wallet_table
from server.cards import tables
from server.cards.taps import GIVEN_UP, UNRESOLVED
from server.terminals.quiet import heard, knows

#: A tap that is open so long is somebody's to look at.
OPEN_TAP_S = 24 * 3600


class Look(Single):
    """Tell the office of what waits for a person, and close holes that have become clear."""

    def __init__(self, unit: int) -> None:
        self.unit = unit

    def want(self, sheet: Sheet) -> None:
        """What it looks at is only known inside the transaction."""

    def decide(self, sheet: Sheet) -> int:
        """How many holes were looked at."""
        tap = tables.open_tap
        query = select(tap).where(
            tap.c.unit_id == sheet.unit, tap.c.state.in_((UNRESOLVED, GIVEN_UP)),
            tap.c.at <= sheet.now - OPEN_TAP_S,
        )  # fmt: skip
        for row in sheet.connection.execute(query):
            sheet.inbox.add(
                "tap_open", id_of(row.fact), fact=row.fact, card=row.card, issue=row.issue, fen=row.fen,
                what=row.kind,
            )  # fmt: skip
        lost = select(tables.lost_terminal.c.terminal).where(tables.lost_terminal.c.unit_id == sheet.unit)
        count = 0
        for number in sheet.connection.execute(lost).scalars().all():
            for medium in infer.holes_of(sheet, number):
                infer.review(sheet, medium)
                count += 1
        for medium in infer.denied(sheet):
            infer.review(sheet, medium)
            count += 1
        self._returned(sheet)
        return count

    def _returned(self, sheet: Sheet) -> None:
        """Rests of returned cards that somebody has to be paid; those of which nothing is left are done."""
        table, chain = tables.handover, tables.chain
        same = (chain.c.unit_id == table.c.unit_id) & (chain.c.card == table.c.card)
        query = (
            select(table.c.card, table.c.issue, table.c.asked_by)
            .outerjoin(chain, same & (chain.c.issue == table.c.issue))
            .where(table.c.unit_id == sheet.unit, table.c.kind == "return", table.c.trued_at.is_(None))
            .where(func.coalesce(chain.c.gaps, 0) == 0)
        )
        for row in sheet.connection.execute(query).all():
            medium = (row.card, row.issue)
            fen = sheet.balance(accounts.purse(*medium, "main"))
            if fen > 0:
                sheet.inbox.add(
                    "return_rest", f"{row.card}-{row.issue}", fact=row.asked_by, card=row.card,
                    issue=row.issue, fen=fen,
                )  # fmt: skip
            elif not sheet.loads.unapplied(*medium):
                trued(sheet, medium)


def due(connection: Connection, unit: int) -> tuple[list[Handover], list[tuple[int, int, int]]]:
    """Old plastics whose rest may follow, and (card, issue, number) of loads that nobody can apply any more.

    A plastic whose rest has followed is due again when a late record has left something on it.
    """
    everybody = heard(connection, unit)
    table, chain = tables.handover, tables.chain
    same = (chain.c.unit_id == table.c.unit_id) & (chain.c.card == table.c.card)
    query = (
        select(table)
        .outerjoin(chain, same & (chain.c.issue == table.c.issue))
        .where(table.c.unit_id == unit, table.c.to_card != 0, func.coalesce(chain.c.gaps, 0) == 0)
        .where(table.c.trued_at.is_(None) | _has_something(table))
    )
    handovers = [Handover(*tuple(row)[1:]) for row in connection.execute(query)]
    found = [one for one in handovers if all(knows(who, "stops", one.stop_version) for who in everybody)]
    asked = tables.withdrawal
    wanted = connection.execute(select(asked).where(asked.c.unit_id == unit, asked.c.state == "open"))
    loads = [
        (row.card, row.issue, row.number)
        for row in wanted
        if all(knows(who, "loads", row.version) for who in everybody)
    ]
    return found, loads


def _has_something(table: Table) -> ColumnElement[bool]:
    """A late record has moved the old purse, or made a load that waits for the old plastic."""
    kept = wallet_table
    prefix = literal("card:") + cast(table.c.card, String) + literal(":") + cast(table.c.issue, String)
    names = [
        prefix + literal(f":{wallet.name}:{what}") for wallet in ON_CARD for what in ("purse", "waiting")
    ]
    return exists().where(kept.c.unit_id == table.c.unit_id, kept.c.account.in_(names), kept.c.fen != 0)


async def work(lane: Lane, unit: int, types: Mapping[int, CardType]) -> int:
    """One pass; how many orders were given."""
    await lane.do(Look(unit))
    handovers, loads = await lane.db.read(lambda connection: due(connection, unit))
    for one in handovers:
        key = await lane.db.write(lambda connection: server_key(connection, unit))
        card_type = types.get(await lane.db.read(partial(_type_of, unit=unit, card=one.to_card)))
        on_card = card_type is None or card_type.purse_on_card
        terms = true_up.Terms(one.card, one.issue, on_card)
        await lane.do(true_up.TrueUp(unit, key, terms, 0))
    for card, issue, number in loads:
        key = await lane.db.write(lambda connection: server_key(connection, unit))
        order: Order[withdraw.EndTerms] = withdraw.EndWithdrawal(
            unit, key, withdraw.EndTerms(card, issue, number), 0
        )
        await lane.do(order)
    return len(handovers) + len(loads)


def _type_of(connection: Connection, unit: int, card: int) -> int:
    table = tables.card
    query = select(table.c.type).where(table.c.unit_id == unit, table.c.card == card)
    return connection.execute(query).scalar() or 0
