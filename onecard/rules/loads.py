"""Which waiting loads a card takes now, and what each is worth to it. Pure, for terminal and server.

Loads are numbered per card and none is ever skipped; one may be worth less than it was, even 0. Each goes
into the wallet it names: the main purse up to its cap, a slot with the last day of its money. F: B3 D9
"""

from collections.abc import Iterable
from dataclasses import dataclass

from onecard.cards.image import Purse
from onecard.money import MAX_FEN
from onecard.rules.purse import PLACES
from onecard.wire.documents import Load
from onecard.wire.intents import AppliedLoad

UNLOSS = "unloss"
LastDays = tuple[int | None, int | None, int | None]


@dataclass(frozen=True)
class Plan:
    """Loads n+1 … n+k for one write."""

    applied: tuple[AppliedLoad, ...]
    #: Σ of what they are worth.
    fen: int
    unlocks: bool
    #: What the main purse and each slot change by, and the last day of a slot that money comes into.
    main_fen: int = 0
    slots: tuple[int, int, int] = (0, 0, 0)
    last_days: LastDays = (None, None, None)

    @property
    def last(self) -> int:
        return self.applied[-1].number


class _Filling:
    """The card's wallets while loads are tried on it."""

    def __init__(self, purse: Purse, cap_fen: int, today: int | None) -> None:
        self.caps = [cap_fen, MAX_FEN, MAX_FEN, MAX_FEN]
        self.fen = [purse.main_fen]
        self.days: list[int] = [0]
        for slot in purse.slots:
            # What has expired is cleared by the very write that this plan is for.
            gone = bool(slot.expiry_day) and today is not None and slot.expiry_day < today
            self.fen.append(0 if gone else slot.amount_fen)
            self.days.append(slot.expiry_day)
        self.start = tuple(self.fen)
        self.came: set[int] = set()

    def take(self, place: int, worth: int, last_day: int) -> int:
        """What fits of ``worth``; it is in from here on."""
        held = self.fen[place]
        fits = min(worth, max(0, self.caps[place] - held)) if worth > 0 else max(worth, -held)
        self.fen[place] += fits
        if place and fits > 0:
            # Money of two periods lies in one slot: the later day holds for both, and never is the latest.
            mixed = held > 0 and (self.days[place] == 0 or last_day == 0)
            self.days[place] = 0 if mixed else max(last_day, self.days[place] if held > 0 else 0)
            self.came.add(place)
        return fits

    def changes(self) -> tuple[int, tuple[int, int, int], LastDays]:
        """Of the main purse, of the slots, and the slots' last days."""
        by = [now - before for now, before in zip(self.fen, self.start, strict=True)]
        days = [self.days[place] if place in self.came else None for place in (1, 2, 3)]
        return by[0], (by[1], by[2], by[3]), (days[0], days[1], days[2])


def plan(purse: Purse, loads: Iterable[Load], cap_fen: int, today: int | None) -> Plan | None:
    """What to write now; ``None`` when nothing is due. ``today`` in card days, ``None`` under an unsure
    clock: then a load with a day on it waits, and those behind it too."""
    filling = _Filling(purse, cap_fen, today)
    taken: list[AppliedLoad] = []
    unlocks = False
    kept: Plan | None = None
    by_number = {load.number: load for load in loads}
    number = purse.last_load + 1
    while (load := by_number.get(number)) is not None:
        place = PLACES.get(load.wallet)
        if place is None or (load.expires_day and today is None):
            break
        worth = 0 if 0 < load.expires_day < (today or 0) else load.fen
        fits = filling.take(place, worth, load.expires_day)
        taken.append(AppliedLoad(number, fits, load.digest))
        unlocks = unlocks or load.kind == UNLOSS
        # One of which nothing fits stays waiting, unless a later one fits or is negative.
        if not (worth > 0 and fits == 0):
            main_fen, slots, days = filling.changes()
            kept = Plan(tuple(taken), sum(one.fen for one in taken), unlocks, main_fen, slots, days)
        number += 1
    return None if kept is None or (purse.locked and not unlocks) else kept
