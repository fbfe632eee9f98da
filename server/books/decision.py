"""What the server still may refuse: sales and voids of account cards; and cancelling an id.

A refusal is stored like a posting and repeats; a tombstone wins over a request that comes after it.
"""

import hashlib
from collections.abc import Mapping

from onecard.books import accounts
from onecard.books.events import void
from onecard.errors import Refused
from onecard.rules.limits import NOTHING_SPENT, Spent, check, needs_spent
from onecard.rules.periods import PLAIN
from onecard.wire.messages import Answer, CardType, Result, Sale, Status, Void
from server.books.case import Case, amount_of, result_of
from server.books.command import Single
from server.books.sheet import Fact, Sheet
from server.books.tables import id_of, key_of
from server.books.written import left_of, post, sale_of

NO_TYPES: Mapping[int, CardType] = {}
_NO_TYPE = CardType(type=0, name="")


class Decide(Single):
    """A sale or void of an account card that is asked online."""

    __slots__ = ("_digest", "_intent", "_types", "unit")

    def __init__(
        self, unit: int, intent: Sale | Void, body: bytes, types: Mapping[int, CardType] = NO_TYPES
    ) -> None:
        assert intent.purse is None, "a purse is judged by the card"
        self.unit = unit
        self._intent = intent
        self._digest = hashlib.sha256(body).digest()
        self._types = types

    def want(self, sheet: Sheet) -> None:
        intent = self._intent
        sheet.facts.want(key_of(intent.id))
        sheet.taps.want(key_of(intent.id))
        sheet.holders.cards.want(intent.card)
        sheet.holders.stops.want((intent.card, intent.issue))
        sheet.wallets.want(*(accounts.account(intent.card, pay.wallet) for pay in intent.pays))
        if isinstance(intent, Void):
            sheet.facts.want(key_of(intent.voids))

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
            entry = post(sheet, Case(key, self._digest, self._intent))
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
            entry, sold = sale_of(sheet, intent)
            left = left_of(sheet, entry) if sold is not None else {}
            covered = sum(void.within(intent.pays, left).values())
            return "" if sold is not None and covered == amount_of(intent) else "void.excess"
        return self._sale_refusal(sheet, intent, self._types.get(card.type))

    def _sale_refusal(self, sheet: Sheet, intent: Sale, card_type: CardType | None) -> str:
        for pay in intent.pays:
            if pay.fen > sheet.balance(accounts.account(intent.card, pay.wallet)):
                return "purse.short"
        if card_type is None:
            card_type = _NO_TYPE
        spent = NOTHING_SPENT
        if needs_spent(card_type):
            fen, count, last = sheet.spent(intent.card, intent.day)
            spent = Spent(last, fen, count)
        when = PLAIN.when(intent.at)
        try:
            # The PIN was asked at the station, which is what the terminal's key stands for.
            check(card_type, intent.due_fen, when, intent.outlet, spent, pin_verified=True)
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
