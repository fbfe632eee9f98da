"""Emptying a kiosk: what the books had put into the box leaves it; a miscount is named. F: G4

What was in the box is the notes credited between the last collection and this one in the kiosk's own journal:
exact, whatever of other terminals has not arrived.
"""

from sqlalchemy import func, select

from onecard.books.events import collect_cash
from onecard.wire.messages import Collection, Notes, Result, Status
from server.books import tables
from server.books.item import Item, answered
from server.books.sheet import Event, Fact, Sheet
from server.books.tables import id_of
from server.db import write_rows
from server.settlement import tables as settlement


def worth(notes: tuple[Notes, ...]) -> int:
    """Fen."""
    return sum(one.value_fen * one.count for one in notes)


def take_collection(sheet: Sheet, item: Item, body: Collection) -> Result | None:
    """cash box → the attendant's hands."""
    again, result = answered(sheet, item)
    if again:
        return result
    terminal, counted = body.id.terminal, worth(body.counted)
    booked = _in_box(sheet, terminal, item.key)
    event = Event(
        kind="collect_cash",
        fact=item.key,
        operator=body.operator,
        at=body.at,
        day=body.day,
        fen=counted,
    )
    entry = sheet.enter(event, collect_cash.postings(terminal, body.operator, booked, counted))
    sheet.facts.put(item.key, Fact(item.digest, Status.CREATED, "", entry))
    row = (
        sheet.unit, item.key, terminal, booked, counted, worth(body.metered), body.operator, body.witness,
        body.box, body.at,
    )  # fmt: skip
    write_rows(sheet.connection, settlement.collection, [row])
    if counted != booked:
        sheet.inbox.add("cash_difference", id_of(item.key), fact=item.key, fen=counted - booked)
    return None


def _in_box(sheet: Sheet, terminal: int, key: int) -> int:
    """Notes credited since the last collection, fen; those of this very batch are not in the tables yet."""
    box, note = settlement.collection, tables.note
    last = sheet.connection.execute(
        select(func.max(box.c.fact)).where(
            box.c.unit_id == sheet.unit, box.c.terminal == terminal, box.c.fact < key
        )
    ).scalar()
    start = last if last is not None else terminal << 32
    kept = sheet.connection.execute(
        select(func.coalesce(func.sum(note.c.fen), 0)).where(
            note.c.unit_id == sheet.unit, note.c.fact > start, note.c.fact < key
        )
    ).scalar_one()
    known = select(note.c.fact).where(note.c.unit_id == sheet.unit, note.c.fact > start, note.c.fact < key)
    written = set(sheet.connection.execute(known).scalars())
    fresh = (
        one.fen
        for place, one in sheet.notes.written()
        if one is not None and start < place < key and place not in written
    )
    return int(kept) + sum(fresh)
