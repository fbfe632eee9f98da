"""What the edge calls: uploads, account sales, cancels. Checks chains and signatures, posts nothing itself.

    Uploaded = await upload(lane, Sender(unit, terminal, verify), message)
    Answer   = await account_sale(lane, unit, terminal, raw_body)
    Answer   = await cancel(lane, unit, record_id)
"""

from collections.abc import Callable

import msgspec

from onecard.ids import RecordId
from onecard.wire.messages import Answer, Upload, Uploaded
from server.books.lane import Lane


class Sender(msgspec.Struct, frozen=True):
    """Who uploads. ``verify(head, signature)``: is it the terminal's over the 32-byte head hash?"""

    unit: int
    terminal: int
    verify: Callable[[bytes, bytes], bool]


async def upload(lane: Lane, sender: Sender, message: Upload) -> Uploaded:
    """Keep and post up to 1,000 journal records; the answer's watermark says where to go on.

    Raises ``Refused``: ``upload.too_many``, ``upload.broken_chain``, ``upload.bad_signature``;
    ``server.books.lane.Overloaded`` (503) when the queue is full.
    """
    raise NotImplementedError


async def account_sale(lane: Lane, unit: int, terminal: int, body: bytes) -> Answer:
    """Decide a sale (or void) of an account card. The same body again: the same answer again.

    Raises ``Refused`` (``request.malformed``, ``request.not_yours``): nothing is stored then.
    """
    raise NotImplementedError


async def cancel(lane: Lane, unit: int, of: RecordId) -> Answer:
    """A tombstone under ``of`` (``refused``, reason ``cancelled``), or what was already answered."""
    raise NotImplementedError
