"""What a holder owes is collected: from a wallet on the server at once, from a plastic by a negative load."""

import msgspec

from onecard.books import accounts
from onecard.books.events import debt
from server.books.office.desk import today, want_medium
from server.books.office.pocket import CardOrder
from server.books.sheet import Event, Sheet


class Terms(msgspec.Struct, frozen=True):
    """The card in use."""

    card: int
    issue: int


class CollectDebt(CardOrder[Terms]):
    """wallet → debt. A plastic gives what it has; what it lacks is owed again."""

    def look(self, sheet: Sheet) -> None:
        want_medium(sheet, self.terms.card, self.terms.issue)

    def _fen(self, sheet: Sheet) -> int:
        owed = max(0, -sheet.balance(accounts.debt(self.terms.card)))
        if self._has_purse(sheet):
            return owed
        return min(owed, max(0, sheet.balance(accounts.account(self.terms.card, "main"))))

    def _has_purse(self, sheet: Sheet) -> bool:
        card = sheet.holders.cards.get(self.terms.card)
        card_type = None if card is None else self.types.get(card.type)
        return card_type is None or card_type.purse_on_card

    def refusal(self, sheet: Sheet) -> str:
        card = sheet.holders.cards.get(self.terms.card)
        if card is None or card.issue != self.terms.issue or card.state not in ("active", "frozen", "lost"):
            return "card.unknown"
        return "" if self._fen(sheet) else "debt.nothing"

    def enter(self, sheet: Sheet) -> int:
        terms, fen = self.terms, self._fen(sheet)
        source = accounts.account(terms.card, "main")
        if self._has_purse(sheet):
            source = accounts.waiting(terms.card, terms.issue, "main")
            sheet.loads.add(terms.card, terms.issue, -fen, "debt", self.key)
        made = Event(
            kind="collect_debt",
            fact=self.key,
            card=terms.card,
            issue=terms.issue,
            operator=self.operator,
            at=sheet.now,
            day=today(sheet),
            fen=-fen,
        )
        return sheet.enter(made, debt.taken(terms.card, source, fen))
