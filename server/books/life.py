"""Two lives of one terminal's disk that told different things under the same number. F: E8 G6

Whoever goes on from an older copy of a disk uses numbers again that the office knows already; when it learns
that, it issues its records once more in the next epoch. What was told first keeps the number. What was told
second counts as well, under the place where it stands now, and the office hears of both. On its card it still
has the old number, so the card's chain knows it by that.
"""

import hashlib

import msgspec
from sqlalchemy import select

from onecard.wire.messages import PURSE_INTENTS, Intent, decode_body
from server.books import tables
from server.books.case import amount_of, medium_of
from server.books.item import Item, differs
from server.books.sheet import Sheet
from server.books.tables import OF_EPOCH, OF_TERMINAL, id_of


def own(sheet: Sheet, item: Item) -> Item:
    """The record under the key by which the books know it."""
    if item.key == item.place or not isinstance(item.body, Intent):
        return item
    if not differs(sheet, item) and not is_other_tap(sheet, item):
        return item
    body = bytes(item.record.body)
    again = _again(sheet, item.key, item.place)
    if any(place >> OF_EPOCH == item.place >> OF_EPOCH and told != body for place, told in again):
        return item  # one life that says two things of one number is no life of its own
    key = min(place for place, told in again if told == body)
    if key == item.place:
        _tell(sheet, item)
    return msgspec.structs.replace(item, key=key)


def is_other_tap(sheet: Sheet, item: Item) -> bool:
    """Whether its number belongs to an open intent with other content."""
    tap = sheet.taps.open.get(item.key)
    return tap is not None and tap.body != bytes(item.record.body)


def told(sheet: Sheet, of: int, place: int) -> int:
    """The key of the intent that the record at ``place`` calls ``of``."""
    if of >> OF_TERMINAL != place >> OF_TERMINAL or of >> OF_EPOCH == place >> OF_EPOCH:
        return of
    first = _first(sheet, of)
    if first is None or not _has_an_identity(first):
        return of
    again = _again(sheet, of, place)
    if not again or again[-1][1] == first or _is_known_as(sheet, of, again[-1][1]):
        return of
    return min(where for where, body in again if body == again[-1][1])


def _is_known_as(sheet: Sheet, key: int, body: bytes) -> bool:
    """Whether the books took this very intent under its own number: what stood there first left it free."""
    tap, fact = sheet.taps.open.get(key), sheet.facts.get(key)
    if tap is not None and tap.body == body:
        return True
    return fact is not None and fact.digest == hashlib.sha256(body).digest()


def about(sheet: Sheet, of: int, card: int, issue: int) -> int:
    """The key of the open intent ``of`` that was meant for this card."""
    tap = sheet.taps.open.get(of)
    if tap is not None and (tap.card, tap.issue) == (card, issue):
        return of
    last = of >> OF_TERMINAL << OF_TERMINAL | (1 << OF_TERMINAL) - 1
    for place, _ in _again(sheet, of, last):
        tap = sheet.taps.open.get(place)
        if tap is not None and (tap.card, tap.issue) == (card, issue):
            return place
    return of


def key_on(sheet: Sheet, fact: int, card: int, issue: int) -> int:
    """The key of the entry by which the record that a card calls ``fact`` moved that card."""
    for key in (fact, *(place for place, _ in _again(sheet, fact, fact | (1 << OF_TERMINAL) - 1))):
        found = sheet.facts.get(key)
        event = sheet.events.get(found.entry) if found is not None and found.entry else None
        if event is not None and (event.card, event.issue) == (card, issue):
            return key
    return fact


def _tell(sheet: Sheet, item: Item) -> None:
    card, issue, fen = 0, 0, 0
    if isinstance(item.body, PURSE_INTENTS):
        (card, issue), fen = medium_of(item.body), amount_of(item.body)
    subject = f"{id_of(item.key)}/{id_of(item.place)}"
    sheet.inbox.add("record_conflict", subject, fact=item.place, card=card, issue=issue, fen=fen)


def _has_an_identity(body: bytes) -> bool:
    """Whether the books know it by its number; a note about another record leaves its own number free."""
    try:
        return isinstance(decode_body(body), Intent)
    except msgspec.DecodeError:
        return True  # quarantined under it


def _first(sheet: Sheet, key: int) -> bytes | None:
    """What stands at the place that an id names."""
    for row in sheet.records:  # (unit, place, at, mono, offset, body, hash, was, received)
        if row[1] == key:
            return bytes(row[5])
    table = tables.record
    query = select(table.c.body).where(table.c.unit_id == sheet.unit, table.c.record == key)
    found = sheet.connection.execute(query).scalar()
    return None if found is None else bytes(found)


def _again(sheet: Sheet, key: int, last: int) -> list[tuple[int, bytes]]:
    """(place, body) of each time that later lives issued ``key`` again, up to the place ``last``."""
    table = tables.record
    low = ((key >> OF_EPOCH) + 1) << OF_EPOCH
    query = select(table.c.record, table.c.body).where(
        table.c.unit_id == sheet.unit, table.c.record.between(low, last), table.c.was == key
    )
    found = {int(row.record): bytes(row.body) for row in sheet.connection.execute(query)}
    found.update({row[1]: bytes(row[5]) for row in sheet.records if row[7] == key and low <= row[1] <= last})
    return sorted(found.items())
