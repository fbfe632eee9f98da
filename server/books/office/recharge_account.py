"""Cash over the counter for an account card: in the wallet at once. F: A3"""

import msgspec

from onecard.books import accounts
from onecard.books.events import recharge
from onecard.clock import business_day, card_day
from server.books.command import Order
from server.books.sheet import Event, Sheet


class Terms(msgspec.Struct, frozen=True):
    """``terminal``: the till that took ``fen`` > 0."""

    terminal: int
    card: int
    issue: int
    fen: int


class RechargeAccount(Order[Terms]):
    """till → the card's main wallet on the server."""

    def look(self, sheet: Sheet) -> None:
        sheet.holders.cards.want(self.terms.card)
        sheet.wallets.want(accounts.account(self.terms.card, "main"))

    def refusal(self, sheet: Sheet) -> str:
        card = sheet.holders.cards.get(self.terms.card)
        known = card is not None and card.state == "active" and card.issue == self.terms.issue
        return "" if known else "card.unknown"

    def enter(self, sheet: Sheet) -> int:
        terms = self.terms
        event = Event(
            kind="recharge",
            fact=self.key,
            card=terms.card,
            issue=terms.issue,
            operator=self.operator,
            at=sheet.now,
            day=card_day(business_day(sheet.now)),
            fen=terms.fen,
        )
        return sheet.enter(event, recharge.account_postings(terms.terminal, terms.card, terms.fen))

    def balance(self, sheet: Sheet) -> int | None:
        return sheet.balance(accounts.account(self.terms.card, "main"))
