"""What was asked of other people's card terminals beside a till, and what they said; the money is a sale's.

The record number of an order is its reference there, so that one order can be done once only.
"""

from typing import Annotated, Literal

from msgspec import Meta

from onecard.ids import RecordId
from onecard.wire.errands import Part
from onecard.wire.intents import Intent
from onecard.wire.message import Amount, Short
from onecard.wire.outcomes import OutcomeRecord


class ForeignOrder(Intent, frozen=True, kw_only=True, tag="foreign_order/1", omit_defaults=True):
    """On disk before the terminal hears of it. ``original``: reference of what is taken back. F: C16 C17"""

    device: Literal["bank", "city"]
    kind: Literal["sale", "void", "refund"]
    fen: Annotated[int, Meta(ge=1, le=(1 << 24) - 1)]
    original: Short = ""


class ForeignReturn(ForeignOrder, frozen=True, kw_only=True, tag="foreign_order/2", omit_defaults=True):
    """It pays a sale of ours back; only once it has may that be booked, and this is all there is to book it
    from after a power cut: which ``lines`` of ``sale`` (none: all that is left), why, by whose word. F: C7"""

    sale: RecordId
    lines: tuple[Part, ...] = ()
    sale_reason: Short = ""
    supervisor: int = 0


class ForeignWord(OutcomeRecord, frozen=True, kw_only=True, tag="foreign_word/1", omit_defaults=True):
    """What came of it, once that is certain. ``trace`` and ``batch`` find it at the bank; of a city card
    ``sequence``, both balances and ``proof`` are what its operator pays for."""

    is_approved: bool
    approval: Short = ""
    reason: Short = ""
    trace: Short = ""
    batch: Short = ""
    card: Short = ""
    sequence: Annotated[int, Meta(ge=0, lt=1 << 53)] = 0
    before_fen: Amount = 0
    after_fen: Amount = 0
    proof: Short = ""


class ForeignProof(OutcomeRecord, frozen=True, kw_only=True, tag="foreign_proof/1", omit_defaults=True):
    """Its money moved, nothing was sold, and the terminal cannot give it back: the member got that in
    writing, for its operator's counter; ``supervisor`` allowed it. F: C17"""

    supervisor: int = 0


#: Sales and what was taken back: how many, and fen.
Sums = tuple[
    Annotated[int, Meta(ge=0, lt=1 << 31)],
    Annotated[int, Meta(ge=0, lt=1 << 53)],
    Annotated[int, Meta(ge=0, lt=1 << 31)],
    Annotated[int, Meta(ge=0, lt=1 << 53)],
]


class ForeignTotals(Intent, frozen=True, kw_only=True, tag="foreign_totals/1", omit_defaults=True):
    """Somebody compared a batch with its terminal: our sums and theirs, also where they agree. F: C16"""

    device: Literal["bank", "city"]
    batch: Short
    ours: Sums
    theirs: Sums
