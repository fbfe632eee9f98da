"""Payments by code in the books: opened for a card that may be recharged, credited once, or sent back. F: D4

A payment that was made is credited whenever it is heard of: on the account at once, for a purse as a waiting
load. One that no rule lets onto the card goes back to who paid; it was never ours, so nothing is posted.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import insert, select, update

from onecard.money import MAX_FEN
from onecard.wire.messages import CardType, Status
from server.books.command import Single
from server.books.office.pocket import NO_TYPES, CardOrder
from server.books.office.recharge_office import RechargeOffice
from server.books.office.recharge_office import Terms as Money
from server.books.sheet import Fact, Sheet
from server.books.tables import id_of
from server.payments.tables import payment

#: What such a matter is called in the inbox.
STUCK = "refund_stuck"
#: A code can be paid for so long; the clerk closes it then.
GOOD_FOR_S = 180


class Terms(msgspec.Struct, frozen=True):
    """Which card, how much, through whom, and at which terminal the code is shown."""

    card: int
    issue: int
    fen: int
    gateway: str
    terminal: int


class OpenPayment(CardOrder[Terms]):
    """Nothing moves yet; the clerk takes it from here."""

    def _recharge(self) -> RechargeOffice:
        terms = self.terms
        money = Money(terms.card, terms.issue, terms.fen, gateway=terms.gateway)
        return RechargeOffice(self.unit, self.key, money, self.operator, self.types)

    def look(self, sheet: Sheet) -> None:
        self._recharge().look(sheet)

    def refusal(self, sheet: Sheet) -> str:
        if not 0 < self.terms.fen <= MAX_FEN or not self.terms.gateway:
            return "amount.zero" if self.terms.gateway else "recharge.source"
        return self._recharge().refusal(sheet)

    def enter(self, sheet: Sheet) -> int:
        terms, now = self.terms, sheet.now
        row = {
            "unit_id": sheet.unit, "payment": self.key, "terminal": terms.terminal, "gateway": terms.gateway,
            "card": terms.card, "issue": terms.issue, "fen": terms.fen, "state": "created", "code": "",
            "made_at": now, "until": now + GOOD_FOR_S, "ask_at": now, "tries": 0, "left": 0, "reason": "",
            "entry": 0, "ended_at": 0,
        }  # fmt: skip
        sheet.connection.execute(insert(payment).values(**row))
        return 0


class CreditPayment(Single):
    """A payment that was made becomes a recharge, once; the state it has afterwards."""

    def __init__(self, unit: int, key: int, types: Mapping[int, CardType] = NO_TYPES) -> None:
        self.unit, self.key = unit, key
        self._types = types

    def want(self, sheet: Sheet) -> None:
        """What it looks at is only known inside the transaction."""

    def decide(self, sheet: Sheet) -> str:
        mine = (payment.c.unit_id == sheet.unit, payment.c.payment == self.key)
        row = sheet.connection.execute(select(payment).where(*mine).with_for_update()).one()
        if row.entry or row.state in ("refunding", "refunded"):
            return str(row.state)
        money = Money(row.card, row.issue, row.fen, gateway=row.gateway)
        key = sheet.server_key()
        order = RechargeOffice(sheet.unit, key, money, 0, self._types)
        order.look(sheet)
        sheet.read()
        reason = order.refusal(sheet)
        changes: dict[str, Any] = {"reason": reason, "ended_at": sheet.now, "ask_at": sheet.now}
        if reason:
            changes["state"] = "refunding"
        else:
            entry = order.enter(sheet)
            sheet.facts.put(key, Fact(None, Status.CREATED, "", entry))
            changes |= {"state": "paid", "entry": entry}
        sheet.connection.execute(update(payment).where(*mine).values(**changes))
        return str(changes["state"])


class TellStuck(Single):
    """A refund that its gateway does not make: whoever paid waits for his money, so a person has to look."""

    def __init__(self, unit: int, key: int) -> None:
        self.unit, self.key = unit, key

    def want(self, sheet: Sheet) -> None:
        """What it looks at is only known inside the transaction."""

    def decide(self, sheet: Sheet) -> bool:
        """Whether it is still stuck."""
        mine = (payment.c.unit_id == sheet.unit, payment.c.payment == self.key)
        row = sheet.connection.execute(select(payment).where(*mine)).one()
        if row.state != "refunding":
            return False
        sheet.inbox.add(
            STUCK, id_of(self.key), fact=self.key, card=row.card, issue=row.issue, fen=row.fen,
            gateway=row.gateway, why=row.reason, since=row.ended_at,
        )  # fmt: skip
        return True
