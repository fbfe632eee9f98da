"""A statement that was printed and paid in a life of the books that is gone: two people enter it. F: G1 G2"""

import re

import msgspec
from sqlalchemy import select

from onecard.books import accounts
from onecard.books.entry import move
from server.books.command import Order
from server.books.office.desk import today, two_people
from server.books.sheet import Event, Sheet
from server.operators.tables import operator
from server.organisation.tables import outlet
from server.settlement import paper, tables
from server.settlement.line import OPERATOR, OWNER

_NUMBER = re.compile(r"([1-9][0-9]{0,5})-([1-9][0-9]{0,8})", re.ASCII)
MOST_FEN = 100_000_000_00


class Terms(msgspec.Struct, frozen=True):
    """``paper``: its printed number; ``about``: operator or owner, ``subject``: which one; ``outlet``: of an
    owner, where it comes off; ``day``: the last one that it covers."""

    paper: str
    about: str
    subject: int
    outlet: int
    day: int
    fen: int
    asked_by: int
    note: str


class PaperStatement(Order[Terms]):
    """hands → vault, or payable → vault; the next statement of the same subject is less by so much."""

    def look(self, sheet: Sheet) -> None:
        """Nothing that many orders share."""

    def refusal(self, sheet: Sheet) -> str:
        terms, connection, unit = self.terms, sheet.connection, sheet.unit
        number = _NUMBER.fullmatch(terms.paper)
        if number is None or int(number[1]) >= sheet.books_epoch:
            return "statement.paper_number"
        epoch, printed = int(number[1]), int(number[2])
        known = select(tables.statement.c.statement).where(
            tables.statement.c.unit_id == unit, tables.statement.c.books_epoch == epoch,
            tables.statement.c.statement == printed,
        )  # fmt: skip
        entered = {(one.books_epoch, one.statement) for one in paper.papers(connection, unit)}
        if connection.execute(known).first() is not None or (epoch, printed) in entered:
            return "statement.paper_known"
        if not 0 < terms.fen <= MOST_FEN:
            return "amount.zero" if terms.fen <= 0 else "amount.too_large"
        if not self._is_subject(sheet):
            return "statement.paper_subject"
        return two_people(terms.asked_by, self.operator)

    def _is_subject(self, sheet: Sheet) -> bool:
        terms = self.terms
        if terms.about == OPERATOR:
            who = (operator.c.unit_id == sheet.unit, operator.c.operator == terms.subject)
            return sheet.connection.execute(select(operator.c.operator).where(*who)).first() is not None
        where = (outlet.c.unit_id == sheet.unit, outlet.c.owner == terms.subject)
        query = select(outlet.c.outlet).where(*where, outlet.c.outlet == terms.outlet)
        return terms.about == OWNER and sheet.connection.execute(query).first() is not None

    def enter(self, sheet: Sheet) -> int:
        terms = self.terms
        number = _NUMBER.fullmatch(terms.paper)
        assert number is not None
        is_operator = terms.about == OPERATOR
        if is_operator:
            account = accounts.operator_cash(terms.subject)
            postings, kind = move(accounts.VAULT, account, terms.fen), "remit"
        else:
            account = accounts.payable(terms.subject, terms.outlet)
            postings, kind = move(account, accounts.VAULT, terms.fen), "settle"
        event = Event(
            kind=kind, fact=self.key, owner=0 if is_operator else terms.subject, operator=self.operator,
            at=sheet.now, day=today(sheet), fen=terms.fen,
        )  # fmt: skip
        one = paper.Paper(
            int(number[1]), int(number[2]), terms.about, terms.subject, 0 if is_operator else terms.outlet,
            account, terms.day, terms.fen, terms.asked_by, self.operator, sheet.now, self.key,
        )  # fmt: skip
        paper.keep(sheet.connection, sheet.unit, one)
        return sheet.enter(event, postings)
