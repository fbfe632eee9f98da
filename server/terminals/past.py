"""What was sold at an outlet and can still be refunded, what is held there, what points buy. Reads only."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, func, select

from onecard.books.events import refund
from onecard.errors import Refused
from onecard.wire import lookups as look
from onecard.wire.messages import Sale, decode_body
from server.books import tables as books
from server.books.office.desk import ended_by
from server.books.selling import BESIDE, off_of
from server.books.tables import id_of, key_of
from server.cards.tables import lost_terminal
from server.hold import service as holds
from server.operators import permission
from server.organisation.scope import Scope
from server.reward import service as reward
from server.runtime import Known, Runtime
from server.terminals.caller import at_desk

PAGE = 50
HELD_MOST = 200


async def sales(runtime: Runtime, who: Known, question: look.AskSales) -> look.Sales:
    """Newest first, a page at a time."""
    if not 0 <= question.until_day - question.since_day <= look.MOST_DAYS:
        raise Refused("request.malformed")
    table = books.entry

    def read(connection: Connection) -> look.Sales:
        there, _ = at_desk(connection, runtime.unit, who, question.operator, permission.REFUND)
        query = select(table).where(
            table.c.unit_id == runtime.unit,
            table.c.kind == "sale",
            table.c.outlet == there.outlet,
            table.c.owner == there.owner,
            table.c.shift > 0,  # what was sold at a till; a bill out of a deposit is none
            table.c.day.between(question.since_day, question.until_day),
        )
        if not question.whole_outlet:
            query = query.where(table.c.terminal == who.terminal)
        if question.card:
            query = query.where(table.c.card == question.card)
        if question.before:
            query = query.where(table.c.entry < question.before)
        rows = connection.execute(query.order_by(table.c.entry.desc()).limit(PAGE)).all()
        return look.Sales(rows=_rows(connection, runtime.unit, rows))

    return await runtime.db.read(read)


def _rows(connection: Connection, unit: int, rows: Iterable[Row[Any]]) -> tuple[look.SaleRow, ...]:
    rows = list(rows)
    back, close = books.reversed_, books.shift_close
    taken = (
        select(back.c.entry, func.sum(back.c.fen))
        .where(back.c.unit_id == unit, back.c.entry.in_([row.entry for row in rows]))
        .where(back.c.wallet != BESIDE)
        .group_by(back.c.entry)
    )
    gone = {row[0]: int(row[1]) for row in connection.execute(taken)}
    columns = (close.c.fact, close.c.first, close.c.last, close.c.opened_at, close.c.at)
    closes = select(close.c.terminal, close.c.shift, *columns).where(
        close.c.unit_id == unit,
        close.c.terminal.in_({row.terminal for row in rows}),
        close.c.shift.in_({row.shift for row in rows}),
    )
    ended: dict[tuple[int, int], list[tuple[int, int, int, int, int]]] = defaultdict(list)
    for number, shift, fact, first, last, opened_at, closed_at in connection.execute(closes):
        ended[number, shift].append((fact, first, last, opened_at, closed_at))
    lost = set(
        connection.execute(select(lost_terminal.c.terminal).where(lost_terminal.c.unit_id == unit)).scalars()
    )
    found = []
    for row in rows:
        left = -row.fen - gone.get(row.entry, 0)
        mine = ended[row.terminal, row.shift]
        is_over = row.terminal in lost or any(ended_by(*one, row.fact, row.at) for one in mine)
        why_not = "refund.excess" if left <= 0 else "" if is_over else "refund.open_shift"
        found.append(
            look.SaleRow(
                sale=id_of(row.fact),
                entry=row.entry,
                at=row.at,
                card=row.card,
                issue=row.issue,
                fen=-row.fen,
                left_fen=left,
                operator=row.operator,
                why_not=why_not,
            )
        )
    return tuple(found)


async def sale(runtime: Runtime, who: Known, question: look.AskSale) -> look.SoldSale:
    """One of them, line by line. Raises ``Refused("refund.unknown")``, also for another outlet's."""
    key, table = key_of(question.sale), books.entry

    def read(connection: Connection) -> look.SoldSale:
        there, _ = at_desk(connection, runtime.unit, who, question.operator, permission.REFUND)
        query = select(table).where(
            table.c.unit_id == runtime.unit, table.c.fact == key, table.c.kind == "sale"
        )
        fact = books.fact
        entry = select(fact.c.entry).where(fact.c.unit_id == runtime.unit, fact.c.fact == key)
        row = connection.execute(query.where(table.c.entry == entry.scalar_subquery())).first()
        intent = _intent(connection, runtime.unit, key)
        if row is None or intent is None or (row.outlet, row.owner) != (there.outlet, there.owner):
            raise Refused("refund.unknown")
        return look.SoldSale(
            row=_rows(connection, runtime.unit, [row])[0],
            lines=_lines(connection, runtime.unit, row.entry, intent),
            pays=tuple((one.wallet, one.fen) for one in intent.pays),
        )

    return await runtime.db.read(read)


def _intent(connection: Connection, unit: int, key: int) -> Sale | None:
    """As it was journaled, wherever its record stands now."""
    table, low = books.record, key >> 32 << 32
    mine = select(table.c.body).where(table.c.unit_id == unit)
    raw = connection.execute(mine.where(table.c.record == key, table.c.was.is_(None))).scalar()
    if raw is None:
        again = mine.where(table.c.was == key, table.c.record.between(low, low + (1 << 32)))
        raw = connection.execute(again).scalar()
    body = None if raw is None else decode_body(bytes(raw))
    return body if isinstance(body, Sale) else None


def _lines(connection: Connection, unit: int, entry: int, intent: Sale) -> tuple[look.SoldLine, ...]:
    table = books.refund_line
    query = select(table.c.line, table.c.quantity).where(table.c.unit_id == unit, table.c.entry == entry)
    gone = {row.line: int(row.quantity) for row in connection.execute(query)}
    off = list(off_of(intent)) or refund.discounts(
        [line.total_fen for line in intent.lines], intent.discount_fen
    )
    return tuple(
        look.SoldLine(
            name=line.name,
            quantity=line.quantity,
            paid_fen=line.total_fen - off[number],
            refunded=gone.get(number, 0),
        )
        for number, line in enumerate(intent.lines)
    )


async def held(runtime: Runtime, who: Known, question: look.AskHolds) -> look.Holds:
    """Deposits of this outlet's rooms."""

    def read(connection: Connection) -> look.Holds:
        there, _ = at_desk(connection, runtime.unit, who, question.operator, permission.HOLD)
        mine = holds.holds(connection, Scope.whole(runtime.unit), outlet=there.outlet, limit=HELD_MOST)
        on_card = holds.on_cards(connection, runtime.unit, [row["hold"] for row in mine])
        rows = (
            look.HoldRow(
                hold=id_of(row["hold"]),
                card=row["card"],
                issue=row["issue"],
                place=row["place"],
                fen=row["fen"],
                until=row["until"],
                on_card=row["hold"] in on_card,
            )
            for row in mine
        )
        return look.Holds(rows=tuple(rows))

    return await runtime.db.read(read)


async def rewards(runtime: Runtime, who: Known, question: look.AskRewards) -> look.Rewards:
    """What there is, by points."""

    def read(connection: Connection) -> look.Rewards:
        at_desk(connection, runtime.unit, who, question.operator, permission.POINTS)
        rows = reward.rewards(connection, Scope.whole(runtime.unit))
        names = look.RewardRow.__struct_fields__
        return look.Rewards(rows=tuple(look.RewardRow(**{n: row[n] for n in names}) for row in rows))

    return await runtime.db.read(read)
