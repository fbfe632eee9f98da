"""A sale written on paper after a total failure, entered by two people; each slip once. F: C20

From a card on the server it is taken at once, the shortfall owed; a plastic pays by a negative load at its
next tap, and owes what it then lacks.
"""

import msgspec
from sqlalchemy import select

from onecard.books import accounts
from onecard.books.entry import Postings
from onecard.books.events import debt, paper_slip
from onecard.money import MAX_FEN
from server.books import tables
from server.books.office.desk import today, two_people, want_medium
from server.books.office.pocket import CardOrder
from server.books.sheet import Event, Sheet
from server.organisation.tables import outlet
from server.rows import write_rows

#: Slips older than this are no late entries any more.
OLDEST_DAYS = 92


class Terms(msgspec.Struct, frozen=True):
    """``number``: printed on the slip; ``day`` and ``at``: when it was written; ``asked_by`` entered it,
    whoever gives the order has compared it with the paper."""

    outlet: int
    number: int
    card: int
    issue: int
    fen: int
    day: int
    at: int
    asked_by: int


class PaperSlip(CardOrder[Terms]):
    """wallet → owner."""

    def look(self, sheet: Sheet) -> None:
        want_medium(sheet, self.terms.card, self.terms.issue)

    def _owner(self, sheet: Sheet) -> int | None:
        query = select(outlet.c.owner).where(
            outlet.c.unit_id == sheet.unit, outlet.c.outlet == self.terms.outlet
        )
        return sheet.connection.execute(query).scalar()

    def refusal(self, sheet: Sheet) -> str:
        terms, table = self.terms, tables.slip
        card = sheet.holders.cards.get(terms.card)
        if card is None or card.issue != terms.issue or card.state in ("reserved", "released", "returned"):
            return "card.unknown"
        if self._owner(sheet) is None:
            return "outlet.unknown"
        if not 0 < terms.fen <= MAX_FEN:
            return "amount.zero" if terms.fen <= 0 else "amount.too_large"
        if not today(sheet) - OLDEST_DAYS <= terms.day <= today(sheet) or terms.number <= 0:
            return "slip.day" if terms.number > 0 else "slip.number"
        query = select(table.c.fact).where(
            table.c.unit_id == sheet.unit, table.c.outlet == terms.outlet, table.c.day == terms.day,
            table.c.number == terms.number,
        )  # fmt: skip
        if sheet.connection.execute(query).first() is not None:
            return "slip.twice"
        return two_people(terms.asked_by, self.operator)

    def enter(self, sheet: Sheet) -> int:
        terms = self.terms
        owner = self._owner(sheet)
        assert owner is not None
        row = (sheet.unit, terms.outlet, terms.day, terms.number, self.key)
        write_rows(sheet.connection, tables.slip, [row])
        made = Event(
            kind="paper_slip",
            fact=self.key,
            card=terms.card,
            issue=terms.issue,
            outlet=terms.outlet,
            owner=owner,
            operator=self.operator,
            at=terms.at,
            day=terms.day,
            fen=-terms.fen,
        )
        return sheet.enter(made, self._postings(sheet, owner))

    def _postings(self, sheet: Sheet, owner: int) -> Postings:
        terms = self.terms
        card = sheet.holders.cards.get(terms.card)
        card_type = None if card is None else self.types.get(card.type)
        if card_type is None or card_type.purse_on_card:
            sheet.loads.add(terms.card, terms.issue, -terms.fen, "slip", self.key)
            source = accounts.waiting(terms.card, terms.issue, "main")
            return paper_slip.postings(source, owner, terms.outlet, terms.fen)
        source = accounts.account(terms.card, "main")
        short = terms.fen - max(0, sheet.balance(source))
        owed = debt.postings(terms.card, "main", short) if short > 0 else ()
        return paper_slip.postings(source, owner, terms.outlet, terms.fen) + owed
