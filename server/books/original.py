"""An intent as it came up, looked up again: for what the chain of its card needs later. Reads only."""

from sqlalchemy import select

from onecard.wire.messages import decode_body
from server.books import tables
from server.books.case import Written
from server.books.sheet import Event, Sheet
from server.books.tables import id_of


def intent_of(sheet: Sheet, fact: int) -> Written | None:
    """The intent of this id, this batch included; as it was put right if it was quarantined."""
    repaired = sheet.inbox.repairs.get(fact)
    raw = repaired.body if repaired is not None else _kept(sheet, fact)
    body = None if raw is None else decode_body(raw)
    return body if isinstance(body, Written) else None


def _kept(sheet: Sheet, fact: int) -> bytes | None:
    for row in sheet.records:  # (unit, place, at, mono, offset, body, hash, was, received)
        if fact in (row[1], row[7]):
            return bytes(row[5])
    table = tables.record
    mine = (table.c.unit_id == sheet.unit,)
    query = select(table.c.body).where(*mine, table.c.record == fact, table.c.was.is_(None))
    found = sheet.connection.execute(query).scalar()
    if found is None:
        # Issued again after a cloned or restored disk: it stands elsewhere in its terminal's journal.
        low = fact >> 32 << 32
        query = select(table.c.body).where(*mine, table.c.was == fact)
        found = sheet.connection.execute(query.where(table.c.record.between(low, low + (1 << 32)))).scalar()
    return None if found is None else bytes(found)


def purse_entry(sheet: Sheet, fact: int) -> tuple[int, Event | None]:
    """The entry by which a written intent moved its card's purse. One that was given up with cash in the till
    has two under its name: the cash, and later the purse under an id of the server's own."""
    found = sheet.facts.get(fact)
    event = sheet.events.get(found.entry) if found is not None and found.entry else None
    if found is None or event is None or not event.kind.endswith("_held"):
        return (0, None) if found is None else (found.entry, event)
    kind = event.kind.removesuffix("_held")
    for number, one in sheet.events.written():
        if one is not None and (one.kind, one.card, one.issue, one.at) == (
            kind, event.card, event.issue, event.at,
        ):  # fmt: skip
            return number, one
    table = tables.entry
    query = select(table.c.entry, table.c.fact).where(
        table.c.unit_id == sheet.unit, table.c.card == event.card, table.c.issue == event.issue,
        table.c.kind == kind, table.c.at == event.at, table.c.shift == event.shift,
    )  # fmt: skip
    for row in sheet.connection.execute(query):
        if id_of(row.fact).terminal != id_of(fact).terminal:
            return int(row.entry), sheet.events.get(row.entry)
    return 0, None
