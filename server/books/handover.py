"""Carrying what one plastic holds over to another: now as far as it is sure, the rest when all is known.

A plastic that was given up stays the books' old one for every record that still arrives; what is left on it
then goes where the first part went.
"""

from collections.abc import Sequence

import msgspec
from sqlalchemy import select, update

from onecard.books import accounts
from onecard.books.entry import Postings
from onecard.books.events import handover as event
from onecard.books.events import load
from onecard.books.wallets import ON_CARD
from onecard.rules.loads import UNLOSS
from onecard.wire.messages import Lock
from server.books.numbering import number_load
from server.books.original import intent_of
from server.books.sheet import Sheet
from server.cards import tables
from server.cards.link import Medium
from server.cards.loads import RECALLED, WAITING, WITHDRAWN_KIND, Row
from server.rows import write_rows


class Handover(msgspec.Struct, frozen=True):
    """``to_card`` 0: its holder took the money, nothing follows it."""

    card: int
    issue: int
    to_card: int
    to_issue: int
    kind: str
    asked_by: int
    stop_version: int
    at: int
    trued_at: int | None = None

    @property
    def medium(self) -> Medium:
        return (self.card, self.issue)


def keep(sheet: Sheet, handover: Handover) -> None:
    """Remember where a plastic's money went (writes)."""
    row = (sheet.unit, *msgspec.structs.astuple(handover))
    write_rows(sheet.connection, tables.handover, [row], replace=True)


def find(sheet: Sheet, medium: Medium) -> Handover | None:
    """Where the money of a plastic went, if it was given up."""
    table = tables.handover
    mine = (table.c.unit_id == sheet.unit, table.c.card == medium[0], table.c.issue == medium[1])
    row = sheet.connection.execute(select(table).where(*mine)).first()
    return None if row is None else Handover(*tuple(row)[1:])


def trued(sheet: Sheet, medium: Medium) -> None:
    """What was held back has followed (writes)."""
    table = tables.handover
    mine = (table.c.unit_id == sheet.unit, table.c.card == medium[0], table.c.issue == medium[1])
    sheet.connection.execute(update(table).where(*mine).values(trued_at=sheet.now))


class Target(msgspec.Struct, frozen=True):
    """Where money goes: to wait for another plastic, or (``on_card`` False) at once to wallets on the
    server."""

    card: int
    issue: int
    on_card: bool = True

    def account(self, wallet: str) -> str:
        if self.on_card:
            return accounts.waiting(self.card, self.issue, wallet)
        return accounts.account(self.card, wallet)


def fill(sheet: Sheet, to: Target, wallet: str, fen: int, kind: str, key: int, expires_day: int) -> Postings:
    """``fen`` was just posted to the target: its number if it waits; what else goes into the entry."""
    if not to.on_card:
        return ()
    if fen > 0:
        return number_load(sheet, to.card, to.issue, fen, kind, key, wallet=wallet, expires_day=expires_day)
    if fen:
        sheet.loads.add(to.card, to.issue, fen, kind, key, wallet=wallet)
    return ()


def last_load(sheet: Sheet, medium: Medium, lock: int) -> int:
    """The last load on a plastic that the record ``lock`` locked; without it, by the books. What has a lower
    number is on it, though its record may be missing."""
    intent = intent_of(sheet, lock) if lock else None
    if isinstance(intent, Lock) and isinstance(intent.purse.last_load, int):
        return intent.purse.last_load
    return sheet.loads.last_applied(*medium)


def end_load(sheet: Sheet, medium: Medium, number: int, row: Row) -> Postings:
    """A load that nobody can write onto its plastic any more (writes). If it was wanted back, it goes back:
    these postings; otherwise none, and its money is the caller's to send on."""
    target = sheet.loads.end_withdrawal(*medium, number, "done") if row.state == RECALLED else ""
    sheet.loads.bury(*medium, number)
    return load.withdrawn(*medium, row.wallet, target, row.fen) if target else ()


def carry_loads(
    sheet: Sheet, old: Medium, to: Target, key: int, *, published: bool, behind: int = 0
) -> Postings:
    """Loads that are not on the old plastic get new numbers on the new one; those that some station may
    still write onto the old one only when ``published`` says that none can. One that is wanted back is such
    a load too, and goes back then. ``behind``: the last number that is on the old one."""
    found: Postings = ()
    for number, row in sheet.loads.unapplied(*old):
        if number <= behind or (row.state != WAITING and not published and row.fen):
            continue
        back = end_load(sheet, old, number, row)
        found += back
        if back or row.kind in (UNLOSS, WITHDRAWN_KIND) or not row.fen:
            continue
        found += event.renumbered(*old, to.account(row.wallet), row.wallet, row.fen)
        if to.on_card:
            # Debt was taken when it got its first number.
            sheet.loads.add(
                to.card, to.issue, row.fen, row.kind, key, wallet=row.wallet, expires_day=row.expires_day
            )
    return found


def carry_rest(
    sheet: Sheet, old: Medium, to: Target, key: int, expiry: Sequence[tuple[str, int]] = ()
) -> Postings:
    """All that the books still have on the old plastic; what they have below zero is owed."""
    days = dict(expiry)
    found: Postings = ()
    for wallet in ON_CARD:
        name = wallet.name
        fen = sheet.balance(accounts.purse(*old, name))
        if fen > 0:
            found += event.carried(*old, to.account(name), name, fen)
            found += fill(sheet, to, name, fen, "true_up", key, days.get(name, 0))
        elif fen < 0:
            found += event.short(*old, to.card, name, -fen)
    return found
