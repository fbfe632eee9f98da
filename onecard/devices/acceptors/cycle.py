"""One note after another through an acceptor: what opens, credits and closes a cycle, in every protocol.

Pure: sightings in, events out. Knows nothing of frames, start-up or settings, and never decides about money.
A cycle opens when a note is held. The protocol's credit point is money, whatever was seen or missed before
it; it is reported until it was acknowledged, and until then nothing else about the acceptor is believed or
told.
"""

from collections.abc import Hashable
from typing import Literal

from onecard.devices.acceptors import (
    Accepting,
    Credited,
    Escrowed,
    Event,
    Faulted,
    Idle,
    Lost,
    Rejected,
    Returned,
    Stacked,
    Stacking,
)

#: Polls that pass between an accepted order and the state that follows it, before it is given again.
_PATIENCE = 5
#: Polls after which a note that nobody decided about is sent back: 9 s at 100 ms, inside every escrow time.
_UNDECIDED = 90
#: Polls without a word about a note on its way, in protocols that tell each thing once.
_QUIET = 100


class _Note:
    """The note of the open cycle."""

    def __init__(self, cycle: int, key: Hashable, value_fen: int | None) -> None:
        self.cycle, self.key, self.value_fen = cycle, key, value_fen
        self.wanted: Literal["stack", "return"] | None = None
        self.patience = self.undecided = self.quiet = 0
        #: Silence lay between: it may have been returned and another one put in.
        self.is_doubtful = False
        #: An answer was lost that may have been about this note.
        self.is_missed = False
        #: The order to stack has left: whatever is seen or not seen, it may have been carried out.
        self.is_ordered = False
        self.is_stacking = self.is_credited = self.is_acknowledged = self.is_stacked = False


class Cycles:
    """The notes of one acceptor, in order."""

    def __init__(self) -> None:
        #: Nothing is said a second time: what was not heard of an ordered note stays unknown.
        self.tells_once = False
        self._count = 0
        self._note: _Note | None = None
        #: What was seen last; a state that is merely said again is told once.
        self._last: Hashable = None
        self._is_held = False
        self._ack_due = False
        #: Nothing was held yet since the start: a credit now is of a former life.
        self._is_start = True

    # -- orders of the intake ----------------------------------------------------------------------------

    def stack(self) -> None:
        self._want("stack")

    def give_back(self) -> None:
        self._want("return")

    def acknowledge(self) -> None:
        """The pending credit is on disk."""
        if self._note is not None and self._note.is_credited and not self._note.is_acknowledged:
            self._note.is_acknowledged = self._ack_due = True
            self._note.quiet = 0

    def _want(self, order: Literal["stack", "return"]) -> None:
        # An order that comes too late (the note is back out, or credited) has nothing to act on.
        if self._note is not None and not self._note.is_doubtful and not self._note.is_credited:
            self._note.wanted = order

    # -- towards the driver ------------------------------------------------------------------------------

    @property
    def pending(self) -> Credited | None:
        """The credit that nobody has acknowledged yet."""
        note = self._note
        if note is not None and note.is_credited and not note.is_acknowledged:
            return Credited(note.cycle, note.value_fen)
        return None

    @property
    def is_waiting_for_stacked(self) -> bool:
        """Credited and acknowledged, but the acceptor has not gone on yet."""
        return self._note is not None and self._note.is_acknowledged and not self._note.is_stacked

    @property
    def is_held(self) -> bool:
        """A note is in escrow, as far as was seen."""
        return self._note is not None and self._is_held and not self._note.is_credited

    @property
    def value_fen(self) -> int | None:
        """What the note of the open cycle is worth."""
        return None if self._note is None else self._note.value_fen

    @property
    def is_to_stack(self) -> bool:
        """The held note is wanted."""
        return self.is_held and self._note is not None and self._note.wanted == "stack"

    @property
    def is_doubtful(self) -> bool:
        """Silence lay between: what is held now is not known."""
        return self._note is not None and self._note.is_doubtful and not self._note.is_credited

    @property
    def is_surely_in_acceptor(self) -> bool:
        """A note is held that nobody ordered to be stacked."""
        note = self._note
        if note is None or note.wanted == "stack" or note.is_ordered:
            return False
        return not (note.is_stacking or note.is_credited)

    def acknowledgement_due(self) -> bool:
        """Whether to send the acknowledgement now; asked once, it is taken as sent."""
        due, self._ack_due = self._ack_due, False
        return due

    def acknowledge_again(self) -> None:
        """Send the acknowledgement once more; it has no answer of its own and may have been lost."""
        self._ack_due = self.is_waiting_for_stacked

    def due(self) -> Literal["stack", "return"] | None:
        """The order to give now, if any. Asked once a poll."""
        note = self._note
        if note is None or not self._is_held or note.is_credited:
            return None
        if note.wanted is None:
            note.undecided += 1
            if note.undecided > _UNDECIDED:
                note.wanted = "return"
            return None
        if note.patience > 0:
            note.patience -= 1
            return None
        return note.wanted

    def ordered(self) -> None:
        """The order to stack goes onto the wire, to a device that may not tell a second time what it did."""
        if self._note is not None:
            self._note.is_ordered = True

    def accepted(self, *, is_stacking: bool = False) -> list[Event]:
        """The acceptor took the order; what follows may take a moment. ``is_stacking``: nothing but the
        credit point will follow."""
        if self._note is not None:
            self._note.patience = _PATIENCE
            if is_stacking and self._note.wanted == "stack":
                return self.stacking()
        return []

    def let_go(self) -> None:
        """The acceptor was told to return what it holds; what becomes of it is still to be seen."""
        self._is_held = False

    def went_silent(self) -> None:
        """After a silence an order may not be given again unasked: another note may be in escrow by now."""
        self._last = None
        self._is_held = False
        if self._note is not None and not self._note.is_credited:
            self._note.wanted = None
            self._note.is_doubtful = True

    def missed(self) -> None:
        """One answer did not come through."""
        if self._note is not None:
            self._note.is_missed = True

    def restarted(self) -> None:
        """The acceptor starts anew: the cycle is closed, the journal knows how far it had got."""
        assert self.pending is None, "a credit is acknowledged before anything else"
        self._note = None
        self._ack_due = self._is_held = False
        self._last = None
        self._is_start = True

    # -- what the acceptor says --------------------------------------------------------------------------

    def _is_new(self, seen: Hashable, *, is_held: bool = False) -> bool:
        before, self._last, self._is_held = self._last, seen, is_held
        if self._note is not None:
            self._note.quiet = 0
        return seen != before

    def held(self, key: Hashable, value_fen: int | None) -> list[Event]:
        """A note is in escrow; ``key`` is what the device says of it, the value None when nobody knows it."""
        if self.pending is not None:
            return []
        self._is_new(("held", key), is_held=True)
        note, events = self._note, list[Event]()
        is_another = note is not None and (note.key != key or note.is_doubtful or note.is_credited)
        # Told once, what is told again after the order is another one of its kind.
        is_another |= note is not None and self.tells_once and note.is_ordered
        if is_another:
            # Where a credit waits for its acknowledgement nothing was stacked in between.
            events, note = self._close_returned(), None
        if note is None:
            self._is_start = False
            self._count += 1
            self._note = _Note(self._count, key, value_fen)
            if value_fen is None:
                self._note.wanted = "return"
                events.append(Rejected("unvalued"))
            else:
                events.append(Escrowed(self._count, value_fen))
        return events

    def holding(self) -> None:
        """It waits with the note of this cycle."""
        if self.pending is None:
            self._is_new("holding", is_held=True)

    def stacking(self) -> list[Event]:
        if self.pending is not None:
            return []
        self._is_new("stacking")
        if self._note is None or self._note.is_stacking:
            return []
        self._note.is_stacking = True
        return [Stacking(self._note.cycle)]

    def credit(self, value_fen: int | None, *, repeats: bool, is_sure: bool = False) -> None:
        """The credit point; ``pending`` reports it, now and with every poll until it was acknowledged.

        ``repeats``: the device says it until it is acknowledged. Then one that nobody here ordered must be
        said twice, unless it ``is_sure``: line noise that happens to carry a right check is not.
        """
        if self.pending is not None:
            return
        is_new = self._is_new("credit")
        is_ordered = self._note is not None and self._note.wanted == "stack"
        if repeats and is_new and not (is_ordered or is_sure):
            return
        if self._note is not None and self._note.is_acknowledged:
            if repeats:
                self._ack_due = True
                return
            self._note = None  # another one, of which nothing else was seen
        if self._note is None:
            # Of a former life: cycle 0. Later on it is one that no order of ours explains.
            self._count += not self._is_start
            self._note = _Note(0 if self._is_start else self._count, None, None)
            self._is_start = False
        if value_fen is not None:
            self._note.value_fen = value_fen
        self._note.is_credited = True

    def stacked(self) -> list[Event]:
        if self.pending is not None:
            return []
        self._is_new("stacked")
        note = self._note
        if note is None or note.is_stacked:
            return []
        if not note.is_credited:
            self._note = None
            return [Faulted("failure", "stacked_without_credit")]
        note.is_stacked = True
        return [Stacked(note.cycle)]

    def rejecting(self, reason: str) -> list[Event]:
        if self.pending is not None:
            return []
        is_new = self._is_new(("rejecting", reason))
        return ([Rejected(reason)] if is_new else []) + self._close_returned(is_told=True)

    def returning(self) -> list[Event]:
        if self.pending is not None:
            return []
        self._is_new("returning")
        return self._close_returned(is_told=True)

    def faulted(self, kind: str, detail: str = "") -> list[Event]:
        if self.pending is not None:
            return []
        return [Faulted(kind, detail)] if self._is_new(("fault", kind, detail)) else []

    def accepting(self) -> list[Event]:
        """A note is being drawn in, so none is held."""
        if self.pending is not None:
            return []
        closed = self._close_at_rest()
        return closed + ([Accepting()] if self._is_new("accepting") else [])

    def at_rest(self, enabled: bool) -> list[Event]:
        """No note is in the path."""
        if self.pending is not None:
            return []
        closed = self._close_at_rest()
        return closed + ([Idle(enabled)] if self._is_new(("idle", enabled)) or closed else [])

    def quiet(self, enabled: bool) -> list[Event]:
        """Nothing was told. Rest, unless a note is on its way: then only after long."""
        note = self._note
        if self.pending is None and note is not None and not note.is_acknowledged:
            note.quiet += 1
            if self._is_held or note.quiet < _QUIET:
                return []
        return self.at_rest(enabled)

    def gone(self) -> list[Event]:
        """The device says that it holds no note. One that was ordered in may still be on its way."""
        self._is_held = False
        note = self._note
        if note is None or note.is_credited or note.is_stacking or note.is_ordered:
            return []
        return self._close_returned()

    def overdue(self) -> list[Event]:
        """What must have followed the order to stack did not: no word of this note is believed any more."""
        return [] if self.pending is not None else self._close_at_rest()

    def _close_returned(self, *, is_told: bool = False) -> list[Event]:
        """``is_told``: the device says that a note came back, which may be another one than this."""
        note, self._note = self._note, None
        if note is None or note.is_credited:
            return []
        is_heard = is_told and not (note.is_missed or note.is_doubtful)
        if self.tells_once and note.is_ordered and not is_heard:
            return [Lost("events_lost")]
        return [Returned(note.cycle)]

    def _close_at_rest(self) -> list[Event]:
        note = self._note
        if note is not None and (note.is_stacking or note.is_ordered) and not note.is_credited:
            # It went in and no credit came: only a person can say where the note is.
            self._note = None
            return [Faulted("failure", "lost_while_stacking")]
        if self.is_waiting_for_stacked and note is not None:
            self._note = None
            return [Stacked(note.cycle)]  # its own report was missed
        return self._close_returned()
