"""One journal record on its way into the books, and the two answers that keep it out of them."""

import hashlib

import msgspec

from onecard.ids import RecordId
from onecard.wire.messages import PURSE_INTENTS, Body, Record, Result, Status
from server.books.case import result_of
from server.books.sheet import Fact, Sheet
from server.books.tables import id_of, key_of


class Item(msgspec.Struct, frozen=True, gc=False):
    """One record, decoded. ``place``: where it stands; ``key``: its identity (where it first stood)."""

    record: Record
    place: int
    key: int
    body: Body | None
    fault: str
    #: What is wrong with the card's own proof of it: a kind of the inbox, "" if nothing. The fact stands.
    doubt: str = ""
    #: Made after the loss of its box was reported.
    is_late: bool = False

    @property
    def digest(self) -> bytes:
        """Of the body, byte for byte."""
        return hashlib.sha256(self.record.body).digest()


def conflict(sheet: Sheet, item: Item, kind: str) -> Result:
    """Other content under a known id or place: never a success, and the office is told."""
    sheet.inbox.add(kind, f"{id_of(item.place)}/{item.record.hash[:16]}", fact=item.place)
    return Result(id=id_of(item.key), status=Status.CONFLICT, reason=kind)


def quarantine(
    sheet: Sheet, item: Item, reason: str, *, card: int = 0, issue: int = 0, fen: int = 0
) -> Result:
    """Keep it away from the books until somebody has looked."""
    key = item.key if item.body is not None else item.place
    if sheet.facts.get(key) is not None:
        return conflict(sheet, item, "record_conflict")
    fact = Fact(item.digest, Status.QUARANTINED, reason)
    sheet.facts.put(key, fact)
    said = {"card": card, "issue": issue, "fen": fen}
    sheet.inbox.add("quarantined", id_of(key), fact=key, reason=reason, **said)
    return result_of(key, fact)


def differs(sheet: Sheet, item: Item) -> bool:
    """Whether this id was answered before for other content."""
    fact = sheet.facts.get(item.key)
    if fact is None:
        return False
    if fact.digest is None:
        # A tombstone. A purse cannot be cancelled: the hole in its card's chain will name this record.
        return isinstance(item.body, PURSE_INTENTS) and item.body.purse is not None
    return fact.digest != item.digest and not _is_repair(sheet, item)


def answered(sheet: Sheet, item: Item) -> tuple[bool, Result | None]:
    """Was this id answered before, by any road?"""
    fact = sheet.facts.get(item.key)
    if fact is None:
        return False, None
    if differs(sheet, item):
        return True, conflict(sheet, item, "record_conflict")
    return True, result_of(item.key, fact) if fact.status == Status.QUARANTINED else None


def _is_repair(sheet: Sheet, item: Item) -> bool:
    """These are the bytes to which a quarantined record was put right: the same answer as the original's."""
    repair = sheet.inbox.repairs.get(item.key)
    return repair is not None and repair.digest == item.digest


def place_of(terminal: int, epoch: int, seq: int) -> int:
    """The key of a place in a journal."""
    return key_of(RecordId(terminal, epoch, seq))
