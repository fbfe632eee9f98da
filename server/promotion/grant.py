"""The gift that goes with a recharge, wherever that came from: its own entry, named beside it. F: B2 A17"""

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from msgspec.json import decode
from sqlalchemy import Row, insert, select

from onecard.books.events import gift
from onecard.wire.messages import CardType, Status
from server.books import tables as books
from server.books.office.pocket import NO_TYPES, fill, pocket_of
from server.books.sheet import Event, Fact, Sheet
from server.cards import tables as cards
from server.promotion import tables
from server.promotion.rule import Promotion, best, worth

#: The promotions that run, read once per batch.
_running: "WeakKeyDictionary[Sheet, tuple[Promotion, ...]]" = WeakKeyDictionary()


def running(sheet: Sheet) -> tuple[Promotion, ...]:
    """What is not ended; days and card types are looked at per recharge."""
    found = _running.get(sheet)
    if found is None:
        table = tables.promotion
        query = select(table).where(table.c.unit_id == sheet.unit, table.c.active)
        found = tuple(of_row(row) for row in sheet.connection.execute(query.order_by(table.c.promotion)))
        _running[sheet] = found
    return found


def promotion_of(sheet: Sheet, number: int) -> Promotion:
    """One that a recharge names, also when it has ended since."""
    table = tables.promotion
    query = select(table).where(table.c.unit_id == sheet.unit, table.c.promotion == number)
    return of_row(sheet.connection.execute(query).one())


def of_row(row: Row[Any]) -> Promotion:
    """One row of the table."""
    values = {name: row._mapping[name] for name in Promotion.__struct_fields__}
    return Promotion(**{**values, "types": tuple(decode(row.types, type=list[int]))})


def with_recharge(
    sheet: Sheet,
    entry: int,
    *,
    salesperson: int = 0,
    types: Mapping[int, CardType] = NO_TYPES,
) -> int:
    """Give what the recharge ``entry`` of this batch earns, and note who sold it; the gift in fen."""
    promotions = running(sheet)
    if not promotions and not salesperson:
        return 0
    event = sheet.events.get(entry)
    assert event is not None
    card = sheet.holders.cards.get(event.card)
    holder = card.member if card is not None and card.member else -event.card
    chosen = None
    if promotions and card is not None:
        used = _used(sheet, holder)
        is_first = not used and not _recharged(sheet, entry, event.card, card.member)
        chosen = best(promotions, event.fen, event.day, card.type, is_first, used)
    fen = worth(chosen, event.fen) if chosen is not None else 0
    given = _give(sheet, event, chosen, fen, types) if chosen is not None else 0
    row = (sheet.unit, entry, event.card, holder, event.day, event.fen, fen, given)
    names = [column.name for column in tables.recharge.c]
    values = dict(zip(names, (*row, chosen.promotion if chosen else 0, salesperson), strict=True))
    sheet.connection.execute(insert(tables.recharge).values(**values))
    return fen


def _give(sheet: Sheet, event: Event, chosen: Promotion, fen: int, types: Mapping[int, CardType]) -> int:
    key = sheet.server_key()
    pocket = pocket_of(sheet, event.card, event.issue, "gift", types)
    expires = event.day + chosen.gift_days if chosen.gift_days else 0
    postings = (*gift.postings(pocket.account, fen), *fill(sheet, pocket, fen, "gift", key, expires))
    given = Event(
        kind="gift",
        fact=key,
        card=event.card,
        issue=event.issue,
        operator=event.operator,
        at=sheet.now,
        day=event.day,
        fen=fen,
    )
    number = sheet.enter(given, postings)
    sheet.facts.put(key, Fact(None, Status.CREATED, "", number))
    return number


def _used(sheet: Sheet, holder: int) -> set[int]:
    table = tables.recharge
    query = select(table.c.promotion).where(table.c.unit_id == sheet.unit, table.c.holder == holder)
    return {number for number in sheet.connection.execute(query).scalars() if number}


def _recharged(sheet: Sheet, entry: int, card: int, member: int) -> bool:
    """Whether the holder was recharged before this entry, on any of his cards, this batch included."""
    mine = {card}
    if member:
        holder = cards.card
        query = select(holder.c.card).where(holder.c.unit_id == sheet.unit, holder.c.member == member)
        mine.update(sheet.connection.execute(query).scalars())
    table = books.entry
    query = select(table.c.entry).where(
        table.c.unit_id == sheet.unit, table.c.card.in_(mine), table.c.kind == "recharge"
    )
    if sheet.connection.execute(query.limit(1)).first() is not None:
        return True
    return any(
        one is not None and one.kind == "recharge" and one.card in mine and number < entry
        for number, one in sheet.events.written()
    )
