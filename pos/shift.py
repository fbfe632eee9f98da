"""A cashier's shift at the counter: float in, X as often as wanted, a blind count, Z. F: C8

Pure. Until the count is given nothing here knows what the drawer should hold.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from onecard import money
from onecard.journal.facet import PurseIntent
from onecard.money import Fen, Pad
from onecard.terminal.outcome import Journaled, State
from onecard.wire.messages import ShiftClose
from pos import entry as pad_entry
from pos.entry import Entry

#: Card writes that a Z leaves to the office.
Left = tuple[PurseIntent, ...]
_LEFT = (State.OPEN, State.ASIDE, State.GIVEN_UP)


class Stage(StrEnum):
    OPEN = "open"  # no shift yet: the float is asked for
    X = "x"  # the shift runs; its sums are shown
    COUNT = "count"  # Z: what lies in the drawer
    SURE = "sure"  # counted; closing is final
    CLOSED = "closed"  # what the Z says


@dataclass(frozen=True, kw_only=True)
class Shift:
    """Where the cashier stands."""

    stage: Stage
    entry: Entry = pad_entry.EMPTY
    counted_fen: int = 0
    closed: ShiftClose | None = None


def cash_fen(entry: Entry, pad: Pad) -> Fen:
    """A float or a count; ``0`` must be typed, an empty pad is no answer. Raises ``Refused``."""
    if entry.text and set(entry.text) <= set("0.") and any(ch == "0" for ch in entry.text):
        return Fen(0)
    if entry.times is not None:
        return money.parse("×", pad)
    return money.parse(entry.first, pad)


def count(shift: Shift) -> Shift:
    """Z was asked for."""
    return replace(shift, stage=Stage.COUNT, entry=pad_entry.EMPTY)


def counted(shift: Shift, pad: Pad) -> Shift:
    """The count stands; one more step before it is final. Raises ``Refused``."""
    return replace(shift, stage=Stage.SURE, counted_fen=cash_fen(shift.entry, pad))


def closed(shift: Shift, body: ShiftClose) -> Shift:
    """The Z is on disk."""
    return replace(shift, stage=Stage.CLOSED, closed=body)


def back(shift: Shift) -> Shift | None:
    """Esc; ``None`` leaves the screen."""
    match shift.stage:
        case Stage.COUNT:
            return replace(shift, stage=Stage.X, entry=pad_entry.EMPTY)
        case Stage.SURE:
            return replace(shift, stage=Stage.COUNT)
        case Stage.OPEN | Stage.X | Stage.CLOSED:
            return None


def left_by(ones: Iterable[Journaled]) -> Left:
    """What the Z gives up, and what was given up before: the office settles each of them. Oldest first."""
    return tuple(one.intent for one in reversed(list(ones)) if one.state in _LEFT)
