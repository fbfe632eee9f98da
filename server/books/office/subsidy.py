"""Subsidies on their way to the members: delivering released lines, picking up, clearing what expired. F: B3

A line is delivered once, because its state changes in the transaction that posts it.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Row, insert, select, update

from onecard.books import accounts
from onecard.books.events import subsidy_clear, subsidy_release
from onecard.clock import business_day, card_day
from onecard.wire.messages import CardType, Status
from server.books.command import Single
from server.books.office.pocket import NO_TYPES, CardOrder, fill, look, pocket_of, refusal
from server.books.sheet import Event, Fact, Sheet
from server.cards import tables as cards
from server.subsidy.tables import subsidy_grant, subsidy_line, subsidy_list

#: Lines per transaction.
CHUNK = 500

Line = Row[tuple[Any, ...]]


class Deliver(Single):
    """Up to ``CHUNK`` lines that are due, of any released list; how many were looked at."""

    def __init__(self, unit: int, types: Mapping[int, CardType] = NO_TYPES) -> None:
        self.unit = unit
        self._types = types

    def want(self, sheet: Sheet) -> None:
        """What it looks at is only known inside the transaction."""

    def decide(self, sheet: Sheet) -> int:
        line = subsidy_line
        query = (
            select(line, subsidy_list.c.wallet, subsidy_list.c.expires_day)
            .join(
                subsidy_list,
                (subsidy_list.c.unit_id == line.c.unit_id) & (subsidy_list.c.list == line.c.list),
            )
            .where(line.c.unit_id == sheet.unit, line.c.state == "due")
            .order_by(line.c.list, line.c.line)
            .limit(CHUNK)
        )
        rows = sheet.connection.execute(query).all()
        found = _cards(sheet, sorted({row.member for row in rows}))
        for card, issue in found.values():
            look(sheet, card, issue)
        sheet.read()
        for row in rows:
            card, issue = found.get(row.member, (0, 0))
            give(sheet, row, card, issue, 0, self._types)
        return len(rows)


def _cards(sheet: Sheet, members: list[int]) -> dict[int, tuple[int, int]]:
    """The card of each member that money is sent to: the active one, of several the newest."""
    table = cards.card
    query = select(table.c.member, table.c.card, table.c.issue).where(
        table.c.unit_id == sheet.unit, table.c.member.in_(members), table.c.state == "active"
    )
    rows = sheet.connection.execute(query.order_by(table.c.card))
    return {row.member: (row.card, row.issue) for row in rows}


def give(
    sheet: Sheet,
    row: Line,
    card: int,
    issue: int,
    operator: int,
    types: Mapping[int, CardType],
) -> int:
    """Deliver one line to this card; its entry, 0 when it failed for a reason that the line keeps."""
    today = card_day(business_day(sheet.now))
    reason = "subsidy.no_card" if not card else refusal(sheet, card, issue)
    if not reason and row.expires_day and row.expires_day < today:
        reason = "subsidy.expired"
    medium = sheet.holders.media.get((card, issue)) if card else None
    if not reason and medium is not None and medium.until_day < today:
        reason = "card.expired"
    entry = 0 if reason else _post(sheet, row, card, issue, operator, types, today)
    line = subsidy_line
    state = {"state": "failed", "reason": reason} if reason else {"state": "delivered", "reason": ""}
    sheet.connection.execute(
        update(line)
        .where(line.c.unit_id == sheet.unit, line.c.list == row.list, line.c.line == row.line)
        .values(**state, card=card, entry=entry, at=sheet.now)
    )
    return entry


def _post(
    sheet: Sheet,
    row: Line,
    card: int,
    issue: int,
    operator: int,
    types: Mapping[int, CardType],
    today: int,
) -> int:
    key = sheet.server_key()
    pocket = pocket_of(sheet, card, issue, row.wallet, types)
    event = Event(
        kind="subsidy",
        fact=key,
        card=card,
        issue=issue,
        operator=operator,
        at=sheet.now,
        day=today,
        fen=row.fen,
    )
    postings = subsidy_release.postings(row.list, pocket.account, row.fen)
    rest = fill(sheet, pocket, row.fen, "subsidy", key, row.expires_day)
    entry = sheet.enter(event, (*postings, *rest))
    sheet.facts.put(key, Fact(None, Status.CREATED, "", entry))
    if not pocket.on_card:
        grant = (sheet.unit, card, row.wallet, row.list, row.line, row.fen, row.expires_day, 0)
        names = [column.name for column in subsidy_grant.c]
        sheet.connection.execute(insert(subsidy_grant).values(**dict(zip(names, grant, strict=True))))
    return entry


class Terms(msgspec.Struct, frozen=True):
    """Who has come for his subsidy; for all of it, or for this line of this list."""

    card: int
    issue: int
    list: int = 0
    line: int = 0


class PickUp(CardOrder[Terms]):
    """Everything that lies ready for the holder of a card that was tapped: tap = check + collect."""

    def look(self, sheet: Sheet) -> None:
        look(sheet, self.terms.card, self.terms.issue)
        sheet.holders.media.want((self.terms.card, self.terms.issue))

    def refusal(self, sheet: Sheet) -> str:
        medium = sheet.holders.media.get((self.terms.card, self.terms.issue))
        no = refusal(sheet, self.terms.card, self.terms.issue)
        if not no and medium is not None and medium.until_day < card_day(business_day(sheet.now)):
            no = "card.expired"
        return no or ("" if self._ready(sheet) else "subsidy.nothing")

    def _ready(self, sheet: Sheet) -> list[Line]:
        card, line = sheet.holders.cards.get(self.terms.card), subsidy_line
        if card is None or not card.member:
            return []
        today = card_day(business_day(sheet.now))
        query = (
            select(line, subsidy_list.c.wallet, subsidy_list.c.expires_day)
            .join(
                subsidy_list,
                (subsidy_list.c.unit_id == line.c.unit_id) & (subsidy_list.c.list == line.c.list),
            )
            .where(line.c.unit_id == sheet.unit, line.c.member == card.member, line.c.state == "ready")
            .where((subsidy_list.c.collect_until == 0) | (subsidy_list.c.collect_until >= today))
            .order_by(line.c.list, line.c.line)
        )
        if self.terms.list:
            query = query.where(line.c.list == self.terms.list, line.c.line == self.terms.line)
        return list(sheet.connection.execute(query))

    def enter(self, sheet: Sheet) -> int:
        terms = self.terms
        entries = [
            give(sheet, row, terms.card, terms.issue, self.operator, self.types) for row in self._ready(sheet)
        ]
        return next((entry for entry in entries if entry), 0)


class Clear(Single):
    """Put back what expired in wallets on the server; up to ``CHUNK`` wallets, how many were looked at."""

    def __init__(self, unit: int) -> None:
        self.unit = unit

    def want(self, sheet: Sheet) -> None:
        """What it looks at is only known inside the transaction."""

    def decide(self, sheet: Sheet) -> int:
        table, today = subsidy_grant, card_day(business_day(sheet.now))
        due = (table.c.cleared == 0) & (table.c.expires_day > 0) & (table.c.expires_day < today)
        query = (
            select(table.c.card, table.c.wallet)
            .where(table.c.unit_id == sheet.unit, due)
            .distinct()
            .order_by(table.c.card, table.c.wallet)
            .limit(CHUNK)
        )
        pockets = [(row.card, row.wallet) for row in sheet.connection.execute(query)]
        sheet.wallets.want(*(accounts.account(card, wallet) for card, wallet in pockets))
        sheet.wallets.read()
        for card, wallet in pockets:
            _clear(sheet, card, wallet, today)
        return len(pockets)


def _clear(sheet: Sheet, card: int, wallet: str, today: int) -> None:
    table = subsidy_grant
    mine = (table.c.unit_id == sheet.unit, table.c.card == card, table.c.wallet == wallet)
    rows = sheet.connection.execute(select(table).where(*mine, table.c.cleared == 0)).all()
    grants = [subsidy_clear.Grant(row.list, row.fen, row.expires_day) for row in rows]
    account = accounts.account(card, wallet)
    parts = subsidy_clear.expired(sheet.balance(account), grants, today)
    sheet.connection.execute(
        update(table).where(*mine, table.c.expires_day > 0, table.c.expires_day < today).values(cleared=1)
    )
    fen = sum(parts.values())
    if not fen:
        return
    key = sheet.server_key()
    event = Event(kind="subsidy_clear", fact=key, card=card, at=sheet.now, day=today, fen=-fen)
    entry = sheet.enter(event, subsidy_clear.postings(account, parts))
    sheet.facts.put(key, Fact(None, Status.CREATED, "", entry))
