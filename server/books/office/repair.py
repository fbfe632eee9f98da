"""A quarantined record is put right and posted under its own id; the original bytes stay what they were.

Both digests are kept, so the original sent again answers ``exists``. Whether a card took what it says is said
by the two people who looked, from the evidence: the chain names it, or it does not. F: A4 G6
"""

import hashlib
from typing import Any

import msgspec
from sqlalchemy import Row, select

from onecard.errors import Refused
from onecard.wire.messages import (
    PURSE_INTENTS,
    Body,
    Credit,
    Intent,
    Record,
    Status,
    Waiting,
    decode_body,
)
from server.books.case import Case, fault_of
from server.books.cash import take_credit, take_waiting
from server.books.command import Order
from server.books.item import Item
from server.books.office.bear import settled
from server.books.office.desk import two_people
from server.books.sheet import Fact, Sheet
from server.books.tables import id_of
from server.books.written import post
from server.exceptions.inbox import Repair
from server.exceptions.tables import exception

BODY_MOST = 16_384


class Terms(msgspec.Struct, frozen=True):
    """``fact``: the quarantined id; ``body``: its record as it should have been; ``written``: whether the
    card took it (of intents that write one)."""

    exception: int
    fact: int
    body: bytes
    written: bool
    asked_by: int
    note: str


def read(body: bytes) -> Body:
    """What a repaired record says. Raises ``Refused("repair.malformed" | "repair.fault")``."""
    if len(body) > BODY_MOST:
        raise Refused("repair.malformed")
    try:
        found = decode_body(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused("repair.malformed") from None
    if not isinstance(found, (*PURSE_INTENTS, Credit, Waiting)):
        raise Refused("repair.kind")
    why = fault_of(found)
    if why:
        raise Refused("repair.fault", why=why)
    return found


class PutRight(Order[Terms]):
    """Whatever the record does, as if it had come so."""

    def look(self, sheet: Sheet) -> None:
        sheet.facts.want(self.terms.fact)
        sheet.inbox.repairs.want(self.terms.fact)

    def _row(self, sheet: Sheet) -> "Row[tuple[Any, ...]] | None":
        query = select(exception).where(
            exception.c.unit_id == sheet.unit, exception.c.exception == self.terms.exception
        )
        return sheet.connection.execute(query).first()

    def refusal(self, sheet: Sheet) -> str:
        terms, row = self.terms, self._row(sheet)
        fact = sheet.facts.get(terms.fact)
        if row is None or row.kind != "quarantined" or row.fact != terms.fact:
            return "exception.unknown"
        if row.closed_at is not None or sheet.inbox.repairs.get(terms.fact) is not None:
            return "exception.closed"
        if fact is None or fact.status != Status.QUARANTINED:
            return "exception.unknown"
        try:
            body = read(terms.body)
        except Refused as refused:
            return refused.code
        if not isinstance(body, Intent) or body.id != id_of(terms.fact) or body.unit != sheet.unit:
            return "repair.other_id"
        return two_people(terms.asked_by, self.operator)

    def enter(self, sheet: Sheet) -> int:
        terms = self.terms
        original = sheet.facts.get(terms.fact)
        body = read(terms.body)
        digest = hashlib.sha256(terms.body).digest()
        # The fact itself is for ever; what it stands for from now on is kept beside it.
        sheet.facts.show(terms.fact, None)
        if isinstance(body, PURSE_INTENTS):
            if terms.written:
                post(sheet, Case(terms.fact, digest, body))
            else:
                sheet.facts.put(terms.fact, Fact(digest, Status.REFUSED, "not_written"))
        elif isinstance(body, (Credit, Waiting)):
            self._cash(sheet, body, digest)
        found = sheet.facts.get(terms.fact)
        assert found is not None
        assert original is not None
        sheet.facts.show(terms.fact, original)
        sheet.inbox.repairs.put(
            terms.fact,
            Repair(
                digest, terms.body, str(found.status), found.reason, found.entry, terms.asked_by,
                self.operator, sheet.now,
            ),
        )  # fmt: skip
        settled(sheet, terms.exception, "repair", "", terms.asked_by, self.operator, terms.note, self.key)
        return found.entry

    def _cash(self, sheet: Sheet, body: Credit | Waiting, digest: bytes) -> None:
        raw = msgspec.Raw(self.terms.body)
        record = Record(seq=1, at=body.at, mono_ms=0, offset_s=0, body=raw, prev="", hash="")
        item = Item(record, self.terms.fact, self.terms.fact, body, "")
        result = (
            take_credit(sheet, item, body) if isinstance(body, Credit) else take_waiting(sheet, item, body)
        )
        if result is not None and result.status is Status.QUARANTINED:
            sheet.facts.put(self.terms.fact, Fact(digest, Status.REFUSED, result.reason))
