"""Two people give a terminal up: it counts as informed, uploaded and its shifts as closed; holes that name it
are closed by what the cards say. F: G6"""

import msgspec
from sqlalchemy import select

from server.books import foreign, infer, settle
from server.books.chaining import settle_loss
from server.books.command import Order
from server.books.office.desk import today, two_people
from server.books.sheet import Sheet
from server.cards.tables import open_tap
from server.terminals.tables import terminal


class Terms(msgspec.Struct, frozen=True):
    """``asked_by`` says it is lost; whoever gives the order agrees."""

    terminal: int
    asked_by: int


class DeclareLost(Order[Terms]):
    """Nothing is posted for the terminal itself; each hole it left gets entries of its own."""

    def look(self, sheet: Sheet) -> None:
        """Its holes are only known inside the transaction."""

    def refusal(self, sheet: Sheet) -> str:
        number = self.terms.terminal
        query = select(terminal.c.state).where(
            terminal.c.unit_id == sheet.unit, terminal.c.terminal == number
        )
        if sheet.connection.execute(query).scalar() in (None, "new"):
            return "terminal.unknown"
        if sheet.chains.is_lost_terminal(number):
            return "terminal.lost"
        return two_people(self.terms.asked_by, self.operator)

    def enter(self, sheet: Sheet) -> int:
        number = self.terms.terminal
        sheet.chains.declare_lost(number, self.terms.asked_by, self.operator, self.key)
        for medium in infer.holes_of(sheet, number):
            infer.review(sheet, medium)
            settle_loss(sheet, *medium, at=sheet.now, day=today(sheet))
        low = number << 32
        query = select(open_tap.c.fact).where(
            open_tap.c.unit_id == sheet.unit, open_tap.c.fact.between(low, low + (1 << 32) - 1)
        )
        for fact in sorted(sheet.connection.execute(query).scalars()):
            settle.give_up(sheet, fact, self.key, sheet.now)
        foreign.lost(sheet, number)
        return 0
