"""Between the reader's thread and the screen's: one task at most waits for a card, and one side gets it.

The reader is looked at all the time and talked to only while a task is armed. A card has one turn per
placing: one that lies there from the time before has to be lifted, so a second tap on "paid" does nothing.
Threads meet in one queue of one place, whose ``popleft`` is atomic; a lock was not needed.
"""

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from onecard.cards.medium import StorageCard
from onecard.clock import Clock
from onecard.errors import Refused
from onecard.terminal.card_event import Began, Ended, Failed, Lifted, Placed

T = TypeVar("T")
R = TypeVar("R")


class Gate(Generic[T, R]):
    """``tell`` gets every event on the reader's thread; whoever wires it hands them to the screen's."""

    def __init__(
        self,
        run: Callable[[T, StorageCard], R],
        tell: Callable[[Placed | Lifted | Began | Ended[R | Failed]], None],
        nudge: Callable[[Callable[[], None]], object],
        clock: Clock,
    ) -> None:
        """``nudge`` runs its argument on the reader's thread, soon."""
        self._run, self._tell, self._nudge, self._clock = run, tell, nudge, clock
        self._armed: deque[tuple[T, bool]] = deque(maxlen=1)
        self._card: StorageCard | None = None
        self._used = False

    # -- the screen's thread -----------------------------------------------------------------------------

    def arm(self, task: T, *, lying: bool = False) -> None:
        """The next card is for this task; with ``lying`` one that has had its turn will do."""
        self._armed.append((task, lying))
        self._nudge(self._try)

    def disarm(self) -> bool:
        """Take the task back. ``False``: a card has it, its outcome will be told."""
        try:
            self._armed.popleft()
        except IndexError:
            return False
        return True

    # -- the reader's thread -----------------------------------------------------------------------------

    def changed(self, card: StorageCard | None) -> None:
        """A card came, or the reader is empty."""
        had, self._card, self._used = self._card is not None, card, False
        now = self._clock.monotonic()
        if had:
            self._tell(Lifted(at=now))
        if card is not None:
            self._tell(Placed(at=now))
            self._try()

    def refused(self, refusal: Refused) -> None:
        """The reader cannot take what lies there (two cards): said only while a card is wanted."""
        if self.disarm():
            now = self._clock.monotonic()
            self._tell(Began(at=now))
            self._tell(Ended(result=Failed(error=refusal, gone=True), at=now))

    def _try(self) -> None:
        card = self._card
        if card is None:
            return
        try:
            if self._used and not self._armed[0][1]:
                return  # this card has had its turn
            task, _ = self._armed.popleft()
        except IndexError:
            return
        self._used = True
        self._tell(Began(at=self._clock.monotonic()))
        result = self._run(task, card)
        self._tell(Ended(result=result, at=self._clock.monotonic()))
