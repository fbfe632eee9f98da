"""Money comes in for what a member or a cost centre owes; never more than that. F: B8 B12"""

import re

import msgspec

from onecard.books import accounts
from onecard.books.events import pay_credit
from onecard.clock import business_day, card_day
from server.books.command import Order
from server.books.sheet import Event, Sheet

_DEBTOR = re.compile(r"member:[1-9]\d*:credit|centre:[1-9]\d*", re.ASCII)
_GATEWAY = re.compile(r"[a-z0-9_-]{1,24}", re.ASCII)


class Terms(msgspec.Struct, frozen=True):
    """``debtor``: the account; the cash came in as in a recharge of the office."""

    debtor: str
    fen: int
    terminal: int = 0
    gateway: str = ""


class PayCredit(Order[Terms]):
    """cash → what is owed."""

    def look(self, sheet: Sheet) -> None:
        sheet.wallets.want(self.terms.debtor)

    def refusal(self, sheet: Sheet) -> str:
        terms = self.terms
        if not _DEBTOR.fullmatch(terms.debtor):
            return "credit.unknown"
        if terms.gateway and not _GATEWAY.fullmatch(terms.gateway):
            return "recharge.source"
        if terms.fen <= 0:
            return "amount.zero"
        return "credit.overpaid" if terms.fen > -sheet.balance(terms.debtor) else ""

    def enter(self, sheet: Sheet) -> int:
        terms = self.terms
        cash = accounts.operator_cash(self.operator)
        if terms.terminal:
            cash = accounts.till(terms.terminal)
        elif terms.gateway:
            cash = accounts.gateway(terms.gateway)
        event = Event(
            kind="pay_credit",
            fact=self.key,
            operator=self.operator,
            at=sheet.now,
            day=card_day(business_day(sheet.now)),
            fen=terms.fen,
        )
        return sheet.enter(event, pay_credit.postings(cash, terms.debtor, terms.fen))

    def balance(self, sheet: Sheet) -> int | None:
        """What is still owed."""
        return -sheet.balance(self.terms.debtor)
