"""Emptying a kiosk: what the books had put into a box leaves it; a miscount is named. F: G4

What was in the box is the notes credited between its last collection and this one in the kiosk's own journal:
exact, whatever of other terminals has not arrived. A kiosk with two acceptors names the box it means
(``Collection.box``, the acceptor's serial number); without a name it is all that lies in the kiosk. In the
books both boxes are one account: who carries the money owes for it all, and each note says its acceptor.
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
    booked = _in_box(sheet, terminal, body.box, item.key)
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
        difference = counted - booked
        sheet.inbox.add(
            "cash_difference", id_of(item.key), fact=item.key, fen=difference, acceptor=body.acceptor
        )
    return None


def _in_box(sheet: Sheet, terminal: int, box: str, key: int) -> int:
    """Notes credited since the last collection of their box, fen; ``box`` "": of every box."""
    emptied = _emptied(sheet, terminal, key)
    whole = max(emptied.pop("", 0), terminal << 32)
    since = {one: max(whole, fact) for one, fact in emptied.items()}
    start = since.get(box, whole) if box else whole
    return sum(
        fen for fact, acceptor, fen in _credited(sheet, box, start, key) if fact > since.get(acceptor, whole)
    )


def _emptied(sheet: Sheet, terminal: int, key: int) -> dict[str, int]:
    """Box → its newest collection before this one."""
    made = settlement.collection
    mine = (made.c.unit_id == sheet.unit, made.c.terminal == terminal, made.c.fact < key)
    query = select(made.c.box, func.max(made.c.fact)).where(*mine).group_by(made.c.box)
    return {box: int(fact) for box, fact in sheet.connection.execute(query)}


def _credited(sheet: Sheet, box: str, start: int, key: int) -> list[tuple[int, str, int]]:
    """Credits between two records, of one acceptor or of all; those of this very batch are not in the tables
    yet."""
    note = tables.note
    query = select(note.c.fact, note.c.acceptor, note.c.fen).where(
        note.c.unit_id == sheet.unit, note.c.fact > start, note.c.fact < key
    )
    if box:
        query = query.where(note.c.acceptor == box)
    found = {int(r.fact): (str(r.acceptor), int(r.fen)) for r in sheet.connection.execute(query)}
    for place, one in sheet.notes.written():
        if one is not None and start < place < key and (not box or one.acceptor == box):
            found[place] = (one.acceptor, one.fen)
    return [(fact, acceptor, fen) for fact, (acceptor, fen) in found.items()]
