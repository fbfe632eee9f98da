"""A kiosk's slip is paid over the counter: once, to whoever brings it with its code. F: D3"""

import msgspec
from sqlalchemy import select, update

from onecard.books import accounts
from onecard.books.events import claim as event
from onecard.wire.cash import claim_digest
from server.books.command import Order
from server.books.office.desk import today
from server.books.sheet import Event, Sheet
from server.books.tables import id_of
from server.claim.tables import claim


class Terms(msgspec.Struct, frozen=True):
    """``claim``: the slip's number; ``terminal``: the till that pays."""

    claim: int
    code: str
    terminal: int


class PayClaim(Order[Terms]):
    """claim → till."""

    def look(self, sheet: Sheet) -> None:
        sheet.wallets.want(accounts.claim(self.terms.claim))

    def refusal(self, sheet: Sheet) -> str:
        query = select(claim.c.digest, claim.c.paid_by).where(
            claim.c.unit_id == sheet.unit, claim.c.claim == self.terms.claim
        )
        row = sheet.connection.execute(query).first()
        if row is None:
            return "claim.unknown"
        if row.digest != claim_digest(id_of(self.terms.claim), self.terms.code):
            return "claim.code"
        return "claim.paid" if row.paid_by is not None else ""

    def enter(self, sheet: Sheet) -> int:
        number = self.terms.claim
        fen = sheet.balance(accounts.claim(number))
        made = Event(
            kind="pay_claim",
            fact=self.key,
            operator=self.operator,
            at=sheet.now,
            day=today(sheet),
            fen=-fen,
        )
        entry = sheet.enter(made, event.paid(number, self.terms.terminal, fen))
        mine = (claim.c.unit_id == sheet.unit, claim.c.claim == number)
        sheet.connection.execute(update(claim).where(*mine).values(paid_by=self.key, paid_at=sheet.now))
        return entry
