"""A kiosk's slip for cash without a card, out of credits that went nowhere else. F: D3"""

from sqlalchemy import Connection, select, update

from onecard.books.events import claim as event
from onecard.wire.errands import PayClaim
from onecard.wire.messages import Claim, GivenUp, Result, Status
from server.books.item import Item, answered, quarantine
from server.books.sheet import Event, Fact, Sheet
from server.books.tables import id_of, key_of
from server.claim.tables import claim
from server.rows import write_rows


def take_claim(sheet: Sheet, item: Item, body: Claim) -> Result | None:
    """unresolved → claim; the slip can be paid from here on."""
    again, result = answered(sheet, item)
    if again:
        return result
    notes = [sheet.notes.get(key_of(one)) for one in body.credits]
    free = len(set(body.credits)) == len(notes) and all(
        note is not None and note.used_by is None and one.terminal == body.id.terminal
        for one, note in zip(body.credits, notes, strict=True)
    )
    if not free or not body.credits or sum(note.fen for note in notes if note) != body.amount_fen:
        return quarantine(sheet, item, "credits_not_free")
    made = Event(
        kind="claim",
        fact=item.key,
        operator=body.operator,
        shift=body.shift,
        at=body.at,
        day=body.day,
        fen=body.amount_fen,
    )
    entry = sheet.enter(made, event.made(body, item.key))
    sheet.facts.put(item.key, Fact(item.digest, Status.CREATED, "", entry))
    for one in body.credits:
        sheet.use_note(key_of(one), item.key)
    row = (sheet.unit, item.key, body.id.terminal, body.amount_fen, body.digest, sheet.now, None, None)
    write_rows(sheet.connection, claim, [row])
    return None


def take_back(sheet: Sheet, item: Item, body: GivenUp, errand: PayClaim) -> bool:
    """till → claim: a shift ended before the till heard that it may pay, so nothing was handed out and the
    slip can be paid again. ``False``: another life of its disk may have heard so; a person has to look."""
    of = key_of(body.of)
    row = sheet.connection.execute(
        select(claim.c.claim, claim.c.fen).where(claim.c.unit_id == sheet.unit, claim.c.paid_by == of)
    ).first()
    if row is None or id_of(item.place).epoch != errand.id.epoch or answered(sheet, item)[0]:
        return False
    made = Event(
        kind="claim",
        fact=item.key,
        operator=errand.operator,
        shift=errand.shift,
        at=body.at,
        day=errand.day,
        fen=row.fen,
    )
    entry = sheet.enter(made, event.kept(row.claim, errand.id.terminal, row.fen))
    sheet.facts.put(item.key, Fact(item.digest, Status.CREATED, "", entry))
    mine = (claim.c.unit_id == sheet.unit, claim.c.claim == row.claim)
    sheet.connection.execute(update(claim).where(*mine).values(paid_by=None, paid_at=None))
    return True


def terminal_of(connection: Connection, unit: int, number: int) -> int | None:
    """Which kiosk made a slip; ``None``: none that we know of."""
    query = select(claim.c.terminal).where(claim.c.unit_id == unit, claim.c.claim == number)
    return connection.execute(query).scalar()
