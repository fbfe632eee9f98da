"""A second person agrees to what the first one proposed: an adjustment of the books, or a bad debt. F: B11"""

from typing import Any

import msgspec
from sqlalchemy import Row, select, update

from onecard.books import accounts
from onecard.books.accounts import Kind
from onecard.books.entry import Postings
from onecard.books.events import adjust, write_off
from onecard.clock import business_day, card_day
from server.adjustment import tables
from server.books.command import Order
from server.books.sheet import Event, Sheet


class Terms(msgspec.Struct, frozen=True):
    """``adjustment``: the number of the proposal."""

    adjustment: int


class Agree(Order[Terms]):
    """debit → credit as proposed; loss → debt for a bad debt."""

    def look(self, sheet: Sheet) -> None:
        """The accounts are only known inside the transaction."""

    def refusal(self, sheet: Sheet) -> str:
        row = self._row(sheet)
        if row is None:
            return "adjust.unknown"
        if row.state != "proposed":
            return "adjust.decided"
        if row.made_by == self.operator:
            return "approval.same_person"
        if row.kind == "write_off":
            return "adjust.short" if row.fen > -sheet.balance(accounts.debt(row.card)) else ""
        no = adjust.fault(row.debit, row.credit, row.currency)
        if no:
            return no
        owed = accounts.kind_of(row.debit) is Kind.MEMBER and row.fen > sheet.balance(row.debit)
        paid = accounts.kind_of(row.credit) is Kind.RECEIVABLE and row.fen > -sheet.balance(row.credit)
        return "adjust.short" if owed or paid else ""

    def _row(self, sheet: Sheet) -> "Row[tuple[Any, ...]] | None":
        table = tables.adjustment
        query = select(table).where(
            table.c.unit_id == sheet.unit, table.c.adjustment == self.terms.adjustment
        )
        return sheet.connection.execute(query).first()

    def enter(self, sheet: Sheet) -> int:
        row = self._row(sheet)
        assert row is not None
        event = Event(
            kind=row.kind,
            fact=self.key,
            card=row.card,
            operator=self.operator,
            at=sheet.now,
            day=card_day(business_day(sheet.now)),
            fen=row.fen,
        )
        postings: Postings
        if row.kind == "write_off":
            postings = write_off.bad_debt(row.card, row.fen)
        else:
            postings = adjust.postings(row.debit, row.credit, row.fen, row.currency)
        entry = sheet.enter(event, postings)
        table = tables.adjustment
        sheet.connection.execute(
            update(table)
            .where(table.c.unit_id == sheet.unit, table.c.adjustment == row.adjustment)
            .values(state="agreed", decided_by=self.operator, decided_at=sheet.now, entry=entry)
        )
        return entry
