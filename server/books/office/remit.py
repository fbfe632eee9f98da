"""An operator pays in what a confirmed statement says he holds. F: G1"""

from typing import Protocol

import msgspec

from onecard.books.events import remit
from onecard.clock import business_day, card_day
from onecard.errors import Refused
from server.books.command import Order
from server.books.sheet import Event, Sheet
from server.settlement import line, statement


class Terms(msgspec.Struct, frozen=True):
    """``paid_fen``: what was counted; other than what is due only with a ``witness``, a second person."""

    statement: int
    paid_fen: int
    witness: int = 0


class Remit(Order[Terms]):
    """tills and hands → vault; what is missing → difference."""

    def look(self, sheet: Sheet) -> None:
        """Nothing that many orders share."""

    def refusal(self, sheet: Sheet) -> str:
        return payment_refusal(sheet, self, line.OPERATOR, self.terms.paid_fen, self.terms.witness)

    def enter(self, sheet: Sheet) -> int:
        one = statement.get(sheet.connection, self.unit, self.terms.statement)
        found = line.held(statement.lines(sheet.connection, self.unit, one))
        event = Event(
            kind="remit",
            fact=self.key,
            operator=self.operator,
            at=sheet.now,
            day=card_day(business_day(sheet.now)),
            fen=self.terms.paid_fen,
        )
        paid(sheet, self, self.terms.paid_fen)
        return sheet.enter(event, remit.postings(found, self.terms.paid_fen))


class ForStatement(Protocol):
    """Terms that pay a statement."""

    @property
    def statement(self) -> int: ...


class Payment(Protocol):
    """An order that pays a statement."""

    unit: int
    key: int
    operator: int

    @property
    def terms(self) -> ForStatement: ...


def payment_refusal(sheet: Sheet, order: Payment, kind: str, fen: int | None = None, witness: int = 0) -> str:
    """What stands in the way of paying a statement, "" if nothing does; ``fen`` None: exactly what is due."""
    try:
        one = statement.get(sheet.connection, order.unit, order.terms.statement)
    except Refused as refused:
        return refused.code
    if one.kind != kind or one.payment != order.key or one.state != statement.CONFIRMED:
        return "statement.state"
    if fen is not None and fen != one.due_fen and witness in (0, order.operator):
        return "statement.difference"
    return ""


def paid(sheet: Sheet, order: Payment, fen: int) -> None:
    """The statement says so from now on."""
    number = order.terms.statement
    statement.set_state(sheet.connection, order.unit, number, statement.PAID, paid_fen=fen)
    statement.step(sheet.connection, order.unit, number, statement.PAID, order.operator, sheet.now)
