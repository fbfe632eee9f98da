"""What a card says, as values: identity, the purse record, and the two copies read together.

Knows no bytes (``layout.py``), no reader and no rule; every number has the width the card gives it.
Layout and meaning are domain.md §4.
"""

import msgspec

from onecard.ids import RecordId

SLOTS = 3


class Slot(msgspec.Struct, frozen=True, array_like=True):
    """A side wallet on the card: ``[amount_fen u24, expiry_day u16]``; expiry in card days, 0 = never."""

    amount_fen: int = 0
    expiry_day: int = 0


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Sector s: who this card is. Days are card days; ``until_day`` and ``from_day`` inclusive."""

    unit: int
    card: int
    issue: int
    type: int
    key_version: int
    until_day: int
    class_: int = 0
    from_day: int = 0
    flags: int = 0


class Purse(msgspec.Struct, frozen=True, kw_only=True):
    """One whole purse record: the money, what happened last, and the totals that limits need.

    ``last_epoch`` / ``last_seq`` / ``last_terminal`` are the id of the intent that wrote this record;
    day and meal totals are in units of ￥0.10, rounded up (they guard limits, they are not money).
    """

    main_fen: int = 0
    slots: tuple[Slot, Slot, Slot] = (Slot(), Slot(), Slot())
    counter: int = 0
    last_terminal: int = 0
    last_epoch: int = 0
    last_seq: int = 0
    last_time: int = 0  # card seconds
    last_load: int = 0
    day_total: int = 0
    day_count: int = 0
    meal_total: int = 0
    meal_count: int = 0
    first_n: int = 0
    layout: int = 1
    locked: bool = False

    @property
    def last(self) -> RecordId:
        """The intent that wrote this record; ``0-0-0`` on a card that was only personalised."""
        return RecordId(self.last_terminal, self.last_epoch, self.last_seq)


class CardImage(msgspec.Struct, frozen=True, kw_only=True):
    """One good read of a whole card."""

    uid: bytes
    identity: Identity
    newest: Purse
    #: The other copy, if it verifies: the record before the newest one.
    older: Purse | None
    #: Which copy the newest record stands in, 0 = A, 1 = B; the next write goes to the other one.
    copy: int

    @property
    def last_amount_fen(self) -> int | None:
        """What the last transaction changed in the main purse; ``None`` when the older copy is torn."""
        return None if self.older is None else self.newest.main_fen - self.older.main_fen
