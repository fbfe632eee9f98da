"""Contract of a bank's card terminal beside the till: an amount goes in, an approval comes out, online only.

Every order has a reference of ours, and the terminal does each reference at most once: the same order
again is answered with its first outcome. Where no answer came, nothing is known and nothing may be sold or
refunded until the terminal was asked about that reference; ``payment.py`` holds to this. No card number
passes here but its tail.

A driver is polled; it has no thread, sleeps never and asks no clock.
"""

from typing import Literal, Protocol

import msgspec

#: The kinds of order that move money.
Kind = Literal["sale", "void", "refund"]


class Order(msgspec.Struct, frozen=True):
    """One order. ``original``: the sale that is voided (whole, same batch) or refunded (in part, any
    batch)."""

    kind: Kind
    reference: str
    amount_fen: int
    original: str = ""

    def __post_init__(self) -> None:
        assert 0 < self.amount_fen < 1_000_000_000, self.amount_fen
        assert (self.kind == "sale") == (self.original == ""), self.original
        assert self.reference.isascii(), self.reference
        assert 1 <= len(self.reference) <= 32, self.reference


class Approved(msgspec.Struct, frozen=True):
    """Money moved. ``approval`` is kept with the sale for ever; ``trace`` and ``batch`` find it at the
    bank."""

    reference: str
    amount_fen: int
    approval: str
    trace: str
    batch: str
    card_tail: str = ""


class Declined(msgspec.Struct, frozen=True):
    """No money moved."""

    reference: str
    reason: str


class NotFound(msgspec.Struct, frozen=True):
    """Asked about a reference, the terminal has never heard of it: no money moved, and none will by it."""

    reference: str


class Unknown(msgspec.Struct, frozen=True):
    """No answer in time, or the line broke: money may have moved. Ask about the reference."""

    reference: str


class Totals(msgspec.Struct, frozen=True):
    """What the terminal says it did in a batch."""

    batch: str
    sale_count: int
    sale_fen: int
    back_count: int
    back_fen: int


class NoTotals(msgspec.Struct, frozen=True):
    """The terminal did not tell its totals."""


Outcome = Approved | Declined | NotFound | Unknown
Event = Outcome | Totals | NoTotals


class BankTerminal(Protocol):
    """One terminal on one line. One question at a time: ``is_busy`` until its event came."""

    @property
    def is_busy(self) -> bool: ...

    def order(self, order: Order) -> None:
        """Do it, or answer again what came of it. The order must be on disk before this is called."""
        ...

    def inquire(self, reference: str) -> None:
        """What came of it?"""
        ...

    def ask_totals(self, batch: str = "") -> None:
        """Of a batch, or of the open one."""
        ...

    def poll(self) -> list[Event]:
        """What came. Raises ``DeviceGone``; whatever was asked is then unknown."""
        ...

    def close(self) -> None: ...
