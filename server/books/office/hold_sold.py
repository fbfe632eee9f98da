"""A deposit for a room that a purse card pays: sold off the card at the opening, the rest back at closing.
F: C19

A card that is away can be emptied elsewhere, so nothing on it can be set apart. What members expect of a
deposit is that it leaves the card when the room opens and that they get back what they did not spend: an
ordinary sale at the till, and at the end a refund of the rest by the original split, as loads for the card's
next tap. Rejected: refusing such cards, which at most sites are all there are; and cash beside the card,
which no book ties to the room. A bill beyond the deposit is sold off the card like anything else.
"""

from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select

from onecard.books.events import refund
from onecard.wire.messages import Sale
from server.books.command import Order
from server.books.office.desk import today
from server.books.office.refund import GONE, back_to_payers
from server.books.original import intent_of
from server.books.selling import back_beside, left_of, take_back
from server.books.sheet import Event, Sheet
from server.hold import service, tables
from server.hold.service import LONGEST_S

HoldRow = Row[tuple[Any, ...]]


class Sold(msgspec.Struct, frozen=True):
    """``sale``: the id of the sale that paid the deposit of ``fen``."""

    card: int
    issue: int
    outlet: int
    place: str
    fen: int
    until: int
    sale: int


class HoldSold(Order[Sold]):
    """No money moves: the sale has moved it."""

    def look(self, sheet: Sheet) -> None:
        sheet.facts.want(self.terms.sale)
        sheet.holders.cards.want(self.terms.card)

    def refusal(self, sheet: Sheet) -> str:
        terms = self.terms
        sold = _sale(sheet, terms.sale)
        if sold is None or (sold[1].card, sold[1].issue) != (terms.card, terms.issue):
            return "hold.sale"
        entry, event = sold
        intent = intent_of(sheet, terms.sale)
        if not isinstance(intent, Sale) or intent.purse is None or event.outlet != terms.outlet:
            return "hold.sale"
        if sum(left_of(sheet, entry).values()) != terms.fen or terms.fen <= 0:
            return "hold.sale"
        if not sheet.now < terms.until <= sheet.now + LONGEST_S or not 0 < len(terms.place) <= 32:
            return "hold.malformed"
        table = tables.hold_sale
        taken = select(table.c.hold).where(table.c.unit_id == sheet.unit, table.c.sale == terms.sale)
        return "hold.sale" if sheet.connection.execute(taken).first() is not None else ""

    def enter(self, sheet: Sheet) -> int:
        terms = self.terms
        sold = _sale(sheet, terms.sale)
        assert sold is not None
        said = {**msgspec.structs.asdict(terms), "owner": sold[1].owner, "operator": self.operator}
        del said["sale"]
        service.keep(sheet.connection, sheet.unit, self.key, sheet.now, **said)
        table = tables.hold_sale
        row = {"unit_id": sheet.unit, "hold": self.key, "sale": terms.sale}
        sheet.connection.execute(insert(table).values(**row))
        return 0


def _sale(sheet: Sheet, sale: int) -> tuple[int, Event] | None:
    fact = sheet.facts.get(sale)
    event = sheet.events.get(fact.entry) if fact is not None and fact.entry else None
    if fact is None or event is None or event.kind != "sale":
        return None
    return fact.entry, event


def sold_of(sheet: Sheet, hold: int) -> int:
    """The sale that paid a hold's deposit, 0 for one that is set apart on the server."""
    table = tables.hold_sale
    query = select(table.c.sale).where(table.c.unit_id == sheet.unit, table.c.hold == hold)
    return sheet.connection.execute(query).scalar() or 0


def short_of(sheet: Sheet, row: HoldRow, due_fen: int) -> str:
    """Why a bill cannot come out of this deposit, "" if it can. The sale may have been voided meanwhile."""
    sold = _sale(sheet, sold_of(sheet, row.hold))
    left = sum(left_of(sheet, sold[0]).values()) if sold is not None else 0
    card = sheet.holders.cards.get(row.card)
    if left <= 0:
        return "hold.ended"
    if due_fen > left:
        return "hold.more_on_card"
    return "refund.card" if card is None or card.state in GONE else ""


def give_back(sheet: Sheet, row: HoldRow, due_fen: int, key: int, operator: int) -> int:
    """What the bill leaves of the deposit → the wallets that paid it; the entry, 0 when nothing is left."""
    sale = sold_of(sheet, row.hold)
    sold, intent = _sale(sheet, sale), intent_of(sheet, sale)
    assert sold is not None
    assert isinstance(intent, Sale)
    entry, event = sold
    left = left_of(sheet, entry)
    fen = sum(left.values()) - due_fen
    if fen <= 0:
        return 0
    taken = sheet.taken_back.get(entry) or {}
    paid = {wallet: part + taken.get(wallet, 0) for wallet, part in left.items()}
    parts = refund.shares(paid, left, fen)
    postings = back_to_payers(sheet, entry, event, parts, intent, key)
    take_back(sheet, entry, parts)
    if due_fen == 0:
        postings += back_beside(sheet, entry, sheet.postings_of(entry))
    made = Event(
        kind="refund",
        fact=key,
        card=event.card,
        issue=event.issue,
        outlet=event.outlet,
        owner=event.owner,
        operator=operator,
        at=sheet.now,
        day=today(sheet),
        fen=fen,
        corrects=entry,
    )
    return sheet.enter(made, postings)


def is_held(connection: Connection, unit: int, card: int) -> bool:
    """Whether a deposit of this card waits for its bill: then the card cannot be given away."""
    table, paid = tables.hold, tables.hold_sale
    query = (
        select(table.c.hold)
        .join(paid, (paid.c.unit_id == table.c.unit_id) & (paid.c.hold == table.c.hold))
        .where(table.c.unit_id == unit, table.c.card == card, table.c.state == "held")
    )
    return connection.execute(query.limit(1)).first() is not None
