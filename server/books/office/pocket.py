"""One wallet of one card as the office pays into it: on the server at once, or waiting for the card. F: A3"""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from onecard.books import accounts
from onecard.books.entry import Postings
from onecard.books.events import debt
from onecard.books.wallets import NAMES
from onecard.wire.messages import CardType
from server.books.command import Order
from server.books.numbering import number_load
from server.books.sheet import Sheet

T = TypeVar("T", bound=msgspec.Struct)
NO_TYPES: Mapping[int, CardType] = {}
#: Cards of these states still belong to somebody, so their money can be put right.
ALIVE = ("active", "lost", "frozen")


class CardOrder(Order[T]):
    """An order about a card; its type says where its money lives."""

    def __init__(
        self, unit: int, key: int, terms: T, operator: int, types: Mapping[int, CardType] = NO_TYPES
    ) -> None:
        super().__init__(unit, key, terms, operator)
        self.types = types


class Pocket(msgspec.Struct, frozen=True):
    """``on_card``: the money goes by way of numbered loads."""

    card: int
    issue: int
    wallet: str
    on_card: bool

    @property
    def account(self) -> str:
        if self.on_card:
            return accounts.waiting(self.card, self.issue, self.wallet)
        return accounts.account(self.card, self.wallet)


def pocket_of(sheet: Sheet, card: int, issue: int, wallet: str, types: Mapping[int, CardType]) -> Pocket:
    """Where this wallet of a known card lives."""
    row = sheet.holders.cards.get(card)
    terms = types.get(row.type) if row is not None else None
    return Pocket(card, issue, wallet, wallet in NAMES and (terms is None or terms.purse_on_card))


def refusal(sheet: Sheet, card: int, issue: int) -> str:
    """The code of what keeps money from this card, "" if nothing does."""
    row = sheet.holders.cards.get(card)
    if row is None or row.issue != issue or row.state in ("reserved", "released"):
        return "card.unknown"
    if row.state != "active" or sheet.holders.stops.get((card, issue)) is not None:
        return "card.stopped"
    return ""


def look(sheet: Sheet, card: int, issue: int, *wallets: str) -> None:
    """Announce what paying into these wallets looks at."""
    sheet.holders.cards.want(card)
    sheet.holders.stops.want((card, issue))
    sheet.loads.want(card, issue)
    sheet.wallets.want(accounts.debt(card))
    for wallet in wallets:
        sheet.wallets.want(accounts.waiting(card, issue, wallet), accounts.account(card, wallet))


def fill(sheet: Sheet, pocket: Pocket, fen: int, kind: str, key: int, expires_day: int = 0) -> Postings:
    """``fen`` > 0 has just been posted to the pocket: number it if it waits, and what else goes into the
    same entry. Only the main wallet pays debts."""
    card = pocket.card
    if pocket.on_card:
        return number_load(
            sheet, card, pocket.issue, fen, kind, key, wallet=pocket.wallet, expires_day=expires_day
        )
    if pocket.wallet != "main":
        return ()
    owed = max(0, -sheet.balance(accounts.debt(card)))
    return debt.taken(card, pocket.account, min(owed, fen))


def empty(sheet: Sheet, pocket: Pocket, fen: int, kind: str, key: int) -> int:
    """``fen`` > 0 is to leave the pocket: a negative load takes it when the card comes; a wallet on the
    server gives what it has. How much of it is owed instead."""
    if pocket.on_card:
        sheet.loads.add(pocket.card, pocket.issue, -fen, kind, key, wallet=pocket.wallet)
        return 0
    return max(0, fen - max(0, sheet.balance(pocket.account)))
