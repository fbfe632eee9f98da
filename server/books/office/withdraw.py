"""A load that should not be is taken back: at once while nobody has it, otherwise when all holders agree.

Until then it goes out again under its number, worth nothing; whoever has that version cannot apply the old
one. A card that got it before everybody had heard keeps it.
"""

import msgspec

from onecard.books import accounts
from onecard.books.accounts import Kind
from onecard.books.entry import Postings
from onecard.books.events import load
from server.books.command import Order
from server.books.office.desk import today
from server.books.sheet import Event, Sheet
from server.cards.loads import OPEN, RECALLED, WAITING
from server.terminals.quiet import not_informed

#: Money may go back to whoever had given it, or to a hand that holds cash.
TARGETS = (Kind.CASH, Kind.COST, Kind.OPEN)


class Terms(msgspec.Struct, frozen=True):
    """``target``: the account its money goes back to."""

    card: int
    issue: int
    number: int
    target: str


class Withdraw(Order[Terms]):
    """waiting → target, now or when every holder knows."""

    def look(self, sheet: Sheet) -> None:
        sheet.loads.want(self.terms.card, self.terms.issue)

    def refusal(self, sheet: Sheet) -> str:
        row = sheet.loads.get(self.terms.card, self.terms.issue, self.terms.number)
        if row is None:
            return "load.unknown"
        if row.state not in OPEN:
            return "load.applied"
        if row.state == RECALLED:
            return "load.recalled"
        made = sheet.facts.get(row.made_by)
        if made is not None and (sheet.taken_back.get(made.entry) or {}).get("main"):
            return "load.corrected"
        return "" if accounts.kind_of(self.terms.target) in TARGETS and row.fen > 0 else "load.target"

    def enter(self, sheet: Sheet) -> int:
        terms = self.terms
        row = sheet.loads.get(terms.card, terms.issue, terms.number)
        assert row is not None
        if row.state != WAITING:
            sheet.loads.recall(terms.card, terms.issue, terms.number, terms.target, self.key, sheet.take)
            return 0
        postings = load.withdrawn(terms.card, terms.issue, row.wallet, terms.target, row.fen)
        sheet.loads.empty(terms.card, terms.issue, terms.number, state=WAITING)
        return _enter(sheet, self.key, terms.card, terms.issue, self.operator, row.fen, postings)


class EndTerms(msgspec.Struct, frozen=True):
    """A load that was recalled."""

    card: int
    issue: int
    number: int


class EndWithdrawal(Order[EndTerms]):
    """Everybody has heard and sent what he had: nobody can have applied it."""

    def look(self, sheet: Sheet) -> None:
        sheet.loads.want(self.terms.card, self.terms.issue)

    def refusal(self, sheet: Sheet) -> str:
        terms = self.terms
        row = sheet.loads.get(terms.card, terms.issue, terms.number)
        wanted = sheet.loads.withdrawals.get((terms.card, terms.issue, terms.number))
        if row is None or wanted is None or row.state != RECALLED:
            return "load.unknown"
        waits = not_informed(sheet.connection, sheet.unit, "loads", wanted.version)
        return "handover.waits" if waits else ""

    def enter(self, sheet: Sheet) -> int:
        terms = self.terms
        row = sheet.loads.get(terms.card, terms.issue, terms.number)
        assert row is not None
        target = sheet.loads.end_withdrawal(terms.card, terms.issue, terms.number, "done")
        postings = load.withdrawn(terms.card, terms.issue, row.wallet, target, row.fen)
        sheet.loads.empty(terms.card, terms.issue, terms.number)
        return _enter(sheet, self.key, terms.card, terms.issue, self.operator, row.fen, postings)


def _enter(sheet: Sheet, key: int, card: int, issue: int, operator: int, fen: int, postings: Postings) -> int:
    made = Event(
        kind="withdraw",
        fact=key,
        card=card,
        issue=issue,
        operator=operator,
        at=sheet.now,
        day=today(sheet),
        fen=-fen,
    )
    return sheet.enter(made, postings)
