"""A deposit held at the opening of a room, settled with its bill at closing, given back by itself. F: C19

This is for cards whose money lives on the server: what is on a card cannot be held while the card is away.
There the deposit is sold off the card and the rest goes back to it as a load (``hold_sold.py``).
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Row, select, update

from onecard.books import accounts
from onecard.books.events import hold
from onecard.clock import business_day, card_day
from onecard.wire.messages import CardType, Status
from server.books.command import Order, Single
from server.books.office.hold_sold import give_back, short_of, sold_of
from server.books.office.pocket import CardOrder, look, pocket_of, refusal
from server.books.sheet import Event, Fact, Sheet
from server.hold import service, tables
from server.hold.service import LONGEST_S as LONGEST_S
from server.organisation.tables import outlet

#: Holds per transaction.
CHUNK = 500
Types = Mapping[int, CardType]


class Opening(msgspec.Struct, frozen=True):
    """``place``: the room or table; ``until``: when the deposit goes back by itself."""

    card: int
    issue: int
    outlet: int
    place: str
    fen: int
    until: int


class Hold(CardOrder[Opening]):
    """wallet → held."""

    def look(self, sheet: Sheet) -> None:
        look(sheet, self.terms.card, self.terms.issue, "main")
        sheet.wallets.want(accounts.held(self.terms.card))

    def refusal(self, sheet: Sheet) -> str:
        terms = self.terms
        no = refusal(sheet, terms.card, terms.issue)
        if no:
            return no
        if pocket_of(sheet, terms.card, terms.issue, "main", self.types).on_card:
            return "hold.on_card"
        if _outlet(sheet, terms.outlet) is None:
            return "outlet.unknown"
        if terms.fen <= 0:
            return "amount.zero"
        if not sheet.now < terms.until <= sheet.now + LONGEST_S or not 0 < len(terms.place) <= 32:
            return "hold.malformed"
        short = sheet.balance(accounts.account(terms.card, "main")) < terms.fen
        return "purse.short" if short else ""

    def enter(self, sheet: Sheet) -> int:
        terms = self.terms
        place = _outlet(sheet, terms.outlet)
        assert place is not None
        event = _event(sheet, "hold", self.key, self.operator, terms.card, terms.issue, -terms.fen, place)
        entry = sheet.enter(event, hold.held(terms.card, terms.fen))
        said = {**msgspec.structs.asdict(terms), "owner": place.owner, "operator": self.operator}
        service.keep(sheet.connection, sheet.unit, self.key, sheet.now, **said)
        return entry

    def balance(self, sheet: Sheet) -> int | None:
        return sheet.balance(accounts.account(self.terms.card, "main"))


class Closing(msgspec.Struct, frozen=True):
    """``hold``: the id it was opened under. ``due_fen``: the bill; 0 gives all of it back."""

    hold: int
    due_fen: int


class Settle(Order[Closing]):
    """held → wallet → owner: the rest of the deposit stays in the wallet, what is missing comes out of it."""

    def look(self, sheet: Sheet) -> None:
        """The card is only known inside the transaction."""

    def refusal(self, sheet: Sheet) -> str:
        row = _row(sheet, self.terms.hold)
        if row is None:
            return "hold.unknown"
        if row.state != "held":
            return "hold.ended"
        if self.terms.due_fen < 0:
            return "amount.malformed"
        if sold_of(sheet, row.hold):
            return short_of(sheet, row, self.terms.due_fen)
        more = self.terms.due_fen - row.fen
        return "purse.short" if more > sheet.balance(accounts.account(row.card, "main")) else ""

    def enter(self, sheet: Sheet) -> int:
        row, due = _row(sheet, self.terms.hold), self.terms.due_fen
        assert row is not None
        if sold_of(sheet, row.hold):
            entry = give_back(sheet, row, due, self.key, self.operator)
            _end(sheet, row.hold, "settled" if due else "released", due, self.key)
            return entry
        kind, fen = ("sale", -due) if due else ("hold_released", row.fen)
        event = _event(sheet, kind, self.key, self.operator, row.card, row.issue, fen, row)
        entry = sheet.enter(event, hold.settled(row.card, row.fen, due, row.owner, row.outlet))
        _end(sheet, row.hold, "settled" if due else "released", due, self.key)
        return entry

    def balance(self, sheet: Sheet) -> int | None:
        row = _row(sheet, self.terms.hold)
        if row is None or sold_of(sheet, row.hold):
            return None
        return sheet.balance(accounts.account(row.card, "main"))


class Longer(msgspec.Struct, frozen=True):
    """``hold``: the id it was opened under."""

    hold: int
    until: int


class Extend(Order[Longer]):
    """They stay longer; no money moves."""

    def look(self, sheet: Sheet) -> None:
        """The card is only known inside the transaction."""

    def refusal(self, sheet: Sheet) -> str:
        row = _row(sheet, self.terms.hold)
        if row is None:
            return "hold.unknown"
        if row.state != "held":
            return "hold.ended"
        return "" if row.until < self.terms.until <= sheet.now + LONGEST_S else "hold.malformed"

    def enter(self, sheet: Sheet) -> int:
        table = tables.hold
        mine = (table.c.unit_id == sheet.unit, table.c.hold == self.terms.hold)
        sheet.connection.execute(update(table).where(*mine).values(until=self.terms.until))
        return 0


class ReleaseDue(Single):
    """Give back what nobody settled in time; how many."""

    def __init__(self, unit: int) -> None:
        self.unit = unit

    def want(self, sheet: Sheet) -> None:
        """What it looks at is only known inside the transaction."""

    def decide(self, sheet: Sheet) -> int:
        table = tables.hold
        query = (
            select(table)
            .where(table.c.unit_id == sheet.unit, table.c.state == "held", table.c.until <= sheet.now)
            .order_by(table.c.hold)
            .limit(CHUNK)
        )
        rows = sheet.connection.execute(query).all()
        for row in rows:
            key = sheet.server_key()
            if sold_of(sheet, row.hold):
                given = give_back(sheet, row, 0, key, 0) if not short_of(sheet, row, 0) else 0
                sheet.facts.put(key, Fact(None, Status.CREATED, "", given))
                _end(sheet, row.hold, "released", 0, key)
                continue
            event = _event(sheet, "hold_released", key, 0, row.card, row.issue, row.fen, row)
            entry = sheet.enter(event, hold.released(row.card, row.fen))
            sheet.facts.put(key, Fact(None, Status.CREATED, "", entry))
            _end(sheet, row.hold, "released", 0, key)
        return len(rows)


Place = Row[tuple[Any, ...]]


def _outlet(sheet: Sheet, number: int) -> "Place | None":
    query = select(outlet).where(outlet.c.unit_id == sheet.unit, outlet.c.outlet == number)
    return sheet.connection.execute(query).first()


def _row(sheet: Sheet, number: int) -> "Place | None":
    table = tables.hold
    query = select(table).where(table.c.unit_id == sheet.unit, table.c.hold == number)
    return sheet.connection.execute(query).first()


def _end(sheet: Sheet, number: int, state: str, due_fen: int, by: int) -> None:
    table = tables.hold
    sheet.connection.execute(
        update(table)
        .where(table.c.unit_id == sheet.unit, table.c.hold == number)
        .values(state=state, due_fen=due_fen, ended_by=by, ended_at=sheet.now)
    )


def _event(
    sheet: Sheet, kind: str, key: int, operator: int, card: int, issue: int, fen: int, place: Place
) -> Event:
    return Event(
        kind=kind,
        fact=key,
        card=card,
        issue=issue,
        outlet=place.outlet,
        owner=place.owner,
        operator=operator,
        at=sheet.now,
        day=card_day(business_day(sheet.now)),
        fen=fen,
    )
