"""Meals of a department or its guests, within what its cost centre may owe; and taking one back. F: B12"""

from typing import Any

import msgspec
from sqlalchemy import Row, insert, select

from onecard.books import accounts
from onecard.books.entry import reversal
from onecard.books.events import centre_meal
from onecard.clock import business_day, card_day
from server.books.command import Order
from server.books.sheet import Event, Sheet
from server.credit import tables
from server.organisation.tables import outlet


class Terms(msgspec.Struct, frozen=True):
    """``people`` ate at ``outlet``; ``purpose``: a word, no names."""

    centre: int
    outlet: int
    fen: int
    people: int = 1
    purpose: str = ""


class CentreMeal(Order[Terms]):
    """cost centre → owner."""

    def look(self, sheet: Sheet) -> None:
        sheet.wallets.want(accounts.centre(self.terms.centre))

    def refusal(self, sheet: Sheet) -> str:
        terms, table = self.terms, tables.cost_centre
        query = select(table).where(table.c.unit_id == sheet.unit, table.c.centre == terms.centre)
        centre = sheet.connection.execute(query).first()
        if centre is None or not centre.active:
            return "centre.unknown"
        if self._outlet(sheet) is None:
            return "outlet.unknown"
        if terms.fen <= 0 or not 0 < terms.people <= 10_000 or len(terms.purpose) > 64:
            return "amount.zero" if terms.fen <= 0 else "number.malformed"
        owes = -sheet.balance(accounts.centre(terms.centre))
        return "centre.limit" if centre.limit_fen and owes + terms.fen > centre.limit_fen else ""

    def _outlet(self, sheet: Sheet) -> "Row[tuple[Any, ...]] | None":
        query = select(outlet).where(outlet.c.unit_id == sheet.unit, outlet.c.outlet == self.terms.outlet)
        return sheet.connection.execute(query).first()

    def enter(self, sheet: Sheet) -> int:
        terms, place = self.terms, self._outlet(sheet)
        assert place is not None
        event = Event(
            kind="centre_meal",
            fact=self.key,
            outlet=terms.outlet,
            owner=place.owner,
            operator=self.operator,
            at=sheet.now,
            day=card_day(business_day(sheet.now)),
            fen=-terms.fen,
        )
        postings = centre_meal.postings(terms.centre, place.owner, terms.outlet, terms.fen)
        entry = sheet.enter(event, postings)
        sheet.connection.execute(
            insert(tables.centre_meal).values(
                unit_id=sheet.unit,
                entry=entry,
                centre=terms.centre,
                people=terms.people,
                purpose=terms.purpose,
            )
        )
        return entry

    def balance(self, sheet: Sheet) -> int | None:
        """What the centre owes now."""
        return -sheet.balance(accounts.centre(self.terms.centre))


class Back(msgspec.Struct, frozen=True):
    """``entry``: a meal that was booked by mistake."""

    entry: int


class CentreMealBack(Order[Back]):
    """The whole meal, once."""

    def look(self, sheet: Sheet) -> None:
        sheet.events.want(self.terms.entry)
        sheet.taken_back.want(self.terms.entry)

    def refusal(self, sheet: Sheet) -> str:
        event = sheet.events.get(self.terms.entry)
        if event is None or event.kind != "centre_meal":
            return "centre.no_meal"
        return "centre.taken_back" if sheet.taken_back.get(self.terms.entry) else ""

    def enter(self, sheet: Sheet) -> int:
        entry = self.terms.entry
        meal = sheet.events.get(entry)
        assert meal is not None
        sheet.taken_back.put(entry, {"centre": -meal.fen})
        event = Event(
            kind="centre_meal_back",
            fact=self.key,
            outlet=meal.outlet,
            owner=meal.owner,
            operator=self.operator,
            at=sheet.now,
            day=card_day(business_day(sheet.now)),
            fen=-meal.fen,
            corrects=entry,
        )
        return sheet.enter(event, reversal(sheet.postings_of(entry)))
