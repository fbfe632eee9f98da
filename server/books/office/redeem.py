"""Points are given up for goods or for balance. F: B5

The balance is gift money: what was never paid in never becomes cash.
"""

from typing import Any

import msgspec
from sqlalchemy import Row, insert, select, update

from onecard.books import accounts
from onecard.books.events import redeem
from onecard.clock import business_day, card_day
from onecard.errors import Refused
from onecard.rules import points
from server.books.office.pocket import CardOrder, fill, look, pocket_of, refusal
from server.books.sheet import Event, Sheet
from server.reward import tables


class Terms(msgspec.Struct, frozen=True):
    """``pieces`` of a reward; or, ``reward`` being 0, ``points`` for what the card's type says they are
    worth."""

    card: int
    issue: int
    reward: int = 0
    pieces: int = 0
    points: int = 0


class Redeem(CardOrder[Terms]):
    """points → given up; cost → gift wallet."""

    def look(self, sheet: Sheet) -> None:
        look(sheet, self.terms.card, self.terms.issue, "gift", "points")

    def refusal(self, sheet: Sheet) -> str:
        terms = self.terms
        no = refusal(sheet, terms.card, terms.issue)
        if no:
            return no
        try:
            count, _ = self._price(sheet)
        except Refused as not_so:
            return not_so.code
        if count <= 0:
            return "amount.zero"
        has = sheet.balance(accounts.account(terms.card, "points"))
        return "points.short" if count > has else ""

    def _price(self, sheet: Sheet) -> tuple[int, int]:
        """Points to give up, and the balance they become."""
        terms = self.terms
        if not terms.reward:
            card = sheet.holders.cards.get(terms.card)
            card_type = self.types.get(card.type) if card is not None else None
            if card_type is None:
                raise Refused("card_type.unknown")
            return terms.points, points.worth(card_type.points, max(0, terms.points))
        row = self._reward(sheet)
        if row is None or not row.active:
            raise Refused("reward.unknown")
        if not 0 < terms.pieces <= 1_000:
            raise Refused("amount.zero")
        if 0 <= row.stock < terms.pieces:
            raise Refused("reward.stock")
        return row.points * terms.pieces, row.fen * terms.pieces

    def _reward(self, sheet: Sheet) -> "Row[tuple[Any, ...]] | None":
        table = tables.reward
        query = select(table).where(table.c.unit_id == sheet.unit, table.c.reward == self.terms.reward)
        return sheet.connection.execute(query).first()

    def enter(self, sheet: Sheet) -> int:
        terms = self.terms
        count, fen = self._price(sheet)
        pocket = pocket_of(sheet, terms.card, terms.issue, "gift", self.types)
        postings = redeem.postings(terms.card, count, pocket.account, fen)
        rest = fill(sheet, pocket, fen, "points", self.key) if fen else ()
        event = Event(
            kind="redeem",
            fact=self.key,
            card=terms.card,
            issue=terms.issue,
            operator=self.operator,
            at=sheet.now,
            day=card_day(business_day(sheet.now)),
            fen=fen,
        )
        entry = sheet.enter(event, (*postings, *rest))
        self._note(sheet, entry, count)
        return entry

    def _note(self, sheet: Sheet, entry: int, count: int) -> None:
        terms, table = self.terms, tables.reward
        values = (sheet.unit, entry, terms.reward, terms.pieces, terms.card, count, sheet.now)
        names = [column.name for column in tables.redeemed.c]
        sheet.connection.execute(insert(tables.redeemed).values(**dict(zip(names, values, strict=True))))
        if terms.reward:
            sheet.connection.execute(
                update(table)
                .where(table.c.unit_id == sheet.unit, table.c.reward == terms.reward, table.c.stock >= 0)
                .values(stock=table.c.stock - terms.pieces)
            )

    def balance(self, sheet: Sheet) -> int | None:
        """Of points."""
        return sheet.balance(accounts.account(self.terms.card, "points"))
