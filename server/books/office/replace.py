"""A new plastic for a card: what is surely there goes with it now, the old one is dead for ever. F: A5

A station that has not heard of it may still sell from the old plastic; so much is held back, and follows as a
true-up when everybody has heard.
"""

import msgspec

from onecard.books import accounts
from onecard.books.entry import Postings
from onecard.books.events import handover as event
from onecard.wire.messages import CardType
from server.books import handover
from server.books.handover import Handover, Target
from server.books.office.desk import Held, held, today, want_medium
from server.books.office.pocket import CardOrder
from server.books.sheet import Event, Sheet
from server.cards.holders import Card, Medium
from server.cards.stops import DEAD, stop_of
from server.terminals.quiet import not_informed
from server.terminals.uninformed import days

MOST_ISSUES = 255


class Terms(msgspec.Struct, frozen=True):
    """``pay_all``: nothing is held back, at the unit's own risk."""

    card: int
    issue: int
    uid: str
    until_day: int
    fee_fen: int = 0
    pay_all: bool = False


class Replace(CardOrder[Terms]):
    """purse of the old issue → waiting for the new one."""

    def look(self, sheet: Sheet) -> None:
        want_medium(sheet, self.terms.card, self.terms.issue)
        sheet.loads.want(self.terms.card, self.terms.issue + 1)

    def refusal(self, sheet: Sheet) -> str:
        terms = self.terms
        card = sheet.holders.cards.get(terms.card)
        medium = sheet.holders.media.get((terms.card, terms.issue))
        if card is None or medium is None or card.issue != terms.issue:
            return "card.unknown"
        if card.state in ("reserved", "released", "returned"):
            return "card.dead" if card.state == "returned" else "card.unknown"
        if terms.issue >= MOST_ISSUES:
            return "card.issues"
        return "" if terms.until_day >= today(sheet) else "card.expired"

    def enter(self, sheet: Sheet) -> int:
        terms, old = self.terms, (self.terms.card, self.terms.issue)
        card = sheet.holders.cards.get(terms.card)
        assert card is not None
        new = terms.issue + 1
        everybody_knew = self._everybody_knew(sheet)
        version = self._stop(sheet, old)
        card_type = self.types.get(card.type)
        to = Target(terms.card, new)
        postings: Postings = ()
        paid = 0
        sells_on = days(sheet.connection, sheet.unit, sheet.now)
        for one in held(sheet, old):
            fen = one.fen - (
                0 if everybody_knew or terms.pay_all else self._exposed(one, card_type, sells_on)
            )
            if fen > 0:
                postings += event.carried(*old, to.account(one.wallet), one.wallet, fen)
                postings += handover.fill(sheet, to, one.wallet, fen, "replace", self.key, one.expires_day)
                paid += fen
        postings += handover.carry_loads(sheet, old, to, self.key, published=everybody_knew)
        asked = Medium(terms.uid, terms.until_day, 0, terms.fee_fen, self.key)
        sheet.holders.media.put((terms.card, new), asked)
        # A plastic with a purse is written first; one that only names the card works at once.
        state = "active" if card_type is not None and not card_type.purse_on_card else "replaced"
        sheet.holders.cards.put(terms.card, Card(new, card.type, card.member, state, sheet.now))
        handover.keep(sheet, Handover(*old, terms.card, new, "replace", self.key, version, sheet.now))
        made = Event(
            kind="replace",
            fact=self.key,
            card=terms.card,
            issue=new,
            operator=self.operator,
            at=sheet.now,
            day=today(sheet),
            fen=paid,
        )
        return sheet.enter(made, postings)

    def _everybody_knew(self, sheet: Sheet) -> bool:
        """A loss that was reported long ago, with every record from before it here: nothing is open."""
        stop, version = stop_of(sheet.connection, sheet.unit, self.terms.card, self.terms.issue)
        if stop is None or stop.outlets or stop.reason == "frozen":
            return False
        chain = sheet.chains.heads.get((self.terms.card, self.terms.issue))
        whole = chain is None or chain.gaps == 0
        return whole and not not_informed(sheet.connection, sheet.unit, "stops", version)

    def _stop(self, sheet: Sheet, old: tuple[int, int]) -> int:
        stop = sheet.holders.stops.get(old)
        if stop is not None and stop.reason in DEAD:
            return stop_of(sheet.connection, sheet.unit, *old)[1]
        version = sheet.take("stops")
        sheet.holders.stop(*old, "replaced", version=version, operator=self.operator, now=sheet.now)
        return version

    def _exposed(self, one: Held, card_type: CardType | None, sells_on: int | None) -> int:
        """What an uninformed station may still sell from the old plastic, on so many days."""
        limit = 0 if card_type is None else card_type.day_limit_fen
        return one.fen if limit == 0 or sells_on is None else min(one.fen, limit * sells_on)

    def balance(self, sheet: Sheet) -> int | None:
        return sheet.balance(accounts.waiting(self.terms.card, self.terms.issue + 1, "main"))
