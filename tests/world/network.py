"""A false network: it loses questions and answers, delays and repeats them, and may not be there at all.

A question that is delayed reaches the office later, in whatever order; nobody hears its answer.
"""

import re
from dataclasses import dataclass

from onecard.clock import FalseClock
from onecard.errors import Unreachable
from onecard.wire.session import NUMBER_HEADER
from tests.world.box import Box
from tests.world.luck import Luck
from tests.world.office import Office

#: More questions than anybody has in one step.
MOST = 1_000


@dataclass
class Late:
    """A question under way."""

    due: float
    box: str
    method: str
    path: str
    body: bytes
    headers: dict[str, str]


class Network:
    """``bad`` is how many of a hundred exchanges go wrong in some way."""

    def __init__(self, clock: FalseClock, luck: Luck) -> None:
        self.clock, self.luck = clock, luck
        self.office: Office | None = None
        self.bad = 0
        self.late: list[Late] = []
        #: The newest sale of an account that somebody on the line has heard.
        self.overheard: Late | None = None
        self._planned = ("", "")
        #: Questions since the world last did something.
        self.asked = 0

    def plan(self, path: str, fate: str) -> None:
        """What the next question to ``path`` meets; "" = whatever comes."""
        self._planned = (path, fate)

    def exchange(
        self, box: Box, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, bytes, dict[str, str]]:
        """What the terminal's client sees."""
        box.door("net")
        self.asked += 1
        if self.asked > MOST:
            raise RuntimeError("asks without end")
        office = self.office
        assert office is not None
        if box.is_offline or not office.is_up:
            raise Unreachable(why="partition")
        if path == "/t/sale":
            self.overheard = Late(0.0, box.name, method, path, body, headers)
        fate = "" if self.luck.below(100) >= self.bad else self.luck.choose(("lost", "mute", "late", "twice"))
        if path == self._planned[0]:
            fate, self._planned = self._planned[1], ("", "")
        if fate:
            self.luck.fault(f"net {fate} {box.name} {path}")
        if fate == "lost":
            raise Unreachable(why="lost")
        if fate in ("late", "twice"):
            due = self.clock.monotonic() + self.luck.below(120)
            self.late.append(Late(due, box.name, method, path, body, headers))
        if fate == "late":
            raise Unreachable(why="late")
        reply = office.exchange(method, path, body, headers)
        box.door("net")
        if fate == "mute" or not office.is_up:
            raise Unreachable(why="no answer")
        return reply.status, reply.body, reply.headers

    def forge(self) -> int | None:
        """Somebody on the line asks for another sale in the terminal's name; the status of the answer."""
        one, office = self.overheard, self.office
        if one is None or office is None or not office.is_up:
            return None
        self.overheard = None
        body = re.sub(rb'"id":\[(\d+),(\d+),\d+\]', rb'"id":[\1,\2,9999999]', one.body, count=1)
        number = str(int(one.headers[NUMBER_HEADER]) + 20)
        reply = office.exchange(one.method, one.path, body, {**one.headers, NUMBER_HEADER: number})
        return reply.status

    def deliver(self, *, all_of_it: bool = False) -> int:
        """What was delayed arrives, together; how many did."""
        office, now = self.office, self.clock.monotonic()
        assert office is not None
        due = [one for one in self.late if all_of_it or one.due <= now]
        self.late = [one for one in self.late if not (all_of_it or one.due <= now)]
        if due and office.is_up:
            due.sort(key=lambda one: one.due)
            office.exchange_all([(one.method, one.path, one.body, one.headers) for one in due])
        return len(due)
