"""An owner is paid what a confirmed statement says he is owed. F: G2 G7"""

import msgspec

from onecard.books import accounts
from onecard.books.events import settle
from onecard.clock import business_day, card_day
from server.books.command import Order
from server.books.office.remit import paid, payment_refusal
from server.books.sheet import Event, Sheet
from server.settlement import line, statement


class Terms(msgspec.Struct, frozen=True):
    """``paid_from``: the vault, or the gateway of a bank."""

    statement: int
    paid_from: str = accounts.VAULT


class Settle(Order[Terms]):
    """payable → commission, the owner's part of gifts and subsidies, and the money."""

    def look(self, sheet: Sheet) -> None:
        """Nothing that many orders share."""

    def refusal(self, sheet: Sheet) -> str:
        if accounts.kind_of(self.terms.paid_from) is not accounts.Kind.CASH:
            return "statement.paid_from"
        return payment_refusal(sheet, self, line.OWNER)

    def enter(self, sheet: Sheet) -> int:
        one = statement.get(sheet.connection, self.unit, self.terms.statement)
        found = line.dues_of(statement.lines(sheet.connection, self.unit, one))
        event = Event(
            kind="settle",
            fact=self.key,
            owner=one.subject,
            operator=self.operator,
            at=sheet.now,
            day=card_day(business_day(sheet.now)),
            fen=one.due_fen,
        )
        paid(sheet, self, one.due_fen)
        return sheet.enter(event, settle.postings(one.subject, found, self.terms.paid_from))
