"""What the server still may refuse: sales and voids of account cards; and cancelling an id.

A refusal is stored like a posting and repeats; a tombstone wins over a request that comes after it.
"""

import hashlib

from onecard.books import accounts
from onecard.errors import Refused
from onecard.rules.limits import NOTHING_SPENT, needs_spent
from onecard.wire.messages import Answer, CardType, FullSale, Result, Sale, Status, Void
from server.books.bargain import bargain
from server.books.case import Case, result_of
from server.books.command import Single
from server.books.selling import Decided, spent_on, void_refusal
from server.books.sheet import Fact, Sheet
from server.books.tables import id_of, key_of
from server.books.written import post
from server.catalogue.terms import NO_TERMS, Terms, calendar_of

_NO_TYPE = CardType(type=0, name="")


class Decide(Single):
    """A sale or void of an account card that is asked online."""

    __slots__ = ("_decided", "_digest", "_intent", "_terms", "unit")

    def __init__(self, unit: int, intent: Sale | Void, body: bytes, terms: Terms = NO_TERMS) -> None:
        assert intent.purse is None, "a purse is judged by the card"
        self.unit = unit
        self._intent = intent
        self._digest = hashlib.sha256(body).digest()
        self._terms = terms
        self._decided: Decided | None = None

    def want(self, sheet: Sheet) -> None:
        intent = self._intent
        sheet.facts.want(key_of(intent.id))
        sheet.taps.want(key_of(intent.id))
        sheet.holders.cards.want(intent.card)
        sheet.holders.stops.want((intent.card, intent.issue))
        sheet.holders.media.want((intent.card, intent.issue))
        names = self._terms.wallets
        sheet.wallets.want(*(accounts.account(intent.card, name) for name in names))
        if isinstance(intent, Void):
            sheet.facts.want(key_of(intent.voids))
        elif isinstance(intent, FullSale):
            for use in intent.uses:
                sheet.wallets.want(
                    accounts.uses(intent.card, use.kind), accounts.prepaid(intent.card, use.kind)
                )

    def decide(self, sheet: Sheet) -> Answer:
        key = key_of(self._intent.id)
        fact = sheet.facts.get(key)
        if fact is not None:
            if fact.digest is None or fact.digest == self._digest:
                return Answer(result=result_of(key, fact), balance_fen=fact.balance_fen)
            subject = f"{id_of(key)}/{self._digest.hex()[:16]}"
            sheet.inbox.add("record_conflict", subject, fact=key, card=self._intent.card)
            conflict = Result(id=id_of(key), status=Status.CONFLICT, reason="record_conflict")
            return Answer(result=conflict)
        reason = self._refusal(sheet)
        if reason:
            fact = Fact(self._digest, Status.REFUSED, reason, 0, self._balance(sheet))
        else:
            entry = post(sheet, Case(key, self._digest, self._intent), decided=self._decided)
            fact = Fact(self._digest, Status.CREATED, "", entry, self._balance(sheet))
        sheet.facts.put(key, fact)
        if sheet.taps.open.get(key) is not None:
            sheet.taps.close(key)  # its journal was faster than the question
        return Answer(result=result_of(key, fact), balance_fen=fact.balance_fen)

    def _balance(self, sheet: Sheet) -> int:
        return sheet.balance(accounts.account(self._intent.card, "main"))

    def _refusal(self, sheet: Sheet) -> str:
        """The code of the first rule that says no, "" if none does."""
        intent = self._intent
        card = sheet.holders.cards.get(intent.card)
        if card is None or card.issue != intent.issue or card.state in ("reserved", "released"):
            return "card.unknown"
        stop = sheet.holders.stops.get((intent.card, intent.issue))
        if card.state != "active" or (
            stop is not None and (isinstance(intent, Void) or stop.at(intent.outlet))
        ):
            return "card.stopped"
        if isinstance(intent, Void):
            return void_refusal(sheet, intent)
        medium = sheet.holders.media.get((intent.card, intent.issue))
        if medium is not None and medium.until_day < intent.day:
            return "card.expired"
        return self._sale_refusal(sheet, intent, self._terms.types.get(card.type, _NO_TYPE))

    def _sale_refusal(self, sheet: Sheet, intent: Sale, card_type: CardType) -> str:
        calendar = self._terms.calendar(intent.outlet)
        if calendar is None:
            calendar = calendar_of(sheet.connection, sheet.unit, intent)
        when = calendar.when(intent.at)
        if when.day != intent.day:
            when = when._replace(day=intent.day)
        spent = NOTHING_SPENT
        if needs_spent(card_type):
            claims = isinstance(intent, FullSale) and intent.first_n > 0
            spent = spent_on(sheet, intent.card, when, calendar, meals=claims)
        try:
            self._decided = bargain(sheet, intent, card_type, when, spent)
        except Refused as refused:
            return refused.code
        return ""


class Tombstone(Single):
    """Cancel an id: nothing is ever posted under it, or the answer it already got."""

    __slots__ = ("_key", "unit")

    def __init__(self, unit: int, key: int) -> None:
        self.unit = unit
        self._key = key

    def want(self, sheet: Sheet) -> None:
        sheet.facts.want(self._key)
        sheet.taps.want(self._key)

    def decide(self, sheet: Sheet) -> Answer:
        fact = sheet.facts.get(self._key)
        if fact is None:
            tap = sheet.taps.open.get(self._key)
            if tap is not None and tap.counter >= 0:
                # Only the card knows what became of a purse; no word of the server undoes it.
                result = Result(id=id_of(self._key), status=Status.REFUSED, reason="cancel.purse")
                return Answer(result=result)
            fact = Fact(None, Status.REFUSED, "cancelled")
            sheet.facts.put(self._key, fact)
            if tap is not None:
                sheet.taps.close(self._key)
        return Answer(result=result_of(self._key, fact), balance_fen=fact.balance_fen)
