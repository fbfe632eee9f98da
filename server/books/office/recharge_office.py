"""Money for a card that is not at hand: an account card has it at once, a purse card as a waiting load. F: A3

A promotion adds its gift by itself; the salesperson is kept for the commission report. F: B2 A17
"""

import re

import msgspec

from onecard.books import accounts
from onecard.books.events import recharge
from onecard.cards.image import Purse
from onecard.clock import business_day, card_day
from onecard.errors import Refused
from onecard.money import MAX_FEN
from onecard.rules.limits import check_recharge
from server.books.office.pocket import CardOrder, fill, look, pocket_of, refusal
from server.books.sheet import Event, Sheet
from server.promotion.grant import with_recharge

_GATEWAY = re.compile(r"[a-z0-9_-]{1,24}", re.ASCII)


class Terms(msgspec.Struct, frozen=True):
    """``fen`` came in at ``terminal``'s till, through ``gateway``, or, neither named, into the hands of the
    operator who asks."""

    card: int
    issue: int
    fen: int
    terminal: int = 0
    gateway: str = ""
    salesperson: int = 0


class RechargeOffice(CardOrder[Terms]):
    """cash → wallet, or cash → waiting."""

    def look(self, sheet: Sheet) -> None:
        look(sheet, self.terms.card, self.terms.issue, "main", "gift")

    def refusal(self, sheet: Sheet) -> str:
        terms = self.terms
        no = refusal(sheet, terms.card, terms.issue)
        if no:
            return no
        if terms.gateway and not _GATEWAY.fullmatch(terms.gateway):
            return "recharge.source"
        if not 0 < terms.fen <= MAX_FEN:
            return "amount.zero" if terms.fen <= 0 else "amount.too_large"
        card = sheet.holders.cards.get(terms.card)
        card_type = self.types.get(card.type) if card is not None else None
        if card is None or card_type is None:
            return "card_type.unknown"
        has = max(0, self._balance(sheet))
        try:
            check_recharge(
                card_type,
                Purse(main_fen=has),
                terms.fen,
                cash=not terms.gateway,
                named=card.member != 0,
            )
        except Refused as no_rule:
            return no_rule.code
        return ""

    def enter(self, sheet: Sheet) -> int:
        terms = self.terms
        pocket = pocket_of(sheet, terms.card, terms.issue, "main", self.types)
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
        postings = recharge.office_postings(self._cash(), pocket.account, terms.fen)
        rest = fill(sheet, pocket, terms.fen, "recharge", self.key)
        entry = sheet.enter(event, (*postings, *rest))
        with_recharge(sheet, entry, salesperson=terms.salesperson, types=self.types)
        return entry

    def _cash(self) -> str:
        if self.terms.terminal:
            return accounts.till(self.terms.terminal)
        return (
            accounts.gateway(self.terms.gateway)
            if self.terms.gateway
            else accounts.operator_cash(self.operator)
        )

    def _balance(self, sheet: Sheet) -> int:
        """What the holder has by the books: on the card and waiting, or on the server."""
        card, issue = self.terms.card, self.terms.issue
        return (
            sheet.balance(accounts.purse(card, issue, "main"))
            + sheet.balance(accounts.waiting(card, issue, "main"))
            + sheet.balance(accounts.account(card, "main"))
        )

    def balance(self, sheet: Sheet) -> int | None:
        return self._balance(sheet)
