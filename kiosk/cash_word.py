"""What the cash intake hears beside the device's own reports, and what it orders: values and nothing else."""

import msgspec

from onecard.devices import acceptors as device
from onecard.ids import RecordId


class Note(msgspec.Struct, frozen=True):
    """The one note in flight. ``stack`` is the id of its journaled intent, None before it is on disk.

    ``is_coin``: it fell into the box unasked; there is no intent, and it can neither be held nor given back.
    """

    boot: int
    cycle: int
    value_fen: int
    stack: RecordId | None = None
    is_coin: bool = False


class Trial(msgspec.Struct, frozen=True):
    """An attendant tries the device with one note, which is given back and never ordered in. F: D7

    ``stage``: open, held (it is on its way back), returned, rejected (the mouth stays open), kept: what no
    escrow holds, or did not come back, was written down as whatever falls in without a card.
    """

    stage: str = "open"
    value_fen: int = 0

    @property
    def is_over(self) -> bool:
        return self.stage in ("returned", "kept")


# ---- events of our own, beside those of the device


class Open(msgspec.Struct, frozen=True):
    """A visit wants cash; notes up to ``room_fen`` fit. ``trial``: nobody pays, see ``Trial``."""

    room_fen: int
    trial: bool = False


class Room(msgspec.Struct, frozen=True):
    """Another acceptor has taken money of the same visit, or given some back: so much fits here now."""

    room_fen: int


class Close(msgspec.Struct, frozen=True):
    """The visit has ended or is finishing: no further note."""


class Reconnected(msgspec.Struct, frozen=True):
    """The line to the device was opened again: its cycles start afresh and it has forgotten what to take."""


class StackWritten(msgspec.Struct, frozen=True):
    """The stack intent is on disk."""

    id: RecordId


class CreditWritten(msgspec.Struct, frozen=True):
    """The credit is on disk."""

    value_fen: int


class NotWritten(msgspec.Struct, frozen=True):
    """The disk refused the last record."""


Event = device.Event | Open | Room | Close | Reconnected | StackWritten | CreditWritten | NotWritten


# ---- orders to the runner


class WriteStack(msgspec.Struct, frozen=True):
    """Journal the stack intent of this note, then report ``StackWritten`` or ``NotWritten``."""

    note: Note


class WriteCredit(msgspec.Struct, frozen=True):
    """Journal the credit, then report ``CreditWritten`` or ``NotWritten``."""

    note: Note
    value_fen: int
    assumed: bool


class WriteReturned(msgspec.Struct, frozen=True):
    """Journal that this stack intent never became money."""

    stack: RecordId


class WriteDoubt(msgspec.Struct, frozen=True):
    """Journal a doubt for the office: nobody may guess. It also settles ``note.stack`` where there is one."""

    what: str
    note: Note | None = None
    cycle: int = 0
    value_fen: int = 0


class Stack(msgspec.Struct, frozen=True):
    """Tell the device to keep the held note."""


class GiveBack(msgspec.Struct, frozen=True):
    """Tell the device to return the held note."""


class Acknowledge(msgspec.Struct, frozen=True):
    """Tell the device that its credit is on disk."""


class Enable(msgspec.Struct, frozen=True):
    """Take exactly these notes; none closes the mouth."""

    values_fen: frozenset[int]


Order = WriteStack | WriteCredit | WriteReturned | WriteDoubt | Stack | GiveBack | Acknowledge | Enable
