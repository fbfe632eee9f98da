"""What all acceptors of a kiosk together are to one visit: one list of credits, one room, one last word.

Puts the acceptors' reports side by side; decides nothing about a note.
"""

from collections.abc import Iterable

from kiosk.cash_desk import Session
from kiosk.cash_intake import Intake, Phase
from kiosk.visit_events import Cash


class Mouths:
    """One kiosk's. An opening has a number of its own, so that no word about the one before counts in it."""

    def __init__(self) -> None:
        self.opening = self._visit = 0
        self._told: dict[str, Cash | None] = {}

    def open(self, visit: int, serials: Iterable[str]) -> int:
        """They are about to be asked to take cash for this visit; returns the number of the opening."""
        self.opening, self._visit = self.opening + 1, visit
        self._told = dict.fromkeys(serials)
        return self.opening

    def moved(self, intake: Intake, session: Session) -> tuple[int, Cash]:
        """One of them reports: (visit, all of them together). Visit 0: it speaks of an older opening."""
        if session.visit != self.opening or session.acceptor not in self._told:
            return 0, Cash()
        self._told[session.acceptor] = _one(intake, session)
        return self._visit, _together(self._told)


def _one(intake: Intake, session: Session) -> Cash:
    note = intake.note
    return Cash(
        notes=session.credits,
        doubts=session.doubts,
        room_fen=intake.room_fen,
        open=intake.phase in (Phase.OPEN, Phase.SHUTTING),
        moving_fen=0 if note is None else note.value_fen,
        moving=None if note is None else note.stack,
        stuck=intake.phase is Phase.STUCK and note is not None,
        fault=intake.fault,
    )


def _together(told: dict[str, Cash | None]) -> Cash:
    ones = {serial: one for serial, one in told.items() if one is not None}
    good = [one for one in ones.values() if not one.fault]
    working = good or list(ones.values())
    moving = [one for one in ones.values() if one.moving_fen]
    none_works = not good and len(ones) == len(told)
    return Cash(
        # Numbers of the journal go on counting: their order is the order in which the money came.
        notes=tuple(sorted(note for one in ones.values() for note in one.notes)),
        doubts=tuple(sorted(doubt for one in ones.values() for doubt in one.doubts)),
        # A mouth that is shut for good has room for nothing, whatever the others may still take.
        room_fen=max(one.room_fen for one in working),
        open=any(one.open for one in ones.values()),
        moving_fen=sum(one.moving_fen for one in moving),
        moving=next((one.moving for one in moving), None),
        stuck=any(one.stuck for one in moving),
        fault=working[0].fault if none_works else "",
        faults=tuple((serial, one.fault) for serial, one in ones.items() if one.fault),
        is_asked=len(ones) < len(told),
    )
