"""Drives an ICT acceptor. It speaks when it wants to, in single bytes without a check, and says nothing
twice.

So a byte counts only where it can come: a channel behind ``81``, ``10`` after the note was accepted. Whatever
is missed between the accept and ``10`` stays unknown for ever: that is an operator's case, never a credit.
A unit takes all its notes or none; those that are not wanted are rejected out of escrow.
"""

from onecard.devices.acceptors import Event, Faulted, PoweredUp
from onecard.devices.acceptors.ict import frames
from onecard.devices.acceptors.ict.frames import Host, Tokens, Unit
from onecard.devices.acceptors.ordered import Ordered
from onecard.devices.acceptors.polled import SILENT_AFTER
from onecard.devices.line import Line

#: Polls between two questions for the status, and between two holds of a note (the unit gives 5 s).
_STATUS_EVERY = 5
_HOLD_EVERY = 20
#: Polls after the accept within which the unit must have said what became of the note: 10 s at 100 ms.
_STACK_POLLS = 100
#: Polls at our own start in which a note of a former life may still come to rest.
_LEFT_OVER = 30


class Ict(Ordered):
    """An ``Acceptor``."""

    def __init__(self, line: Line, serial: str, values_fen: dict[int, int]) -> None:
        """``values_fen``: what the unit's channels 1 to 8 are worth."""
        super().__init__(line, serial)
        self._channels = values_fen
        self.values_fen = tuple(sorted(set(values_fen.values())))
        self._cycles.tells_once = True
        self._tokens = Tokens()
        self._is_fresh = True
        self._left_over = _LEFT_OVER
        self._status: Unit | None = None
        self._power_up: Unit | None = None
        self._is_power_up_told = self._is_start_due = False
        self._unanswered = 0
        self._since_status = _STATUS_EVERY
        self._since_hold = 0
        self._accepted: int | None = None  # polls since the note was accepted

    # -- contract ----------------------------------------------------------------------------------------

    def poll(self) -> list[Event]:
        arrived = self._line.read_available()
        if self._is_fresh:
            self._is_fresh, arrived = False, b""
        events: list[Event] = []
        if arrived:
            self._unanswered = 0
            for token in self._tokens.feed(arrived):
                events += self._heard(token)
        events += self._waited()
        self._speak()
        credit = self._cycles.pending
        return events if credit is None else [*events, credit]

    # -- speaking ----------------------------------------------------------------------------------------

    def _say(self, what: Host) -> None:
        self._line.write(bytes((what,)))

    def _speak(self) -> None:
        self._cycles.acknowledgement_due()
        order = self._cycles.due()
        if order == "stack":
            self._cycles.ordered()
            self._say(Host.ACCEPT)
            self._accepted = 0
        elif order == "return":
            self._say(Host.REJECT)
            self._cycles.accepted()
        elif self._cycles.is_held:
            self._since_hold += 1
            if self._since_hold > _HOLD_EVERY:
                self._since_hold = 0
                self._say(Host.HOLD)
        elif self._accepted is None:
            self._keep_asking()

    def _keep_asking(self) -> None:
        self._since_status += 1
        if self._since_status <= _STATUS_EVERY:
            return
        self._since_status = 0
        wanted = bool(self._wish & frozenset(self.values_fen)) and not self._left_over
        if self._status is Unit.INHIBITED and wanted:
            self._say(Host.ENABLE)
        elif self._status is Unit.ENABLED and not wanted:
            self._say(Host.DISABLE)
        self._say(Host.STATUS)

    # -- waiting -----------------------------------------------------------------------------------------

    def _waited(self) -> list[Event]:
        events = self._tell_start()
        if self._left_over and self._cycles.pending is None:
            self._left_over -= 1
            # Neither what came back nor silence says what became of the journal's note.
            self._is_start_due = self._left_over == 0
            events += self._tell_start()
        if self._accepted is not None:
            events += self._cycles.accepted(is_stacking=True) if self._accepted == 0 else []
            self._accepted += 1
            if self._accepted > _STACK_POLLS:
                self._accepted = None
                events += self._cycles.overdue()
        elif not self._cycles.is_held:
            self._unanswered += 1
            if self._unanswered == SILENT_AFTER * _STATUS_EVERY:
                self._cycles.went_silent()
                self._tokens.expire()
                self._status = None
                events.append(Faulted("silent"))
        return events

    # -- hearing -----------------------------------------------------------------------------------------

    def _heard(self, token: Unit | int) -> list[Event]:
        if not isinstance(token, Unit):
            return self._note(token)
        before, self._power_up = self._power_up, None
        if token is Unit.POWER_UP_1:
            self._power_up = token
            return []
        if token is Unit.POWER_UP_2:
            return self._started() if before is Unit.POWER_UP_1 else []
        self._is_power_up_told = False
        match token:
            case Unit.STACKED:
                return self._stacked()
            case Unit.RETURNED | Unit.REJECTED if not self._left_over:
                return self._refused()
            case Unit.ENABLED | Unit.INHIBITED:
                self._status = token
                return self._rest()
            case _ if token in frames.FAULTS and not self._left_over:
                self._status = None
                return self._cycles.faulted(*frames.FAULTS[token])
        return []

    def _note(self, channel: int) -> list[Event]:
        if self._left_over:
            self._say(Host.REJECT)  # nobody's order stands behind it here
            return []
        self._since_hold, self._status = 0, None
        value = self._channels.get(channel)
        if value is not None and value not in self._wish:
            value = None
        return self._cycles.held(channel, value)

    def _stacked(self) -> list[Event]:
        """Money only behind an accept: ours in this life, or one of the life before in its last seconds."""
        if self._accepted is None and not self._left_over:
            return self._cycles.faulted("failure", "stacked_unasked")
        self._accepted = None
        value = self._cycles.value_fen
        self._cycles.credit(value, repeats=False)
        return []

    def _refused(self) -> list[Event]:
        self._accepted = None
        return self._cycles.returning() or self._cycles.rejecting("rejected")

    def _rest(self) -> list[Event]:
        if self._left_over or self._accepted is not None or self._cycles.is_held:
            return []
        return self._cycles.quiet(self._status is Unit.ENABLED)

    def _started(self) -> list[Event]:
        """It waits two seconds for an answer, and inhibits itself without one."""
        self._say(Host.ACCEPT)
        self._status, self._accepted, self._since_status = None, None, 0
        self._is_start_due = not self._is_power_up_told
        self._is_power_up_told = True
        return self._tell_start()

    def _tell_start(self) -> list[Event]:
        if not self._is_start_due or self._cycles.pending is not None:
            return []
        self._is_start_due = False
        self._left_over = 0
        self._cycles.restarted()
        return [PoweredUp("none")]
