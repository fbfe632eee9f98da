"""What time it is for a decision, whatever the wall clock says.

Time runs from the last contact with the office on the monotonic clock, so that setting the wall clock
during a session moves nothing. Without a contact since start the wall clock is believed if it fits what this
terminal has lived through; if not, time goes on from the newest moment known and ``is_sure`` says no.
Rejected: following every step of the wall clock, which would be a way round day limits and validity.
"""

from typing import Final

from onecard.clock import Clock
from onecard.errors import Refused
from onecard.journal.journal import Journal

#: The wall clock may be behind the newest record by so much (two clocks never agree to the second) …
BEHIND_S: Final = 120
#: … and ahead by so much: longer than a summer's closure is more likely a dead battery.
AHEAD_S: Final = 180 * 86_400


class Moment:
    """The terminal's own idea of now. ``known``: the newest server time that anything here has seen."""

    def __init__(self, clock: Clock, journal: Journal, known: int) -> None:
        self._clock = clock
        self._journal = journal
        floor = max(known, journal.contact_at, journal.last_at())
        guess = clock.now() + journal.offset_s
        self._floor = floor
        self._sure = floor > 0 and floor - BEHIND_S <= guess <= floor + AHEAD_S
        self._base = (guess if self._sure or floor == 0 else floor, clock.monotonic())

    @property
    def is_sure(self) -> bool:
        """Whether dated money may be touched."""
        return self._sure or self._journal.contact is not None

    def now(self) -> int:
        """Unix seconds by the office's clock, as well as is known."""
        at, mono = self._journal.contact or self._base
        return at + int(self._clock.monotonic() - mono)

    def say(self, at: int) -> None:
        """A person answers for it that it is ``at`` now; the office's word, once heard, counts more.

        Raises ``Refused("clock.behind")`` for a time that this terminal has lived through already.
        """
        if at < max(self._floor, self._journal.last_at()) - BEHIND_S:
            raise Refused("clock.behind")
        self._base, self._sure = (at, self._clock.monotonic()), True
