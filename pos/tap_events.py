"""What goes into ``tap.step`` and what comes out of it: results of a card, events, commands. Values only."""

from dataclasses import dataclass

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
from pos.task import Task

# -- what comes back from a card ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Found:
    """An earlier tap of this station is still open on the card that came."""

    unfinished: Unfinished


@dataclass(frozen=True, kw_only=True)
class OnAccount:
    """The card only says whose account it is. ``card`` 0: not even that, the office may know its UID (hex),
    or the number on its stripe (``track``), or a ``code``.

    ``error``: what is to be said when the office does not know it either.
    """

    uid: str
    card: int = 0
    issue: int = 0
    type: int = 0
    error: OneCardError | None = None
    track: str = ""
    code: str = ""


Result = Completed | Unfinished | WrongCard | Look | Found | OnAccount | Failed


# -- events ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Somebody wants a card for ``task``. ``lying``: the one that lies there will do."""

    task: Task
    at: float
    lying: bool = False


@dataclass(frozen=True, kw_only=True)
class AskedFor:
    """``task`` needs the server's word and no card."""

    task: Task
    at: float


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What the server is asked is on disk: from here on only an answer ends it."""

    unfinished: Unfinished


@dataclass(frozen=True, kw_only=True)
class NoAnswer:
    """The question, or the order to cancel it, got none."""

    error: OneCardError
    at: float


#: How long the same card is waited for before its tap is set aside by itself.
ASIDE_AFTER_S = 15.0


@dataclass(frozen=True, kw_only=True)
class Ticked:
    """A moment has passed; ``patience_s`` is how long this station waits for the same card."""

    at: float
    patience_s: float = ASIDE_AFTER_S


@dataclass(frozen=True, kw_only=True)
class Dismissed:
    """Esc, or the next sale's first key."""


@dataclass(frozen=True, kw_only=True)
class Overridden:
    """A supervisor's word: set it aside now."""

    supervisor: int


@dataclass(frozen=True, kw_only=True)
class CompleteFound:
    """The goods were handed over: the unfinished tap that the card brought is to be completed."""

    at: float


@dataclass(frozen=True, kw_only=True)
class DropFound:
    """The goods were not handed over: it is given up, the office settles it, and the new task goes on."""

    at: float


@dataclass(frozen=True, kw_only=True)
class RungAgain:
    """The sale that was set aside is sold anew, in the place of the old one."""

    at: float


@dataclass(frozen=True, kw_only=True)
class NotAside:
    """Too many lie aside already: it is waited for again until a supervisor says otherwise."""

    at: float


Event = (
    Wanted
    | Placed
    | Lifted
    | Began
    | Ended[Result]
    | Ticked
    | Dismissed
    | Disarmed
    | Overridden
    | CompleteFound
    | DropFound
    | RungAgain
    | NotAside
    | AskedFor
    | Opened
    | NoAnswer
)

# -- commands ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Finish:
    """The task is done and its record is on disk: print, clear the bill, go on."""

    task: Task
    completed: Completed


@dataclass(frozen=True, kw_only=True)
class Tell:
    """A read that wrote nothing has its answer."""

    task: Task
    look: Look


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Write ``task`` down for this account and ask the server; without ``medium`` the task says whose."""

    task: Task
    medium: OnAccount | None


@dataclass(frozen=True, kw_only=True)
class AskAgain:
    """The same bytes once more."""

    id: RecordId


@dataclass(frozen=True, kw_only=True)
class AskToCancel:
    """From here on only the answer to this one counts."""

    id: RecordId


Command = Arm[Task] | Disarm | SetAside | GiveUp | Finish | Tell | Ask | AskAgain | AskToCancel | Sound
Commands = tuple[Command, ...]
