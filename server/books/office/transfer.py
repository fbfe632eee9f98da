"""From a temporary card to the formal one: balance, deposit, debt, and the history with them. F: A8"""

import msgspec

from onecard.books import accounts
from onecard.books.entry import Postings
from onecard.books.events import debt
from onecard.books.events import handover as event
from onecard.wire.messages import Lock
from server.books import handover
from server.books.handover import Handover, Target
from server.books.office.desk import held, today, want_medium
from server.books.office.hold_sold import is_held
from server.books.office.pocket import CardOrder
from server.books.office.return_card import stop_returned
from server.books.original import intent_of
from server.books.sheet import Event, Sheet
from server.cards.holders import Card
from server.cards.stops import DEAD

#: Wallets that a card on the server may have besides those a plastic has.
ON_SERVER = ("main", "gift", "gift2", "gift3", "subsidy", "subsidy2")


class Terms(msgspec.Struct, frozen=True):
    """``lock``: the id of the record that locked the temporary plastic, 0 if its money is on the server."""

    card: int
    issue: int
    to_card: int
    to_issue: int
    lock: int = 0


class Transfer(CardOrder[Terms]):
    """All wallets of one card → those of the other; the temporary one is dead."""

    def look(self, sheet: Sheet) -> None:
        terms = self.terms
        want_medium(sheet, terms.card, terms.issue)
        want_medium(sheet, terms.to_card, terms.to_issue)
        sheet.facts.want(terms.lock)

    def refusal(self, sheet: Sheet) -> str:
        terms = self.terms
        for number, issue in ((terms.card, terms.issue), (terms.to_card, terms.to_issue)):
            card = sheet.holders.cards.get(number)
            if card is None or card.issue != issue or card.state in ("reserved", "released"):
                return "card.unknown"
            if card.state in DEAD:
                return "card.dead"
        if terms.card == terms.to_card:
            return "transfer.same"
        if sheet.balance(accounts.held(terms.card)) > 0 or is_held(sheet.connection, sheet.unit, terms.card):
            return "return.hold"
        to = sheet.holders.cards.get(terms.to_card)
        if to is None or to.state != "active":
            return "card.stopped"
        if not self._has_purse(sheet, terms.card):
            return ""
        return "" if self._is_locked(sheet) else "return.lock"

    def _has_purse(self, sheet: Sheet, card: int) -> bool:
        row = sheet.holders.cards.get(card)
        card_type = None if row is None else self.types.get(row.type)
        return card_type is None or card_type.purse_on_card

    def _is_locked(self, sheet: Sheet) -> bool:
        medium = (self.terms.card, self.terms.issue)
        chain = sheet.chains.heads.get(medium)
        if chain is None or chain.head != self.terms.lock:
            return False
        intent = intent_of(sheet, self.terms.lock)
        return isinstance(intent, Lock) and (intent.purse.card, intent.purse.issue) == medium

    def enter(self, sheet: Sheet) -> int:
        terms, old = self.terms, (self.terms.card, self.terms.issue)
        to = Target(terms.to_card, terms.to_issue, self._has_purse(sheet, terms.to_card))
        postings: Postings = self._debt_and_deposit(sheet)
        moved = 0
        for one in held(sheet, old):
            if one.fen:
                postings += event.carried(*old, to.account(one.wallet), one.wallet, one.fen)
                postings += handover.fill(
                    sheet, to, one.wallet, one.fen, "transfer", self.key, one.expires_day
                )
                moved += one.fen
        last = handover.last_load(sheet, old, terms.lock)
        postings += handover.carry_loads(sheet, old, to, self.key, published=True, behind=last)
        for wallet in ON_SERVER:
            source = accounts.account(terms.card, wallet)
            fen = sheet.balance(source)
            if fen > 0:
                postings += event.paid_out(source, to.account(wallet), fen)
                postings += handover.fill(sheet, to, wallet, fen, "transfer", self.key, 0)
                moved += fen
        self._end(sheet, old)
        made = Event(
            kind="transfer",
            fact=self.key,
            card=terms.to_card,
            issue=terms.to_issue,
            operator=self.operator,
            at=sheet.now,
            day=today(sheet),
            fen=moved,
        )
        return sheet.enter(made, postings)

    def _debt_and_deposit(self, sheet: Sheet) -> Postings:
        terms = self.terms
        owed = max(0, -sheet.balance(accounts.debt(terms.card)))
        put_by = max(0, sheet.balance(accounts.deposit(terms.card)))
        return (
            *debt.moved(terms.card, terms.to_card, owed),
            *event.deposit(terms.card, terms.to_card, put_by),
        )

    def _end(self, sheet: Sheet, old: tuple[int, int]) -> None:
        terms = self.terms
        card = sheet.holders.cards.get(terms.card)
        assert isinstance(card, Card)
        sheet.holders.cards.put(terms.card, msgspec.structs.replace(card, state="returned", since=sheet.now))
        version = stop_returned(sheet, old, self.operator)
        handover.keep(
            sheet, Handover(*old, terms.to_card, terms.to_issue, "transfer", self.key, version, sheet.now)
        )
