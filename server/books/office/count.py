"""Uses sold in advance at a desk, and cleared when their day is over. They live on the server. F: B7"""

import re

import msgspec
from sqlalchemy import select

from onecard.books import accounts
from onecard.books.entry import Postings
from onecard.books.events import count
from onecard.clock import business_day, card_day
from onecard.money import MAX_FEN
from server.books.command import Order
from server.books.office.pocket import refusal
from server.books.sheet import Event, Sheet
from server.catalogue.tables import count_wallet
from server.rows import write_rows

_KIND = re.compile(r"[a-z0-9]{1,16}", re.ASCII)
_GATEWAY = re.compile(r"[a-z0-9_-]{1,32}", re.ASCII)
_MOST = 0xFFFF


class Selling(msgspec.Struct, frozen=True):
    """``times`` uses of ``kind`` for ``fen`` in a till, through ``gateway``, or, neither named, in the
    clerk's hands; ``until_day``: their last card day, 0 = for ever."""

    terminal: int
    card: int
    issue: int
    kind: str
    times: int
    fen: int
    until_day: int = 0
    gateway: str = ""


class SellCount(Order[Selling]):
    """What was paid → uses. Uses whose day is over are cleared first; those left get the later day."""

    def look(self, sheet: Sheet) -> None:
        terms = self.terms
        sheet.holders.cards.want(terms.card)
        sheet.holders.stops.want((terms.card, terms.issue))
        sheet.wallets.want(accounts.uses(terms.card, terms.kind), accounts.prepaid(terms.card, terms.kind))

    def refusal(self, sheet: Sheet) -> str:
        terms = self.terms
        if not _KIND.fullmatch(terms.kind) or not 0 < terms.times <= _MOST or not 0 <= terms.fen <= MAX_FEN:
            return "count.malformed"
        if terms.gateway and (terms.terminal or not _GATEWAY.fullmatch(terms.gateway)):
            return "recharge.source"
        if 0 < terms.until_day < _today(sheet):
            return "count.expired"
        return refusal(sheet, terms.card, terms.issue)

    def enter(self, sheet: Sheet) -> int:
        terms, today = self.terms, _today(sheet)
        held = until(sheet, terms.card, terms.kind)
        source = accounts.till(terms.terminal) if terms.terminal else accounts.operator_cash(self.operator)
        if terms.gateway:
            source = accounts.gateway(terms.gateway)
        postings = count.sold(source, terms.card, terms.kind, terms.times, terms.fen)
        left = sheet.balance(accounts.uses(terms.card, terms.kind))
        if held is not None and 0 < held < today:
            postings = (*_cleared(sheet, terms.card, terms.kind), *postings)
            left = 0
        last = terms.until_day
        if left > 0 and held is not None:
            last = 0 if 0 in (held, last) else max(held, last)
        row = (sheet.unit, terms.card, terms.kind, last)
        write_rows(sheet.connection, count_wallet, [row], replace=True)
        return sheet.enter(_event("count_sold", self, terms.card, terms.issue, terms.fen, sheet), postings)


class Clearing(msgspec.Struct, frozen=True):
    """Which count wallet of which card."""

    card: int
    issue: int
    kind: str


class ClearCount(Order[Clearing]):
    """uses → gone, when their day is over."""

    def look(self, sheet: Sheet) -> None:
        terms = self.terms
        sheet.holders.cards.want(terms.card)
        sheet.wallets.want(accounts.uses(terms.card, terms.kind), accounts.prepaid(terms.card, terms.kind))

    def refusal(self, sheet: Sheet) -> str:
        terms = self.terms
        held = until(sheet, terms.card, terms.kind)
        over = held is not None and 0 < held < _today(sheet)
        return "" if over and sheet.balance(accounts.uses(terms.card, terms.kind)) > 0 else "count.nothing"

    def enter(self, sheet: Sheet) -> int:
        terms = self.terms
        postings = _cleared(sheet, terms.card, terms.kind)
        fen = sheet.balance(accounts.prepaid(terms.card, terms.kind))
        return sheet.enter(_event("count_cleared", self, terms.card, terms.issue, -fen, sheet), postings)


def until(sheet: Sheet, card: int, kind: str) -> int | None:
    """The last day of a card's uses, 0 = they have none; ``None``: it never had such uses."""
    table = count_wallet
    query = select(table.c.until_day).where(
        table.c.unit_id == sheet.unit, table.c.card == card, table.c.kind == kind
    )
    return sheet.connection.execute(query).scalar()


def _cleared(sheet: Sheet, card: int, kind: str) -> Postings:
    times = max(0, sheet.balance(accounts.uses(card, kind)))
    return count.expired(card, kind, times, max(0, sheet.balance(accounts.prepaid(card, kind))))


def _today(sheet: Sheet) -> int:
    return card_day(business_day(sheet.now))


def _event(kind: str, order: SellCount | ClearCount, card: int, issue: int, fen: int, sheet: Sheet) -> Event:
    return Event(
        kind=kind, fact=order.key, card=card, issue=issue, operator=order.operator, at=sheet.now,
        day=_today(sheet), fen=fen,
    )  # fmt: skip
