"""The next purse record: what a card says after one more transaction. Pure, the same on terminal and server.

Every record first brings the day and meal totals to its own time, then adds what it spends. Totals guard
limits and are no money: they count in ￥0.10 rounded up and stop at the width of their field.
"""

from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from onecard.cards.image import Purse, Slot
from onecard.clock import CARD_EPOCH_UNIX, card_seconds
from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.money import MAX_FEN
from onecard.rules.periods import Calendar

MAX_COUNTER: Final = (1 << 24) - 1
#: Where a wallet stands on the card: 0 = the main purse, 1–3 = a slot.
PLACES: Final = {"main": 0, "gift": 1, "subsidy": 2, "subsidy2": 3}
#: One step of the day and meal totals.
STEP_FEN: Final = 10
#: A card from further in the future than this was written under a wrong clock; its totals start afresh.
#: Nearer, the totals stand: otherwise a slow clock would be a way round the day limit.
FUTURE_S: Final = 86_400
_U16, _U8, _NIBBLE = 0xFFFF, 0xFF, 0xF


@dataclass(frozen=True, kw_only=True)
class Change:
    """What one transaction does to a purse."""

    #: Added to the main wallet; negative for a sale.
    main_fen: int = 0
    #: The same for each slot, and the last day of the money in it where that changes.
    slots: tuple[int, int, int] = (0, 0, 0)
    last_days: tuple[int | None, int | None, int | None] = (None, None, None)
    #: Counted against the limits: > 0 for a sale, < 0 when a void takes the sale of ``spent_at`` back.
    spent_fen: int = 0
    #: Meals at a first-n price: 1 for such a sale, -1 when a void takes it back.
    first_n: int = 0
    #: When the spending that a void takes back happened.
    spent_at: int = 0
    #: New number of the last load applied.
    last_load: int | None = None
    locked: bool | None = None
    #: Slots whose day is over are emptied; not by a terminal whose clock is unsure.
    clear_expired: bool = True


def still_counts(purse: Purse, at: int, calendar: Calendar) -> tuple[int, bool, bool]:
    """The moment a record at ``at`` is written for, and whether the card's day and meal totals hold then."""
    last = purse.last_time + CARD_EPOCH_UNIX
    if at < last <= at + FUTURE_S:
        at = last
    return at, calendar.same_day(last, at), calendar.same_meal(last, at)


def brought_to(purse: Purse, at: int, calendar: Calendar) -> Purse:
    """The same money, with the totals as they stand at ``at``."""
    at, day, meal = still_counts(purse, at, calendar)
    return replace(
        purse,
        last_time=card_seconds(at),
        day_total=purse.day_total if day else 0,
        day_count=purse.day_count if day else 0,
        first_n=purse.first_n if day else 0,
        meal_total=purse.meal_total if meal else 0,
        meal_count=purse.meal_count if meal else 0,
    )


def advance(
    purse: Purse, change: Change, *, by: RecordId, at: int, calendar: Calendar
) -> tuple[Purse, tuple[int, int, int]]:
    """The record after ``purse``, and per slot what expired and was cleared by it (fen).

    Raises ``Refused``: ``card.counter_full``, ``purse.short`` or ``purse.full``.
    """
    if purse.counter >= MAX_COUNTER:
        raise Refused("card.counter_full")
    main_fen = purse.main_fen + change.main_fen
    if main_fen < 0:
        raise Refused("purse.short", balance=purse.main_fen, due=-change.main_fen)
    if main_fen > MAX_FEN:
        raise Refused("purse.full", room=MAX_FEN - purse.main_fen)
    now = brought_to(purse, at, calendar)
    today = calendar.card_day(at)
    slots, cleared = _clear(purse.slots, today if change.clear_expired else 0)
    if any(change.slots):
        slots = _filled(slots, change)
    after = replace(
        _spend(now, change, at, calendar),
        main_fen=main_fen,
        slots=slots,
        counter=purse.counter + 1,
        last_terminal=by.terminal,
        last_epoch=by.epoch,
        last_seq=by.seq,
        last_load=purse.last_load if change.last_load is None else change.last_load,
        locked=purse.locked if change.locked is None else change.locked,
    )
    return after, cleared


def _filled(slots: tuple[Slot, Slot, Slot], change: Change) -> tuple[Slot, Slot, Slot]:
    def filled(place: int) -> Slot:
        slot, fen, last_day = slots[place], change.slots[place], change.last_days[place]
        amount = slot.amount_fen + fen
        if amount < 0:
            raise Refused("purse.short", balance=slot.amount_fen, due=-fen)
        if amount > MAX_FEN:
            raise Refused("purse.full", room=MAX_FEN - slot.amount_fen)
        # An empty slot keeps its last day: a void puts the money back under the day it had.
        return Slot(amount, slot.expiry_day if last_day is None else last_day)

    return filled(0), filled(1), filled(2)


def spendable(slot: Slot, today: int | None) -> int:
    """What a slot may pay on ``today`` (card days); ``None`` = the clock is unsure, and dated money stays."""
    if not slot.expiry_day:
        return slot.amount_fen
    return slot.amount_fen if today is not None and today <= slot.expiry_day else 0


def _spend(purse: Purse, change: Change, at: int, calendar: Calendar) -> Purse:
    counted = change.spent_fen or change.first_n
    if counted == 0:
        return purse
    sign = 1 if counted > 0 else -1
    steps = sign * -(-abs(change.spent_fen) // STEP_FEN)
    # A void gives back only what still counts: yesterday's sale is not in today's totals.
    day = sign > 0 or calendar.same_day(change.spent_at, at)
    meal = calendar.meal(at) is not None if sign > 0 else calendar.same_meal(change.spent_at, at)
    return replace(
        purse,
        day_total=_within(purse.day_total + steps * day, _U16),
        day_count=_within(purse.day_count + sign * day, _U8),
        first_n=_within(purse.first_n + change.first_n * day, _NIBBLE),
        meal_total=_within(purse.meal_total + steps * meal, _U16),
        meal_count=_within(purse.meal_count + sign * meal, _NIBBLE),
    )


def _within(value: int, most: int) -> int:
    return max(0, min(value, most))


def _clear(
    slots: tuple[Slot, Slot, Slot], today: int
) -> tuple[tuple[Slot, Slot, Slot], tuple[int, int, int]]:
    one, two, three = (
        (Slot(), slot.amount_fen) if slot.amount_fen and 0 < slot.expiry_day < today else (slot, 0)
        for slot in slots
    )
    return (one[0], two[0], three[0]), (one[1], two[1], three[1])
