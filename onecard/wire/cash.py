"""Bodies of what happens to notes at a kiosk: an order to stack, a credit, what became of it, and doubts;
and of emptying the box.

A credit is one note and one posting (cash box → unresolved); what it buys is another record (domain.md §7).
"""

import hashlib
from typing import Annotated

import msgspec
from msgspec import Meta

from onecard.ids import RecordId
from onecard.wire.intents import Intent
from onecard.wire.message import Amount, CardNo, Hex, IssueNo, Short


class Stack(Intent, frozen=True, kw_only=True, tag="stack/1"):
    """A note is in escrow and will be ordered into the cash box. Not money yet. F: D3"""

    acceptor: Short
    boot: int
    cycle: int
    value_fen: Amount
    card: int = 0
    issue: int = 0


class Credit(Intent, frozen=True, kw_only=True, tag="credit/1"):
    """The acceptor said that a note is ours: cash box → unresolved, and nothing else. F: D3

    One per (acceptor, boot, cycle). ``assumed``: the value is the journaled escrow's, flagged for the office.
    """

    acceptor: Short
    boot: int
    cycle: int
    value_fen: Amount
    card: int = 0
    issue: int = 0
    assumed: bool = False


class Waiting(Intent, frozen=True, kw_only=True, tag="waiting/1"):
    """Credits that reached no card become a waiting load of the card that opened the session. F: D3"""

    card: CardNo
    issue: IssueNo
    amount_fen: Amount
    credits: tuple[RecordId, ...]


class CashDoubt(Intent, frozen=True, kw_only=True, tag="cash_doubt/1"):
    """Something about a note that nobody may guess: it goes to the office with time, note and card."""

    acceptor: Short
    boot: int
    cycle: int
    value_fen: int = 0
    what: Short
    card: int = 0
    issue: int = 0


class Notes(msgspec.Struct, frozen=True, array_like=True):
    """``[value_fen, count]``: how many of one denomination."""

    value_fen: Amount
    count: Annotated[int, Meta(ge=0, lt=1 << 24)]


class Collection(Intent, frozen=True, kw_only=True, tag="collection/1"):
    """The attendant (``operator``) took the cash box out and counted it, the meter unseen. F: D7 G4"""

    acceptor: Short
    box: Short = ""
    counted: tuple[Notes, ...]
    #: What the meter says since the last collection; shown to nobody before the count is in.
    metered: tuple[Notes, ...] = ()
    witness: int = 0


class Claim(Intent, frozen=True, kw_only=True, tag="claim/1"):
    """Credits of nobody's card become a slip; this record's id is its number. F: D3

    ``digest``: of the code that is printed on it and stands nowhere else (``claim_digest``).
    """

    amount_fen: Amount
    credits: tuple[RecordId, ...]
    digest: Hex


def claim_digest(number: RecordId, code: str) -> str:
    """What is kept of a slip's code."""
    return hashlib.sha256(f"claim {number} {code.strip().upper()}".encode()).hexdigest()
