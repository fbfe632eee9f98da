"""An exception is settled: who bears what it cost, said by one person, or by two where money leaves. F: G6

What a fact put where nobody owns it (unresolved, difference, a card's loss, a debt) goes to whoever bears it.
"""

from typing import Any

import msgspec
from sqlalchemy import Row, select, update

from onecard.books import accounts
from onecard.books.entry import Postings, move
from server.books.command import Order
from server.books.numbering import number_load
from server.books.office.desk import today, two_people
from server.books.sheet import Event, Sheet
from server.exceptions.tables import exception
from server.organisation.tables import outlet

#: Kinds of exceptions whose money lies open, and on which account.
OPEN_AT = {
    "void_excess": "difference",
    "void_unknown": "difference",
    "cash_difference": "difference",
    "errand_differs": "difference",
    "load_unknown": "unresolved",
    "load_twice": "unresolved",
    "load_differs": "unresolved",
    "infer_unclear": "unresolved",
    "chain_fork": "debt",
    "fork_again": "debt",
    "overspent": "debt",
    "card_loss": "loss",
}
#: Kinds of exceptions that a member may have money from.
PAYABLE = ("cash_doubt", "credit_unknown", "quarantined", "paid_for_nothing")
BEARERS = ("unit", "operator", "owner", "member")


class Terms(msgspec.Struct, frozen=True):
    """``bearer``: unit, operator:<number>, owner:<outlet>, member; ``asked_by`` said so first, whoever gives
    the order agrees. ``note``: what was found."""

    exception: int
    bearer: str
    fen: int
    asked_by: int
    note: str


def open_account(kind: str, terminal: int, card: int) -> str:
    """Where the money of such an exception lies, "" if none does."""
    match OPEN_AT.get(kind, ""):
        case "difference":
            return accounts.difference(terminal)
        case "unresolved":
            return accounts.unresolved(terminal)
        case "debt":
            return accounts.debt(card)
        case "loss":
            return accounts.loss(card)
    return ""


class Bear(Order[Terms]):
    """bearer → the account that was left open."""

    def look(self, sheet: Sheet) -> None:
        """The exception is only known inside the transaction."""

    def _row(self, sheet: Sheet) -> "Row[tuple[Any, ...]] | None":
        query = select(exception).where(
            exception.c.unit_id == sheet.unit, exception.c.exception == self.terms.exception
        )
        return sheet.connection.execute(query).first()

    def _bearer(self, sheet: Sheet, row: Any) -> str | None:
        """The account of whoever bears it; ``None``: there is no such one."""
        who, _, number = self.terms.bearer.partition(":")
        if who == "unit":
            return accounts.loss(row.card) if row.card else accounts.terminal_loss(row.terminal)
        if who == "member":
            return accounts.debt(row.card) if row.card else None
        if not number.isascii() or not number.isdigit():
            return None
        if who == "operator":
            return accounts.operator_cash(int(number))
        query = select(outlet.c.owner).where(outlet.c.unit_id == sheet.unit, outlet.c.outlet == int(number))
        owner = sheet.connection.execute(query).scalar() if who == "owner" else None
        return None if owner is None else accounts.payable(owner, int(number))

    def refusal(self, sheet: Sheet) -> str:
        row = self._row(sheet)
        if row is None:
            return "exception.unknown"
        if row.closed_at is not None:
            return "exception.closed"
        if not open_account(row.kind, row.terminal, row.card):
            return "exception.no_money"
        if self._bearer(sheet, row) is None:
            return "exception.bearer"
        if not 0 < self.terms.fen <= max(row.fen, self._owed(sheet, row)):
            return "exception.amount"
        return two_people(self.terms.asked_by, self.operator)

    def _owed(self, sheet: Sheet, row: Any) -> int:
        """A fork tells no amount: what its card owes is what can be borne."""
        if OPEN_AT[row.kind] != "debt":
            return 0
        return max(0, -sheet.balance(accounts.debt(row.card)))

    def enter(self, sheet: Sheet) -> int:
        terms, row = self.terms, self._row(sheet)
        assert row is not None
        bearer, left_open = self._bearer(sheet, row), open_account(row.kind, row.terminal, row.card)
        assert bearer is not None
        postings: Postings = () if bearer == left_open else move(bearer, left_open, terms.fen)
        made = Event(
            kind="bear",
            fact=self.key,
            card=row.card,
            issue=row.issue,
            operator=self.operator,
            at=sheet.now,
            day=today(sheet),
            fen=terms.fen,
        )
        entry = sheet.enter(made, postings)
        settled(
            sheet, terms.exception, "bear", terms.bearer, terms.asked_by, self.operator, terms.note, self.key
        )
        return entry


def settled(
    sheet: Sheet, number: int, action: str, bearer: str, by: int, second: int, note: str, key: int
) -> None:
    """Close an exception with what was done about it (writes)."""
    values = {
        "closed_at": sheet.now,
        "closed_by": by,
        "second": second,
        "action": action,
        "bearer": bearer,
        "note": note,
        "settled_by": key,
    }
    sheet.connection.execute(
        update(exception)
        .where(exception.c.unit_id == sheet.unit, exception.c.exception == number)
        .values(**values)
    )


class DoubtTerms(msgspec.Struct, frozen=True):
    """A note that nobody could place, or what a card paid for nothing, is somebody's: ``card`` and ``issue``
    get ``fen`` as a waiting load."""

    exception: int
    card: int
    issue: int
    fen: int
    asked_by: int
    note: str


class PayDoubt(Order[DoubtTerms]):
    """difference of the kiosk → waiting for the member's card; the count of its box shows whether it was
    there."""

    def look(self, sheet: Sheet) -> None:
        sheet.holders.cards.want(self.terms.card)
        sheet.loads.want(self.terms.card, self.terms.issue)

    def refusal(self, sheet: Sheet) -> str:
        terms = self.terms
        query = select(exception).where(
            exception.c.unit_id == sheet.unit, exception.c.exception == terms.exception
        )
        row = sheet.connection.execute(query).first()
        if row is None or row.kind not in PAYABLE:
            return "exception.unknown"
        if row.closed_at is not None:
            return "exception.closed"
        card = sheet.holders.cards.get(terms.card)
        if card is None or card.issue != terms.issue or card.state not in ("active", "lost", "frozen"):
            return "card.unknown"
        if not 0 < terms.fen <= MOST_FEN:
            return "exception.amount"
        return two_people(terms.asked_by, self.operator)

    def enter(self, sheet: Sheet) -> int:
        terms = self.terms
        query = select(exception.c.terminal).where(
            exception.c.unit_id == sheet.unit, exception.c.exception == terms.exception
        )
        terminal = sheet.connection.execute(query).scalar_one()
        waiting = accounts.waiting(terms.card, terms.issue, "main")
        postings = move(accounts.difference(terminal), waiting, terms.fen)
        postings += number_load(sheet, terms.card, terms.issue, terms.fen, "pay_doubt", self.key)
        made = Event(
            kind="pay_doubt",
            fact=self.key,
            card=terms.card,
            issue=terms.issue,
            operator=self.operator,
            at=sheet.now,
            day=today(sheet),
            fen=terms.fen,
        )
        entry = sheet.enter(made, postings)
        settled(
            sheet, terms.exception, "pay_doubt", "unit", terms.asked_by, self.operator, terms.note, self.key
        )
        return entry


#: A kiosk takes no larger heap of notes in one session.
MOST_FEN = 1_000_000
