"""Contract of a city card's own terminal beside the till: bus and metro cards as money, debited by their
operator.

The operator's terminal has the keys; we send an amount with a reference and get a record that the operator
pays for. It debits each reference at most once. After a lost answer it is asked about the reference, with
the same card on it where it needs that. Online only, as far as we are concerned: no record, no goods.

A driver is polled; it has no thread, sleeps never and asks no clock.
"""

from typing import Protocol

import msgspec

from onecard.errors import Refused


class CityCard(msgspec.Struct, frozen=True):
    """A card on the terminal."""

    number: str
    balance_fen: int


class Debit(msgspec.Struct, frozen=True):
    """One order."""

    reference: str
    amount_fen: int
    card: str

    def __post_init__(self) -> None:
        assert 0 < self.amount_fen < 10_000_000, self.amount_fen
        assert self.reference.isascii(), self.reference
        assert 1 <= len(self.reference) <= 32, self.reference


class Record(msgspec.Struct, frozen=True):
    """What the operator pays for: kept for ever, exported in the operator's form. ``at`` is Unix seconds;
    ``proof`` the card's own signature over it, in hex, for the operator to check."""

    sequence: int
    reference: str
    card: str
    amount_fen: int
    before_fen: int
    after_fen: int
    at: int
    proof: str


class CardSeen(msgspec.Struct, frozen=True):
    """A card lies there."""

    card: CityCard


class CardLeft(msgspec.Struct, frozen=True):
    """It was taken."""


class Debited(msgspec.Struct, frozen=True):
    """The money moved."""

    record: Record


class Declined(msgspec.Struct, frozen=True):
    """No money moved: ``short``, ``stopped``, ``other_card``, ``no_card``, ``differs``."""

    reference: str
    reason: str


class NotFound(msgspec.Struct, frozen=True):
    """It has not done this reference and never will: no money moved."""

    reference: str


class CardNeeded(msgspec.Struct, frozen=True):
    """Whether it happened only the same card can tell: it has to be laid on again."""

    reference: str


class Unknown(msgspec.Struct, frozen=True):
    """No answer: money may have moved. Ask about the reference."""

    reference: str


class Records(msgspec.Struct, frozen=True):
    """Records after a sequence number, oldest first; ``is_all`` when there are no more."""

    records: tuple[Record, ...]
    is_all: bool


Event = CardSeen | CardLeft | Debited | Declined | NotFound | CardNeeded | Unknown | Records


class Rules(msgspec.Struct, frozen=True):
    """The operator's limits; 0 is none."""

    most_fen: int = 0
    most_per_day_fen: int = 0
    #: What has to stay on the card.
    least_left_fen: int = 0

    def check(self, card: CityCard, amount_fen: int, today_fen: int = 0) -> None:
        """``today_fen``: what this card paid today. Raises ``Refused``."""
        if self.most_fen and amount_fen > self.most_fen:
            raise Refused("city.most")
        if self.most_per_day_fen and today_fen + amount_fen > self.most_per_day_fen:
            raise Refused("city.most")
        if amount_fen > card.balance_fen - self.least_left_fen:
            raise Refused("city.short")


class CityTerminal(Protocol):
    """One terminal on one line. One question at a time: ``is_busy`` until its event came."""

    @property
    def is_busy(self) -> bool: ...

    def debit(self, order: Debit) -> None:
        """Do it once, or answer again what came of it. The order must be on disk before this is called."""
        ...

    def inquire(self, reference: str) -> None:
        """What came of it?"""
        ...

    def collect(self, after: int) -> None:
        """The records behind sequence number ``after``."""
        ...

    def poll(self) -> list[Event]:
        """What happened. Raises ``DeviceGone``; whatever was asked is then unknown."""
        ...

    def close(self) -> None: ...
