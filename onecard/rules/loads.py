"""Which waiting loads a purse takes now, and what each is worth to it. Pure, for terminal and server.

Loads are numbered per card and none is ever skipped; one may be worth less than it was, even 0.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from onecard.cards.image import Purse
from onecard.wire.documents import Load
from onecard.wire.intents import AppliedLoad

UNLOSS = "unloss"


@dataclass(frozen=True)
class Plan:
    """Loads n+1 … n+k for one write."""

    applied: tuple[AppliedLoad, ...]
    #: Σ of what they are worth; what the main purse changes by.
    fen: int
    unlocks: bool

    @property
    def last(self) -> int:
        return self.applied[-1].number


def plan(purse: Purse, loads: Iterable[Load], cap_fen: int, today: int | None) -> Plan | None:
    """What to write now; ``None`` when nothing is due. ``today`` in card days, ``None`` under an unsure
    clock: then a load with a day on it waits, and those behind it too."""
    taken: list[AppliedLoad] = []
    keep, balance, unlocks = 0, purse.main_fen, False
    by_number = {load.number: load for load in loads}
    number = purse.last_load + 1
    while (load := by_number.get(number)) is not None:
        if load.wallet != "main" or (load.expires_day and today is None):
            break
        worth = 0 if 0 < load.expires_day < (today or 0) else load.fen
        fits = min(worth, max(0, cap_fen - balance)) if worth > 0 else max(worth, -balance)
        balance += fits
        taken.append(AppliedLoad(number, fits, load.digest))
        unlocks = unlocks or load.kind == UNLOSS
        # One of which nothing fits stays waiting, unless a later one fits or is negative.
        if not (worth > 0 and fits == 0):
            keep = len(taken)
        number += 1
    if keep == 0 or (purse.locked and not unlocks):
        return None
    return Plan(tuple(taken[:keep]), sum(load.fen for load in taken[:keep]), unlocks)
