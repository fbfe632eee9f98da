"""What the reader's side and a waiting screen say to each other about one card. Values only.

The same for every kind of station; what a task is and what can come of it is each app's own.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from onecard.errors import OneCardError
from onecard.ids import RecordId
from onecard.terminal.look import Look
from onecard.terminal.outcome import Unfinished

T_co = TypeVar("T_co", covariant=True)
R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True, kw_only=True)
class Complete:
    """The one task that every station knows: the same card again, for a write of unknown outcome."""

    unfinished: Unfinished

    @property
    def fen(self) -> int:
        return self.unfinished.fen


@dataclass(frozen=True, kw_only=True)
class Failed:
    """Nothing was written; why. ``gone``: the card left, or was not understood, before anything began."""

    error: OneCardError
    look: Look | None = None
    gone: bool = False


# -- what happens --------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A card came onto the reader."""

    at: float


@dataclass(frozen=True, kw_only=True)
class Lifted:
    """The reader is empty."""

    at: float


@dataclass(frozen=True, kw_only=True)
class Began:
    """The armed task has the card now; from here nobody can take it back."""

    at: float


@dataclass(frozen=True, kw_only=True)
class Ended(Generic[R_co]):
    """The task is through with the card."""

    result: R_co
    at: float


@dataclass(frozen=True, kw_only=True)
class Disarmed:
    """Answer to ``Disarm``: whether no card had the task yet."""

    in_time: bool
    at: float


# -- what is wanted ------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Arm(Generic[T_co]):
    """Give the next card to this task; with ``lying`` one that has had its turn will do as well."""

    task: T_co
    lying: bool = False


@dataclass(frozen=True)
class Disarm:
    """Take the task back unless a card has it already; answered by ``Disarmed``."""


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """Let the queue move on; ``supervisor`` where it takes one's word."""

    id: RecordId
    supervisor: int = 0


@dataclass(frozen=True, kw_only=True)
class GiveUp:
    """This station never completes it; ``why`` as in ``Station.give_up``."""

    id: RecordId
    why: str


@dataclass(frozen=True, kw_only=True)
class Sound:
    """A tone of ``onecard.ui.sound`` by name; ``quiet`` ends the one that goes on."""

    name: str
