"""What a till was told of an errand, by books that were put back from a copy since. F: E3 H6

The office had said yes and cash has changed hands: that is a fact, so the order is done once more, under the
errand's own id, at its own moment, and the drawer moves by what the till was told. Where the books cannot do
it now nothing is guessed: it lies in the inbox with its money, and two people enter it. Books that never were
put back cannot have forgotten an answer; a terminal that claims one is not believed.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import Row, select

from onecard.books import accounts
from onecard.books.entry import effect, move
from onecard.clock import business_day, card_day
from onecard.rules.terms import types_at
from onecard.wire import errands as e
from onecard.wire.messages import Answered, Status, decode_body
from server.books import tables
from server.books.command import Order
from server.books.item import Item
from server.books.office.bear import settled
from server.books.office.desk import two_people
from server.books.sheet import Event, Fact, Sheet
from server.books.tables import id_of, key_of
from server.catalogue.service import card_types
from server.exceptions.inbox import Repair
from server.exceptions.tables import exception
from server.operators import log
from server.runtime import Known
from server.terminals.errand import name_of, outlet_of, refusal
from server.terminals.order import Asked, order_of
from server.terminals.tables import terminal as terminals
from server.terminals.uninformed import pays_all

#: Kinds of the inbox: the books cannot do it now; they did it, by another sum than the till was told.
UNPOSTED, DIFFERS = "errand_unposted", "errand_differs"


def believe(sheet: Sheet, item: Item, said: Answered) -> bool:
    """Enter what these books have forgotten; ``False``: there is nothing that they can have forgotten."""
    of = key_of(said.of)
    body = _body(sheet, of)
    errand = None if body is None else decode_body(body)
    if sheet.books_epoch < 2 or body is None or not isinstance(errand, e.Errand):
        return False
    with _at(sheet, item.record.at + item.record.offset_s):
        order = _order(sheet, errand, body)
        why = refusal(sheet, _who(sheet, errand), errand) or _no(sheet, order)
        if not why:
            order.decide(sheet)
            _agree(sheet, errand, said)
    if why:
        card, issue = _medium(errand)
        sheet.facts.put(of, Fact(order.digest, Status.QUARANTINED, why))
        sheet.inbox.add(
            UNPOSTED, id_of(of), fact=of, card=card, issue=issue, fen=said.cash_fen or said.fen,
            what=name_of(errand), why=why, cash=said.cash_fen, told=said.fen,
        )  # fmt: skip
    return True


def _no(sheet: Sheet, order: Order[Any]) -> str:
    order.look(sheet)
    return order.refusal(sheet)


@contextmanager
def _at(sheet: Sheet, moment: int) -> Iterator[None]:
    """An order is judged and entered as of when the till was told: its day is the day of its cash."""
    now, sheet.now = sheet.now, min(sheet.now, moment)
    sheet.is_told_again = True
    try:
        yield
    finally:
        sheet.now, sheet.is_told_again = now, False


def _order(sheet: Sheet, errand: e.Errand, body: bytes) -> Order[Any]:
    types = types_at(card_types(sheet.connection, sheet.unit), sheet.now)
    number = errand.id.terminal
    asked = Asked(
        sheet.unit, number, outlet_of(sheet.connection, sheet.unit, number),
        card_day(business_day(sheet.now)), types,
    )  # fmt: skip
    if isinstance(errand, e.ReplaceCard):
        card = sheet.holders.cards.get(errand.card)
        asked = asked._replace(
            card_type=types.get(card.type) if card is not None else None,
            pay_all=pays_all(sheet.connection, sheet.unit, number, sheet.now),
        )
    if isinstance(errand, e.CorrectRecharge) and errand.recharge.terminal == number:
        fact = sheet.facts.get(key_of(errand.recharge))
        asked = asked._replace(entry=0 if fact is None else fact.entry)
    order = order_of(asked, errand)
    order.digest = hashlib.sha256(body).digest()
    return order


def _who(sheet: Sheet, errand: e.Errand) -> Known:
    number = errand.id.terminal
    query = select(terminals.c.kind).where(terminals.c.unit_id == sheet.unit, terminals.c.terminal == number)
    return Known(number, sheet.connection.execute(query).scalar_one(), errand.id.epoch, "", b"")


def _agree(sheet: Sheet, errand: e.Errand, said: Answered) -> None:
    """The drawer moved by what the till was told, whatever the books would have paid today."""
    fact = sheet.facts.get(key_of(said.of))
    assert fact is not None
    event = sheet.events.get(fact.entry) if fact.entry else None
    till = accounts.till(errand.id.terminal)
    booked = -effect(sheet.postings_of(fact.entry)).get(till, 0) if fact.entry else 0
    off, fen = said.cash_fen - booked, 0 if event is None else event.fen
    if errand.supervisor and fact.entry and not isinstance(errand, e.RefundSale):
        sheet.remark(fact.entry, "", errand.supervisor)
    who = {"supervisor": str(errand.supervisor)} if errand.supervisor else {}
    card, issue = _medium(errand)
    subject = str(card or errand.id)
    action = f"till.{name_of(errand)}"
    log.write(sheet.connection, sheet.unit, sheet.now, errand.operator, action, subject, **who)
    if off and fact.entry:
        sheet.extend(fact.entry, move(till, accounts.difference(errand.id.terminal), off))
    if off or fen != said.fen:
        # What went out too much costs somebody; what came in too much lies in the difference.
        sheet.inbox.add(
            DIFFERS, said.of, fact=key_of(said.of), card=card, issue=issue, fen=-off,
            what=name_of(errand), told=said.fen, booked=fen,
        )  # fmt: skip


def _medium(errand: e.Errand) -> tuple[int, int]:
    return (errand.card, errand.issue) if isinstance(errand, e.OfCard) else (0, 0)


def _body(sheet: Sheet, of: int) -> bytes | None:
    """The errand as it was journaled, wherever it stands now."""
    for row in sheet.records:
        if of in (row[1], row[7]):
            return bytes(row[5])
    table = tables.record
    low = of >> 32 << 32
    mine = select(table.c.body).where(table.c.unit_id == sheet.unit)
    mine = mine.where(table.c.record.between(low, low + (1 << 32) - 1))
    found = sheet.connection.execute(mine.where((table.c.record == of) | (table.c.was == of))).scalar()
    return None if found is None else bytes(found)


class Terms(msgspec.Struct, frozen=True):
    """``fact``: the errand; ``cash_only``: it cannot be done any more, and only what the drawer did is
    booked, as a difference of its till."""

    exception: int
    fact: int
    cash_only: bool
    asked_by: int
    note: str


class EnterErrand(Order[Terms]):
    """An errand that the books forgot and could not do by themselves: two people have it done."""

    def look(self, sheet: Sheet) -> None:
        sheet.facts.want(self.terms.fact)
        sheet.inbox.repairs.want(self.terms.fact)

    def _row(self, sheet: Sheet) -> "Row[tuple[Any, ...]] | None":
        table = exception
        mine = (table.c.unit_id == sheet.unit, table.c.exception == self.terms.exception)
        return sheet.connection.execute(select(table).where(*mine)).first()

    def _errand(self, sheet: Sheet) -> tuple[e.Errand, bytes]:
        body = _body(sheet, self.terms.fact)
        assert body is not None
        errand = decode_body(body)
        assert isinstance(errand, e.Errand)
        return errand, body

    def refusal(self, sheet: Sheet) -> str:
        terms, row = self.terms, self._row(sheet)
        fact = sheet.facts.get(terms.fact)
        if row is None or row.kind != UNPOSTED or row.fact != terms.fact or fact is None:
            return "exception.unknown"
        if row.closed_at is not None or fact.status != Status.QUARANTINED:
            return "exception.closed"
        if terms.cash_only and not _said(row, "cash"):
            return "exception.no_money"
        same = two_people(terms.asked_by, self.operator)
        if same or terms.cash_only:
            return same
        errand, body = self._errand(sheet)
        with _at(sheet, errand.at):
            return _no(sheet, _order(sheet, errand, body))

    def enter(self, sheet: Sheet) -> int:
        terms, row = self.terms, self._row(sheet)
        original = sheet.facts.get(terms.fact)
        assert row is not None
        assert original is not None
        errand, body = self._errand(sheet)
        # The fact itself is for ever; what it stands for from now on is kept beside it.
        sheet.facts.show(terms.fact, None)
        with _at(sheet, errand.at):
            if terms.cash_only:
                self._cash(sheet, errand, _said(row, "cash"), original)
            else:
                _order(sheet, errand, body).decide(sheet)
                cash, fen = _said(row, "cash"), _said(row, "told")
                _agree(sheet, errand, _answered(errand, cash, fen))
        found = sheet.facts.get(terms.fact)
        assert found is not None
        sheet.facts.show(terms.fact, original)
        assert original.digest is not None
        right = Repair(
            original.digest, body, str(found.status), found.reason, found.entry, terms.asked_by,
            self.operator, sheet.now,
        )  # fmt: skip
        sheet.inbox.repairs.put(terms.fact, right)
        people = (terms.asked_by, self.operator)
        settled(sheet, terms.exception, "enter_errand", "", *people, terms.note, self.key)
        return found.entry

    def _cash(self, sheet: Sheet, errand: e.Errand, cash: int, original: Fact) -> None:
        number = errand.id.terminal
        card, issue = _medium(errand)
        event = Event(
            kind="errand_cash", fact=self.terms.fact, card=card, issue=issue, operator=errand.operator,
            at=sheet.now, day=card_day(business_day(sheet.now)), fen=cash,
        )  # fmt: skip
        entry = sheet.enter(event, move(accounts.till(number), accounts.difference(number), cash))
        sheet.facts.put(self.terms.fact, Fact(original.digest, Status.CREATED, "", entry))


def _said(row: "Row[tuple[Any, ...]]", name: str) -> int:
    return int(msgspec.json.decode(row.detail).get(name, 0))


def _answered(errand: e.Errand, cash: int, fen: int) -> Answered:
    status = Status.CREATED
    return Answered(id=errand.id, at=errand.at, of=errand.id, status=status, fen=fen, cash_fen=cash)
