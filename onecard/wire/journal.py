"""Journal records as they travel up, and the answer with its watermarks."""

from enum import StrEnum

import msgspec
from msgspec import Raw

from onecard.ids import RecordId
from onecard.wire.message import Hex, Message


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One journal record as it travels. ``body`` is kept byte for byte; ``hash`` covers it and ``prev``."""

    seq: int
    at: int
    mono_ms: int
    offset_s: int  # server time − this clock, at the last contact
    body: Raw
    prev: Hex
    hash: Hex
    #: Set on a record issued again after a cloned or restored disk: where it stood first.
    was: tuple[int, int] | None = None


class Upload(Message, frozen=True, kw_only=True, tag="upload/1"):
    """Records in order, ≤ 1,000, and the Ed25519 signature over the head they end at."""

    epoch: int
    records: tuple[Record, ...]
    signature: Hex


class Status(StrEnum):
    """What became of one record or request."""

    CREATED = "created"
    EXISTS = "exists"
    CONFLICT = "conflict"
    REFUSED = "refused"
    QUARANTINED = "quarantined"


class Result(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer about one id; the same question gets the same answer for ever."""

    id: RecordId
    status: Status
    reason: str = ""
    entry: int = 0


class Uploaded(Message, frozen=True, kw_only=True, tag="uploaded/1"):
    """Watermarks after an upload. Only what is not simply created or exists is listed in ``results``."""

    received: int
    durable: int
    books_epoch: int
    now: int
    results: tuple[Result, ...] = ()
