"""Cash as stations report it: banknotes, one credit each, and the close of each shift. F: C8 D3

A note that was credited before, or credits that went elsewhere, are kept out for the office: never a guess.
"""

from sqlalchemy import select

from onecard.books import accounts
from onecard.books.events import credit as credit_event
from onecard.books.events import debt
from onecard.books.events import drawer as drawer_event
from onecard.books.events import waiting as waiting_event
from onecard.ids import RecordId
from onecard.rules.terms import types_at
from onecard.wire.messages import (
    CashDoubt,
    Credit,
    DrawerMove,
    Result,
    ShiftClose,
    ShiftOpen,
    Status,
    Waiting,
    decode_body,
)
from server.books import life, tables
from server.books.item import Item, answered, quarantine
from server.books.numbering import number_load
from server.books.sheet import Event, Fact, Note, Sheet
from server.books.tables import id_of, key_of
from server.catalogue.terms import types_of


def take_credit(sheet: Sheet, item: Item, body: Credit) -> Result | None:
    """cash box → unresolved, once per note."""
    again, result = answered(sheet, item)
    if again:
        return result
    if _note_known(sheet, body):
        return quarantine(sheet, item, "note_twice")
    event = _event(body, item.key, "credit", body.card, body.issue, body.value_fen)
    entry = sheet.enter(event, credit_event.postings(body))
    sheet.facts.put(item.key, Fact(item.digest, Status.CREATED, "", entry))
    note = Note(body.id.terminal, body.acceptor, body.boot, body.cycle, body.value_fen)
    sheet.notes.put(item.key, note)
    if body.assumed:
        sheet.inbox.add("credit_assumed", id_of(item.key), fact=item.key, card=body.card, fen=body.value_fen)
    return None


def _note_known(sheet: Sheet, body: Credit) -> bool:
    """One note, one credit: (terminal, acceptor, boot, cycle) names it."""
    name = (body.id.terminal, body.acceptor, body.boot, body.cycle)
    for _, note in sheet.notes.written():
        if note is not None and (note.terminal, note.acceptor, note.boot, note.cycle) == name:
            return True
    table = tables.note
    query = select(table.c.fact).where(
        table.c.unit_id == sheet.unit,
        table.c.terminal == body.id.terminal,
        table.c.acceptor == body.acceptor,
        table.c.boot == body.boot,
        table.c.cycle == body.cycle,
    )
    return sheet.connection.execute(query).first() is not None


def take_waiting(sheet: Sheet, item: Item, body: Waiting) -> Result | None:
    """unresolved → a waiting load, from credits that went nowhere else."""
    again, result = answered(sheet, item)
    if again:
        return result
    keys = [life.told(sheet, key_of(one), item.place) for one in body.credits]
    notes = [sheet.notes.get(key) for key in keys]
    free = len(set(body.credits)) == len(notes) and all(
        note is not None and note.used_by is None and one.terminal == body.id.terminal
        for one, note in zip(body.credits, notes, strict=True)
    )
    if not free or sum(note.fen for note in notes if note is not None) != body.amount_fen:
        return quarantine(sheet, item, "credits_not_free")
    event = _event(body, item.key, "waiting", body.card, body.issue, body.amount_fen)
    if _is_account(sheet, body):
        owed = max(0, -sheet.balance(accounts.debt(body.card)))
        account = accounts.account(body.card, "main")
        debts = debt.taken(body.card, account, min(owed, body.amount_fen))
        entry = sheet.enter(event, waiting_event.account_postings(body) + debts)
    else:
        debts = number_load(sheet, body.card, body.issue, body.amount_fen, "recharge", item.key)
        entry = sheet.enter(event, waiting_event.postings(body) + debts)
    sheet.facts.put(item.key, Fact(item.digest, Status.CREATED, "", entry))
    for key in keys:
        sheet.use_note(key, item.key)
    return None


def _is_account(sheet: Sheet, body: Waiting) -> bool:
    """Whether the card's money is at the office, by the types that the kiosk held."""
    row = sheet.holders.cards.get(body.card)
    named = types_of(sheet.connection, sheet.unit, body.versions.types)
    if row is None or named is None:
        return False
    card_type = types_at((one for one in named if one.type == row.type), body.at).get(row.type)
    return card_type is not None and not card_type.purse_on_card


def _event(body: Credit | Waiting, key: int, kind: str, card: int, issue: int, fen: int) -> Event:
    return Event(
        kind=kind,
        fact=key,
        card=card,
        issue=issue,
        operator=body.operator,
        shift=body.shift,
        at=body.at,
        day=body.day,
        fen=fen,
    )


def take_drawer(sheet: Sheet, item: Item, body: DrawerMove) -> Result | None:
    """Cash for no sale: from or to the vault, or to be explained. F: C8"""
    again, result = answered(sheet, item)
    if again:
        return result
    event = Event(
        kind="drawer",
        fact=item.key,
        operator=body.operator,
        shift=body.shift,
        at=body.at,
        day=body.day,
        fen=body.fen if body.way == "in" else -body.fen,
    )
    entry = sheet.enter(event, drawer_event.postings(body))
    sheet.facts.put(item.key, Fact(item.digest, Status.CREATED, "", entry))
    if body.reason != drawer_event.SAFE:
        sheet.inbox.add("drawer", id_of(item.key), fact=item.key, fen=event.fen, what=body.reason)
    return None


def take_doubt(sheet: Sheet, item: Item, body: CashDoubt) -> None:
    """Something about a note that nobody may guess: the office has note, time and card."""
    sheet.inbox.add(
        "cash_doubt",
        id_of(item.key),
        fact=item.key,
        card=body.card,
        issue=body.issue,
        fen=body.value_fen,
        what=body.what,
        acceptor=body.acceptor,
    )


def take_close(sheet: Sheet, item: Item, body: ShiftClose) -> None:
    """Keep what the Z said; whether the books agree is ``reconcile``'s question."""
    table, terminal = tables.shift_close, body.id.terminal
    known = select(table.c.fact).where(table.c.unit_id == sheet.unit, table.c.fact == item.key)
    if sheet.connection.execute(known).first() is not None:
        return
    first, last = (key_of(RecordId(terminal, body.id.epoch, seq)) for seq in (body.first_seq, body.last_seq))
    if not _opens(sheet, first, body.shift):
        first, last = 0, -1  # begun in another life of that disk: no range of records is this shift
    sheet.closes.append(
        (
            sheet.unit, item.key, terminal, body.shift, body.z, body.operator, body.opened_at, body.at,
            body.day, first, last, body.float_fen, body.expected_fen, body.counted_fen,
        )
    )  # fmt: skip


def _opens(sheet: Sheet, place: int, shift: int) -> bool:
    """Whether the record there opened this shift."""
    bodies = [row[5] for row in sheet.records if row[1] == place]
    if not bodies:
        table = tables.record
        query = select(table.c.body).where(table.c.unit_id == sheet.unit, table.c.record == place)
        bodies = list(sheet.connection.execute(query).scalars())
    opened = decode_body(bodies[0]) if bodies else None
    return isinstance(opened, ShiftOpen) and opened.shift == shift
