"""A recharge was keyed too high: what was never handed over leaves the card and the cash again. F: A3"""

import msgspec
from sqlalchemy import select

from onecard.books import accounts
from onecard.books.accounts import Kind
from onecard.books.entry import Posting, Postings
from onecard.books.events import correct_recharge
from onecard.clock import business_day, card_day
from server.books.office.pocket import ALIVE, CardOrder, empty, look, pocket_of
from server.books.sheet import Event, Sheet
from server.books.written import take_back
from server.cards.loads import RECALLED, WITHDRAWN_KIND
from server.promotion import tables
from server.promotion.grant import promotion_of
from server.promotion.rule import worth


class Terms(msgspec.Struct, frozen=True):
    """``entry`` was a recharge of ``card`` and should have been ``right_fen``."""

    entry: int
    card: int
    issue: int
    right_fen: int


class CorrectRecharge(CardOrder[Terms]):
    """wallet → the cash the recharge said it came from; the promotion's gift shrinks with it."""

    def look(self, sheet: Sheet) -> None:
        look(sheet, self.terms.card, self.terms.issue, "main", "gift")
        sheet.events.want(self.terms.entry)
        sheet.taken_back.want(self.terms.entry)

    def refusal(self, sheet: Sheet) -> str:
        terms = self.terms
        event = sheet.events.get(terms.entry)
        if event is None or event.kind != "recharge" or event.card != terms.card:
            return "correct.unknown"
        if self._cash(sheet) is None:
            return "correct.not_keyed"
        card = sheet.holders.cards.get(terms.card)
        if card is None or card.issue != terms.issue or card.state not in ALIVE:
            return "correct.closed"
        if not 0 <= terms.right_fen < event.fen - self._corrected(sheet):
            return "correct.not_less"
        return "load.recalled" if self._is_withdrawn(sheet, event) else ""

    def _is_withdrawn(self, sheet: Sheet, event: Event) -> bool:
        """Whether the load that it made went back, or is on its way: the money does not go twice."""
        rows = (sheet.loads.of.get((event.card, event.issue)) or {}).values()
        mine = (row for row in rows if row.made_by == event.fact)
        return any(row.state == RECALLED or row.kind == WITHDRAWN_KIND for row in mine)

    def enter(self, sheet: Sheet) -> int:
        terms = self.terms
        event, cash = sheet.events.get(terms.entry), self._cash(sheet)
        assert event is not None
        assert cash is not None
        over = event.fen - self._corrected(sheet) - terms.right_fen
        pocket = pocket_of(sheet, terms.card, terms.issue, "main", self.types)
        owed = empty(sheet, pocket, over, "correction", self.key)
        postings = correct_recharge.postings(terms.card, pocket.account, cash.debit, over, owed)
        take_back(sheet, terms.entry, {"main": over})
        gift = self._gift_back(sheet)
        corrected = Event(
            kind="correct_recharge",
            fact=self.key,
            card=terms.card,
            issue=terms.issue,
            operator=self.operator,
            at=sheet.now,
            day=card_day(business_day(sheet.now)),
            fen=-over,
            corrects=terms.entry,
        )
        return sheet.enter(corrected, (*postings, *gift))

    def balance(self, sheet: Sheet) -> int | None:
        terms = self.terms
        return sheet.balance(pocket_of(sheet, terms.card, terms.issue, "main", self.types).account)

    def _cash(self, sheet: Sheet) -> Posting | None:
        """The posting by which somebody's cash came in; none for banknotes, which cannot be mis-keyed."""
        for one in sheet.postings_of(self.terms.entry):
            if accounts.kind_of(one.debit) is Kind.CASH and accounts.wallet_of(one.credit) == "main":
                return one
        return None

    def _corrected(self, sheet: Sheet) -> int:
        return (sheet.taken_back.get(self.terms.entry) or {}).get("main", 0)

    def _gift_back(self, sheet: Sheet) -> Postings:
        """What the promotion gave beyond what the right amount would have earned."""
        terms, table = self.terms, tables.recharge
        query = select(table.c.gift_fen, table.c.gift_entry, table.c.promotion).where(
            table.c.unit_id == sheet.unit, table.c.entry == terms.entry
        )
        row = sheet.connection.execute(query).first()
        if row is None or not row.gift_entry:
            return ()
        taken = (sheet.taken_back.get(row.gift_entry) or {}).get("gift", 0)
        back = row.gift_fen - taken - worth(promotion_of(sheet, row.promotion), terms.right_fen)
        if back <= 0:
            return ()
        pocket = pocket_of(sheet, terms.card, terms.issue, "gift", self.types)
        owed = empty(sheet, pocket, back, "correction", self.key)
        take_back(sheet, row.gift_entry, {"gift": back})
        return correct_recharge.gift_postings(terms.card, pocket.account, back, owed)
