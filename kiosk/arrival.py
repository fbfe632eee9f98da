"""Loads that the office has made for a card are on their way to this kiosk: are all of them here?

The office says how many wait; until so many have come the exchange is woken again and again. Writes nothing.
"""

from kiosk.area import Area
from onecard.errors import OneCardError
from onecard.terminal.look import Look
from onecard.wire import pockets as wallets
from onecard.wire.pockets import Pockets

#: Loads that were made are here within this time, or they wait for the next visit.
WITHIN_S = 12.0
_AGAIN_S = 1.0


class Arrival:
    """Of one card, for one area."""

    def __init__(self, area: Area, look: Look) -> None:
        self._area, self._look = area, look
        self._since = self._woken = area.booth.now()
        self._expected: int | None = None
        if not area.booth.is_online:
            self._expected = 0
            return
        area.booth.port.wake()
        question = wallets.AskPockets(card=look.card, issue=look.issue)
        area.ask(lambda client: client.ask(wallets.PATH, question, Pockets), self._counted)

    def _counted(self, answer: Pockets | OneCardError) -> None:
        self._expected = len(answer.waiting) if isinstance(answer, Pockets) else 1

    @property
    def here(self) -> int:
        """How many have come."""
        image = self._look.image
        assert image is not None
        facts = self._area.booth.station.facts
        return len(facts.loads(self._look.card, self._look.issue, image.newest.last_load))

    def poll(self) -> bool:
        """Whether it is time: all are here, or it has taken too long."""
        booth, now = self._area.booth, self._area.booth.now()
        if self._expected is not None and self.here >= self._expected:
            return True
        if now - self._since >= WITHIN_S:
            return True
        if now - self._woken >= _AGAIN_S:
            self._woken = now
            booth.port.wake()
        return False
