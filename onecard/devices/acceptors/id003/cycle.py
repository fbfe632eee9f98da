"""One note after another through an ID-003 acceptor: which states open, credit and close a cycle.

Pure: states in, events out. Knows nothing of frames, start-up or settings, and never decides about money.
A cycle opens at ESCROW. VEND VALID is the credit point, whatever was seen or missed before it; it is reported
until it was acknowledged, and until then nothing else about the acceptor is believed or reported.
"""

from collections.abc import Mapping
from typing import Literal

from onecard.devices.acceptors import (
    Accepting,
    Credited,
    Escrowed,
    Event,
    Faulted,
    Idle,
    Rejected,
    Returned,
    Stacked,
    Stacking,
)
from onecard.devices.acceptors.id003 import meaning
from onecard.devices.acceptors.id003.meaning import Order, State

#: States in which the note of an open cycle is neither in escrow nor on its way any more.
_AT_REST = (State.IDLE, State.DISABLED, State.ACCEPTING)
#: Statuses that may pass between an order's ACK and the state that follows it, before it is given again.
_PATIENCE = 5


class _Note:
    """The note of the open cycle."""

    def __init__(self, cycle: int, code: int | None, value_fen: int | None) -> None:
        self.cycle, self.code, self.value_fen = cycle, code, value_fen
        self.wanted: Literal["stack", "return"] | None = None
        self.patience = 0
        #: Silence lay between: it may have been returned and another one put in.
        self.is_doubtful = False
        self.is_stacking = self.is_credited = self.is_acknowledged = self.is_stacked = False


class Cycles:
    """The notes of one acceptor, in order."""

    def __init__(self) -> None:
        self._count = 0
        self._note: _Note | None = None
        self._last: tuple[State, bytes] | None = None
        self._ack_due = False

    # -- orders of the intake ----------------------------------------------------------------------------

    def stack(self) -> None:
        self._want("stack")

    def give_back(self) -> None:
        self._want("return")

    def acknowledge(self) -> None:
        """The pending credit is on disk."""
        if self._note is not None and self._note.is_credited and not self._note.is_acknowledged:
            self._note.is_acknowledged = self._ack_due = True

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

    def due(self) -> Order | None:
        """The order to send now, if any."""
        if self._ack_due:
            self._ack_due = False
            return Order.ACK
        note = self._note
        if note is None or note.wanted is None or self._last is None:
            return None
        if self._last[0] not in (State.ESCROW, State.HOLDING):
            return None
        if note.patience > 0:
            note.patience -= 1
            return None
        return Order.STACK_1 if note.wanted == "stack" else Order.RETURN

    def accepted(self) -> None:
        """The acceptor ACKed the order; the state that follows may take a moment."""
        if self._note is not None:
            self._note.patience = _PATIENCE

    def went_silent(self) -> None:
        """After a silence an order may not be given again unasked: another note may be in escrow by now."""
        self._last = None
        if self._note is not None and not self._note.is_credited:
            self._note.wanted = None
            self._note.is_doubtful = True

    @property
    def is_surely_in_acceptor(self) -> bool:
        """A note is held that nobody ordered to be stacked."""
        note = self._note
        return note is not None and note.wanted != "stack" and not (note.is_stacking or note.is_credited)

    def restarted(self) -> None:
        """The acceptor starts anew: the cycle is closed, the journal knows how far it had got."""
        assert self.pending is None, "a credit is acknowledged before anything else"
        self._note = None
        self._ack_due = False
        self._last = None

    def acknowledge_again(self) -> None:
        """Send the acknowledgement once more; it has no answer of its own and may have been lost."""
        self._ack_due = self.is_waiting_for_stacked

    # -- what the acceptor says --------------------------------------------------------------------------

    def see(self, state: State, data: bytes, values: Mapping[int, int]) -> list[Event]:
        """One status answer; ``values`` maps escrow codes to fen."""
        if self.pending is not None:
            return []
        is_new = self._last != (state, data)
        self._last = (state, data)
        match state:
            case State.ESCROW:
                return self._escrow(data, values)
            case State.STACKING:
                return self._stacking()
            case State.VEND_VALID:
                return self._vend_valid(data, values, is_new)
            case State.STACKED:
                return self._stacked()
            case State.REJECTING:
                reason = meaning.named(meaning.REJECTS, data[0] if data else None)
                return ([Rejected(reason)] if is_new else []) + self._close_returned()
            case State.RETURNING:
                return self._close_returned()
            case State.PAUSE:
                # A second note is in the mouth; the one inside is not affected, so this is no rejection.
                return [Faulted("jam", "second_note")] if is_new else []
            case _ if state in _AT_REST:
                return self._close_at_rest() + (self._rest(state) if is_new else [])
            case _ if state in meaning.FAULTS:
                return [self._fault(state, data)] if is_new else []
        return []

    def _escrow(self, data: bytes, values: Mapping[int, int]) -> list[Event]:
        code = data[0] if data else None
        note, events = self._note, list[Event]()
        if note is not None and (note.code != code or note.is_doubtful or note.is_credited):
            # Nothing was stacked in between: VEND VALID would have waited for its acknowledgement.
            events, note = self._close_returned(), None
        if note is None:
            self._count += 1
            value_fen = values.get(code) if code is not None else None
            self._note = _Note(self._count, code, value_fen)
            if value_fen is None:
                self._note.wanted = "return"
                events.append(Rejected("unvalued"))
            else:
                events.append(Escrowed(self._count, value_fen))
        return events

    def _stacking(self) -> list[Event]:
        if self._note is None or self._note.is_stacking:
            return []
        self._note.is_stacking = True
        return [Stacking(self._note.cycle)]

    def _vend_valid(self, data: bytes, values: Mapping[int, int], is_new: bool) -> list[Event]:
        is_ordered = self._note is not None and self._note.wanted == "stack"
        if is_new and not is_ordered:
            # Nobody here ordered it. It stalls until acknowledged, so it will be said again; line noise that
            # happens to carry a right CRC will not.
            return []
        if self._note is None:
            # Stacked on somebody's order, but not in this driver's life.
            self._note = _Note(0, None, None)
        note = self._note
        if note.is_acknowledged:
            self._ack_due = True
            return []
        if data and data[0] in values:
            note.value_fen = values[data[0]]
        note.is_credited = True
        # ``pending`` reports it, now and with every poll until it was acknowledged.
        return []

    def _stacked(self) -> list[Event]:
        note = self._note
        if note is None or note.is_stacked:
            return []
        if not note.is_credited:
            self._note = None
            return [Faulted("failure", "stacked_without_credit")]
        note.is_stacked = True
        return [Stacked(note.cycle)]

    def _close_returned(self) -> list[Event]:
        note, self._note = self._note, None
        return [Returned(note.cycle)] if note is not None and not note.is_credited else []

    def _close_at_rest(self) -> list[Event]:
        note = self._note
        if note is not None and note.is_stacking and not note.is_credited:
            # It went in and no credit came: only a person can say where the note is.
            self._note = None
            return [Faulted("failure", "lost_while_stacking")]
        if self.is_waiting_for_stacked and note is not None:
            self._note = None
            return [Stacked(note.cycle)]  # its own report was missed
        return self._close_returned()

    def _rest(self, state: State) -> list[Event]:
        return [Accepting() if state is State.ACCEPTING else Idle(state is State.IDLE)]

    def _fault(self, state: State, data: bytes) -> Event:
        kind, detail = meaning.FAULTS[state]
        if state is State.FAILURE:
            detail = meaning.named(meaning.FAILURES, data[0] if data else None)
        return Faulted(kind, detail)
