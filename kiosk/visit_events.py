"""What goes into ``visit.step`` and what comes out of it: results of a card, events, commands. Values."""

from dataclasses import dataclass
from typing import NamedTuple

from kiosk.by_uid import Stranger
from kiosk.task import Task
from onecard.cards.management.document import Management
from onecard.errors import OneCardError
from onecard.ids import RecordId
from onecard.terminal.card_event import (
    Arm,
    Began,
    Disarm,
    Disarmed,
    Ended,
    Failed,
    GiveUp,
    Lifted,
    Placed,
    SetAside,
    Sound,
)
from onecard.terminal.look import Look
from onecard.terminal.outcome import Completed, Unfinished, WrongCard
from onecard.wire.messages import CardStatus, Claim, Waiting
from onecard.wire.pockets import Pockets

# -- what comes back from a card ---------------------------------------------------------------------------


@dataclass(frozen=True)
class OtherCard:
    """Not the card of this visit; nothing was written to it."""


@dataclass(frozen=True)
class Managed:
    """A management card, and a good one; its PIN is still to come. F: A7"""

    card: Management


@dataclass(frozen=True, kw_only=True)
class Probed:
    """What lies on the reader, by kind: ``member``, ``management``, ``blank``, ``other_unit``, ``foreign``,
    ``broken``. F: D7"""

    kind: str
    medium: str
    uid: str


@dataclass(frozen=True, kw_only=True)
class Rekeyed:
    """A card with the newest keys; ``before``: of which version it was, 0 = it stood between two. F: H5"""

    who: str
    before: int
    now: int


class Slip(NamedTuple):
    """A claim and the code that is printed with it."""

    claim: Claim
    code: str


Result = (
    Completed | Unfinished | WrongCard | Look | Stranger | OtherCard | Managed | Probed | Rekeyed | Failed
)


@dataclass(frozen=True, kw_only=True)
class Cash:
    """How the mouths stand for this visit, all together. ``notes``: credited so far, notes and coins in the
    order in which they came, as ``(credit, fen)``."""

    notes: tuple[tuple[RecordId, int], ...] = ()
    #: Notes that nobody may guess about, as the journal names them: ``(doubt, fen)``.
    doubts: tuple[tuple[RecordId, int], ...] = ()
    room_fen: int = 0
    #: One of them is open.
    open: bool = False
    #: One of them has not answered yet.
    is_asked: bool = False
    #: A note is in flight; its value, 0 while none is.
    moving_fen: int = 0
    #: Its order to be stacked.
    moving: RecordId | None = None
    #: A note is inside and the device cannot say what becomes of it.
    stuck: bool = False
    #: Why none of them takes anything.
    fault: str = ""
    #: Each that takes nothing: its acceptor's serial number, and why.
    faults: tuple[tuple[str, str], ...] = ()

    @property
    def total_fen(self) -> int:
        return sum(fen for _, fen in self.notes)

    @property
    def at_rest(self) -> bool:
        """Every mouth is shut and nothing is in it."""
        return not self.open and not self.is_asked and self.moving_fen == 0


# -- events ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """A key of the screen by name. ``room_fen``: for ``cash``, how much may be taken, 0 = not now."""

    key: str
    at: float
    room_fen: int = 0


@dataclass(frozen=True, kw_only=True)
class Touched:
    """Somebody is there, whatever was touched."""

    at: float


@dataclass(frozen=True, kw_only=True)
class CashMoved:
    """The acceptor's side changed. ``visit``: whose session it speaks of."""

    visit: int
    cash: Cash
    at: float


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What the office knows of this card; ``None``: it could not be asked."""

    card: int
    issue: int
    status: CardStatus | None
    pockets: Pockets | None = None


@dataclass(frozen=True, kw_only=True)
class Named:
    """Whose account this UID is by the office's word, with what it told of it; or why nobody's."""

    uid: str
    at: float
    look: Look | None = None
    status: CardStatus | None = None
    error: OneCardError | None = None


@dataclass(frozen=True, kw_only=True)
class Waited:
    """Answer to ``Wait``: what is on the disk now, a load or a slip; neither: the disk refused it."""

    waiting: Waiting | None
    at: float
    slip: Slip | None = None


@dataclass(frozen=True, kw_only=True)
class Printed:
    """What became of the paper with this id."""

    id: str
    ok: bool
    #: Its printer cannot say.
    unsure: bool = False


@dataclass(frozen=True, kw_only=True)
class Eased:
    """Large print or low keys were asked for, or not any more."""

    on: bool
    at: float


@dataclass(frozen=True, kw_only=True)
class Left:
    """The area that has the screen is through with the visit."""

    at: float


@dataclass(frozen=True, kw_only=True)
class Ticked:
    """``idle_s``: how long an area may stand untouched; ``None``: it is at work."""

    at: float
    idle_s: float | None = None


Event = (
    Pressed
    | Touched
    | Placed
    | Lifted
    | Began
    | Ended[Result]
    | CashMoved
    | Answered
    | Named
    | Disarmed
    | Waited
    | Printed
    | Eased
    | Left
    | Ticked
)

# -- commands ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class OpenMouth:
    """Take notes for this card."""

    visit: int
    card: int
    issue: int
    room_fen: int


@dataclass(frozen=True)
class CloseMouth:
    """No further note."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What does the office know of this card?"""

    card: int
    issue: int


@dataclass(frozen=True, kw_only=True)
class AskUid:
    """Whose account is this plastic? Answered by ``Named``."""

    stranger: Stranger


@dataclass(frozen=True, kw_only=True)
class Wait:
    """These credits reached no card: they wait for it. Answered by ``Waited``.

    ``slip``: this card is dead for ever, so whoever stands there gets a slip where one can be printed.
    """

    card: int
    issue: int
    credits: tuple[RecordId, ...]
    slip: bool = False


@dataclass(frozen=True)
class Print:
    """A paper about what the visit has come to."""


@dataclass(frozen=True, kw_only=True)
class Speak:
    """Another language; "" is the station's own."""

    language: str


@dataclass(frozen=True)
class Forget:
    """The visit is over: nothing of it may stay anywhere; money left without a road is put on one."""


Command = (
    Arm[Task]
    | Disarm
    | OpenMouth
    | CloseMouth
    | Ask
    | AskUid
    | Wait
    | SetAside
    | GiveUp
    | Print
    | Sound
    | Speak
    | Forget
)
Commands = tuple[Command, ...]
