"""What the edge calls: uploads, account sales, cancels. Checks chains and signatures, posts nothing itself.

Uploaded = await upload(lane, Sender(unit, terminal, verify), message)
Answer   = await account_sale(lane, unit, terminal, raw_body)
Answer   = await cancel(lane, unit, record_id)
"""

import struct
from collections.abc import Callable

import msgspec

from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.wire.chain import DAMAGED, record_hash
from onecard.wire.messages import (
    Answer,
    Body,
    Intent,
    ProvedDone,
    Record,
    Sale,
    Seen,
    Upload,
    Uploaded,
    Void,
    decode_body,
)
from server.books.case import fault_of
from server.books.decision import Decide, Tombstone
from server.books.item import Item, place_of
from server.books.journal import Journal
from server.books.lane import Lane
from server.books.tables import in_range, key_of
from server.catalogue.terms import NO_TERMS, Terms

#: Records per upload; the lane commits as many at once.
MOST = 1_000


class Sender(msgspec.Struct, frozen=True):
    """Who uploads. ``verify(head, signature)``: is it the terminal's over the 32-byte head hash?"""

    unit: int
    terminal: int
    verify: Callable[[bytes, bytes], bool]
    #: What is wrong with a CPU card's proof, "" if nothing; ``None``: there are no keys to tell.
    doubt: Callable[[ProvedDone], str] | None = None
    #: When its box was reported lost, server time; 0: it was not.
    lost_at: int = 0


async def upload(lane: Lane, sender: Sender, message: Upload) -> Uploaded:
    """Keep and post up to 1,000 journal records; the answer's watermark says where to go on.

    Raises ``Refused``: ``upload.too_many``, ``upload.broken_chain``, ``upload.bad_signature``;
    ``server.books.lane.Overloaded`` (503) when the queue is full.
    """
    if len(message.records) > MOST:
        raise Refused("upload.too_many", most=MOST)
    _check_chain(sender.terminal, message)
    if message.records:
        head = bytes.fromhex(message.records[-1].hash)
        if not sender.verify(head, bytes.fromhex(message.signature)):
            raise Refused("upload.bad_signature")
    epoch = message.epoch
    items = tuple(_item(sender, epoch, record) for record in message.records)
    intake = await lane.do(Journal(sender.unit, sender.terminal, epoch, items))
    return Uploaded(
        received=intake.received,
        durable=0,  # nothing is off-site yet, so terminals keep everything
        books_epoch=intake.books_epoch,
        now=lane.clock.now(),
        results=intake.results,
    )


def _check_chain(terminal: int, message: Upload) -> None:
    before: Record | None = None
    for record in message.records:
        if not 0 < record.seq < 1 << 24:
            raise Refused("upload.broken_chain", seq=record.seq)
        if before is not None and (record.seq != before.seq + 1 or record.prev != before.hash):
            raise Refused("upload.broken_chain", seq=record.seq)
        try:
            own = record_hash(
                record.prev,
                terminal,
                message.epoch,
                record.seq,
                record.at,
                record.mono_ms,
                record.offset_s,
                bytes(record.body),
            )
        except (struct.error, ValueError) as error:
            raise Refused("upload.broken_chain", seq=record.seq) from error
        # What its own terminal calls damaged cannot be read again; its hash still ties those behind it.
        if own != record.hash and bytes(record.body) != DAMAGED:
            raise Refused("upload.broken_chain", seq=record.seq)
        before = record


def _item(sender: Sender, epoch: int, record: Record) -> Item:
    place = place_of(sender.terminal, epoch, record.seq)
    own = RecordId(sender.terminal, *(record.was or (epoch, record.seq)))
    if bytes(record.body) == DAMAGED:
        return Item(record, place, place, None, "damaged")
    try:
        body = decode_body(record.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Item(record, place, place, None, "malformed")
    if not in_range(own) or body.id != own:
        return Item(record, place, place, None, "not_its_place")
    is_late = 0 < sender.lost_at < record.at + record.offset_s
    return Item(record, place, key_of(own), body, _fault(sender, body), _doubt(sender, body), is_late)


def _doubt(sender: Sender, body: Body) -> str:
    """A proof that was not verified is never simply taken: the office sees that it was not."""
    if not isinstance(body, ProvedDone):
        return ""
    return "tac_unchecked" if sender.doubt is None else sender.doubt(body)


def _fault(sender: Sender, body: Body) -> str:
    """What forbids to act on a record, "" if nothing does."""
    if isinstance(body, Intent):
        return fault_of(body) if body.unit == sender.unit else "other_unit"
    # Anybody may tell what a card says; what became of an intent is its own terminal's word alone.
    return "" if isinstance(body, Seen) or body.of.terminal == sender.terminal else "not_its_intent"


async def account_sale(lane: Lane, unit: int, terminal: int, body: bytes, terms: Terms = NO_TERMS) -> Answer:
    """Decide a sale (or void) of an account card. The same body again: the same answer again."""
    return await lane.do(sale_of(unit, terminal, body, terms))


def sale_of(unit: int, terminal: int, body: bytes, terms: Terms = NO_TERMS) -> Decide:
    """What ``account_sale`` asks of the books.

    ``terms``: the rules that hold. Raises ``Refused`` (``request.malformed``,
    ``request.not_yours``): nothing is stored then.
    """
    try:
        intent = decode_body(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused("request.malformed") from error
    if not isinstance(intent, (Sale, Void)) or intent.purse is not None or fault_of(intent):
        raise Refused("request.malformed")
    if intent.id.terminal != terminal or intent.unit != unit:
        raise Refused("request.not_yours")
    return Decide(unit, intent, body, terms)


async def cancel(lane: Lane, unit: int, of: RecordId) -> Answer:
    """A tombstone under ``of`` (``refused``, reason ``cancelled``), or what was already answered."""
    return await lane.do(Tombstone(unit, key_of(of)))
