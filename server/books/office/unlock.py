"""A plastic that was locked by mistake or for nothing takes a load worth 0 that opens it again. F: A6

For a lost card that was found: it goes off the stop list. For one that was locked to be returned or moved and
then was not: its lock is its newest record, and nobody has listed it.
"""

import msgspec

from onecard.rules.loads import UNLOSS
from onecard.wire.messages import Lock
from server.books.command import Order
from server.books.office.desk import want_medium
from server.books.original import intent_of
from server.books.sheet import Sheet
from server.cards.stops import DEAD


class Terms(msgspec.Struct, frozen=True):
    """Which plastic; ``lock``: the record that locked it, 0 for a card that was lost."""

    card: int
    issue: int
    lock: int = 0


class Unlose(Order[Terms]):
    """Lost, and found."""

    def look(self, sheet: Sheet) -> None:
        want_medium(sheet, self.terms.card, self.terms.issue)

    def refusal(self, sheet: Sheet) -> str:
        card = sheet.holders.cards.get(self.terms.card)
        if card is None or card.issue != self.terms.issue or card.state in ("reserved", "released"):
            return "card.unknown"
        stop = sheet.holders.stops.get((self.terms.card, self.terms.issue))
        if card.state in DEAD or (stop is not None and stop.reason in DEAD):
            return "card.dead"
        return "" if stop is not None and stop.reason == "lost" else "card.not_lost"

    def enter(self, sheet: Sheet) -> int:
        card, medium = sheet.holders.cards.get(self.terms.card), (self.terms.card, self.terms.issue)
        assert card is not None
        sheet.holders.lift(*medium, version=sheet.take("stops"), operator=self.operator, now=sheet.now)
        found = msgspec.structs.replace(card, state="active", since=sheet.now)
        sheet.holders.cards.put(self.terms.card, found)
        sheet.loads.add(*medium, 0, UNLOSS, self.key)
        return 0


class Unlock(Order[Terms]):
    """Locked for a return that did not happen."""

    def look(self, sheet: Sheet) -> None:
        want_medium(sheet, self.terms.card, self.terms.issue)
        sheet.facts.want(self.terms.lock)

    def refusal(self, sheet: Sheet) -> str:
        medium = (self.terms.card, self.terms.issue)
        card, chain = sheet.holders.cards.get(self.terms.card), sheet.chains.heads.get(medium)
        if card is None or card.issue != self.terms.issue:
            return "card.unknown"
        if card.state != "active" or sheet.holders.stops.get(medium) is not None:
            return "card.stopped"
        if chain is None or chain.head != self.terms.lock:
            return "return.lock"
        intent = intent_of(sheet, self.terms.lock)
        is_lock = isinstance(intent, Lock) and (intent.purse.card, intent.purse.issue) == medium
        return "" if is_lock else "return.lock"

    def enter(self, sheet: Sheet) -> int:
        sheet.loads.add(self.terms.card, self.terms.issue, 0, UNLOSS, self.key)
        return 0
