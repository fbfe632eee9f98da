"""What a card held in the system before this one, entered once when the unit is taken over. F: H8

The other side is the old system as a source of money: what it hands over is to be found there in full.
"""

import msgspec

from onecard.books import accounts
from onecard.books.entry import move
from onecard.clock import business_day, card_day
from server.books.office.pocket import CardOrder, fill, look, pocket_of, refusal
from server.books.sheet import Event, Sheet


class Terms(msgspec.Struct, frozen=True):
    """``takeover``: the list it comes from; ``fen`` > 0."""

    takeover: int
    card: int
    issue: int
    fen: int


class Opening(CardOrder[Terms]):
    """old system → wallet on the server, or → waiting for the first tap."""

    def look(self, sheet: Sheet) -> None:
        look(sheet, self.terms.card, self.terms.issue, "main")

    def refusal(self, sheet: Sheet) -> str:
        return refusal(sheet, self.terms.card, self.terms.issue)

    def enter(self, sheet: Sheet) -> int:
        terms = self.terms
        pocket = pocket_of(sheet, terms.card, terms.issue, "main", self.types)
        event = Event(
            kind="opening",
            fact=self.key,
            card=terms.card,
            issue=terms.issue,
            operator=self.operator,
            at=sheet.now,
            day=card_day(business_day(sheet.now)),
            fen=terms.fen,
        )
        source = accounts.gateway(f"takeover-{terms.takeover}")
        postings = move(source, pocket.account, terms.fen)
        rest = fill(sheet, pocket, terms.fen, "opening", self.key)
        return sheet.enter(event, (*postings, *rest))
