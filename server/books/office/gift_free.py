"""A manager's gift: within his quota of the month, for a reason of a short list. F: A17"""

import msgspec
from sqlalchemy import func, insert, select

from onecard.books.events import gift
from onecard.clock import business_day, card_day, local
from server.books.office.pocket import CardOrder, fill, look, pocket_of, refusal
from server.books.sheet import Event, Sheet
from server.gift import tables

REASONS = ("service", "apology", "event", "guest")


class Terms(msgspec.Struct, frozen=True):
    """``expires_day``: the last day it may be spent, 0 = for ever."""

    card: int
    issue: int
    fen: int
    reason: str
    expires_day: int = 0


def month_of(now: int) -> int:
    """Months since year 0, of the unit's calendar."""
    day = local(now)
    return day.year * 12 + day.month - 1


class GiftFree(CardOrder[Terms]):
    """gift cost → gift wallet."""

    def look(self, sheet: Sheet) -> None:
        look(sheet, self.terms.card, self.terms.issue, "gift")

    def refusal(self, sheet: Sheet) -> str:
        terms = self.terms
        no = refusal(sheet, terms.card, terms.issue)
        if no:
            return no
        if terms.reason not in REASONS:
            return "gift.reason"
        if terms.fen <= 0:
            return "amount.zero"
        today = card_day(business_day(sheet.now))
        if terms.expires_day and not today <= terms.expires_day <= 0xFFFF:
            return "gift.expired"
        quota = tables.gift_quota
        most = sheet.connection.execute(
            select(quota.c.month_fen).where(quota.c.unit_id == sheet.unit, quota.c.operator == self.operator)
        ).scalar()
        if most is None:
            return "gift.no_quota"
        return "gift.over_quota" if self._given(sheet) + terms.fen > most else ""

    def _given(self, sheet: Sheet) -> int:
        table = tables.gift
        query = select(func.sum(table.c.fen)).where(
            table.c.unit_id == sheet.unit,
            table.c.operator == self.operator,
            table.c.month == month_of(sheet.now),
        )
        return int(sheet.connection.execute(query).scalar() or 0)

    def enter(self, sheet: Sheet) -> int:
        terms = self.terms
        pocket = pocket_of(sheet, terms.card, terms.issue, "gift", self.types)
        event = Event(
            kind="gift",
            fact=self.key,
            card=terms.card,
            issue=terms.issue,
            operator=self.operator,
            at=sheet.now,
            day=card_day(business_day(sheet.now)),
            fen=terms.fen,
        )
        postings = gift.postings(pocket.account, terms.fen)
        rest = fill(sheet, pocket, terms.fen, "gift", self.key, terms.expires_day)
        entry = sheet.enter(event, (*postings, *rest))
        sheet.connection.execute(
            insert(tables.gift).values(
                unit_id=sheet.unit,
                entry=entry,
                operator=self.operator,
                month=month_of(sheet.now),
                card=terms.card,
                fen=terms.fen,
                reason=terms.reason,
            )
        )
        return entry

    def balance(self, sheet: Sheet) -> int | None:
        terms = self.terms
        return sheet.balance(pocket_of(sheet, terms.card, terms.issue, "gift", self.types).account)
