"""What the orders about a card's life have in common: whose word counts, what a plastic is good for now."""

import msgspec
from sqlalchemy import Connection, select

from onecard.books import accounts
from onecard.books.wallets import ON_CARD
from onecard.clock import business_day, card_day
from onecard.ids import SERVER_TERMINAL, RecordId
from server.books import tables
from server.books.original import intent_of
from server.books.sheet import Event, Sheet
from server.books.tables import key_of
from server.cards.link import Medium
from server.cards.stops import count_of, take_number


def today(sheet: Sheet) -> int:
    """The business day of the office."""
    return card_day(business_day(sheet.now))


def server_key(connection: Connection, unit: int) -> int:
    """An id of the server's own for an order that nobody's form brought (writes)."""
    seq = take_number(connection, unit, "server_seq")
    epoch = count_of(connection, unit, "books_epoch") or 1
    return key_of(RecordId(SERVER_TERMINAL, epoch & 0xFF, seq))


def two_people(asked_by: int, agreed_by: int) -> str:
    """The refusal when one person would do what takes two, "" if two do."""
    return "approval.same_person" if asked_by == agreed_by or not asked_by or not agreed_by else ""


def shift_has_ended(sheet: Sheet, key: int, event: Event) -> bool:
    """Whether nothing more can happen at the station to a sale of its own: the shift is closed and here."""
    terminal = key >> 32
    if event.shift == 0 or sheet.chains.is_lost_terminal(terminal):
        return True
    for _, fact, number, shift, _, _, opened_at, at, _, first, last, *_ in sheet.closes:
        mine = (number, shift) == (terminal, event.shift)
        if mine and ended_by(fact, first, last, opened_at, at, key, event.at):
            return True
    table = tables.shift_close
    columns = (table.c.fact, table.c.first, table.c.last, table.c.opened_at, table.c.at)
    query = select(*columns).where(
        table.c.unit_id == sheet.unit, table.c.terminal == terminal, table.c.shift == event.shift
    )
    return any(ended_by(*row, key, event.at) for row in sheet.connection.execute(query))


def ended_by(fact: int, first: int, last: int, opened_at: int, closed_at: int, sale: int, at: int) -> bool:
    """Whether this close of its terminal and shift number is that of a sale. A spare box counts its shifts
    from 1 again, so the number alone says nothing: the close's own records do. Of one that was begun in
    another life of the disk there is no range; it is known by its time."""
    if last > 0:
        return first <= sale <= last
    return fact > sale and opened_at <= at <= closed_at


class Held(msgspec.Struct, frozen=True):
    """What a plastic surely holds in one wallet, and until which day (0 = for ever)."""

    wallet: str
    fen: int
    expires_day: int


def held(sheet: Sheet, medium: Medium) -> list[Held]:
    """By wallet the lesser of what the books say and what the card said last: a record that is missing may
    have put on what the books lack, or taken what they still have."""
    chain = sheet.chains.heads.get(medium)
    if chain is None:
        return []
    last = intent_of(sheet, chain.head)
    purse = None if last is None else last.purse
    slots = () if purse is None else (purse.after.slot1, purse.after.slot2, purse.after.slot3)
    found = []
    for wallet in ON_CARD:
        fen = min(sheet.balance(accounts.purse(*medium, wallet.name)), chain.after[wallet.place])
        day = slots[wallet.place - 1].expiry_day if wallet.place and slots else 0
        found.append(Held(wallet.name, max(0, fen), day))
    return found


def want_medium(sheet: Sheet, card: int, issue: int) -> None:
    """Announce what a decision about a plastic looks at."""
    sheet.holders.cards.want(card)
    sheet.holders.media.want((card, issue))
    sheet.holders.stops.want((card, issue))
    sheet.chains.heads.want((card, issue))
    sheet.loads.want(card, issue)
    sheet.wallets.want(
        accounts.debt(card),
        accounts.deposit(card),
        accounts.account(card, "main"),
        *(accounts.purse(card, issue, wallet.name) for wallet in ON_CARD),
        *(accounts.waiting(card, issue, wallet.name) for wallet in ON_CARD),
    )
