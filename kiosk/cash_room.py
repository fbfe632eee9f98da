"""How much cash one visit may still put in, whichever acceptor of the kiosk it goes into.

Kept nowhere: what fits is what the visit was given less what each desk has of it, so nothing can be counted
twice or forgotten. Whoever asks or changes it does so inside ``turns``.
"""

from typing import Protocol

from onecard.devices.worker import Turns


class Part(Protocol):
    """One desk, as the others need to know it."""

    def has_fen(self, visit: int) -> int:
        """Credited to this visit."""
        ...

    @property
    def moving_fen(self) -> int:
        """On its way in."""
        ...

    def others_moved(self) -> None:
        """Another desk's money has changed."""
        ...


class CashRoom:
    """One kiosk's; its desks enter themselves."""

    def __init__(self) -> None:
        self.turns = Turns()
        self._parts: list[Part] = []
        self._visit = self._fen = 0

    def enter(self, part: Part) -> None:
        """One more desk."""
        self._parts.append(part)

    def open(self, visit: int, fen: int) -> None:
        """So much for this visit, before anything of it went in. Each desk says it once."""
        self._visit, self._fen = visit, fen

    def left_for(self, part: Part) -> int:
        """What fits into this one: a note on its way elsewhere has its place kept."""
        taken = sum(one.has_fen(self._visit) for one in self._parts)
        moving = sum(one.moving_fen for one in self._parts if one is not part)
        return max(0, self._fen - taken - moving)

    def moved(self, part: Part) -> None:
        """This one's money has changed."""
        for one in self._parts:
            if one is not part:
                one.others_moved()
