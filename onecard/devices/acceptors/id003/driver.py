"""Drives a JCM ID-003 acceptor: asks, waits a bounded number of polls, starts it up, sets its notes.

One request at a time, one exchange per poll; no thread, no sleep, no clock: time is counted in polls.
What the states mean for a note is ``sight.py``. Never resets before a credit that the acceptor still reports
was acknowledged. Seen on the simulator only; CNY's country code is not known to us, so none is checked.
"""

from collections import deque
from enum import Enum, auto

from onecard.devices.acceptors import Event, Faulted, PoweredUp
from onecard.devices.acceptors.id003 import meaning
from onecard.devices.acceptors.id003.frames import Frame, Parser, encode
from onecard.devices.acceptors.id003.meaning import Denomination, Order, State
from onecard.devices.acceptors.id003.sight import see
from onecard.devices.acceptors.ordered import Ordered
from onecard.devices.line import Line

#: Polls that a request waits for its answer.
_WAIT_POLLS = 2
#: Requests in a row without an answer after which the acceptor is called silent (about 1.6 s at 100 ms); well
#: below the 3 s without a poll after which it returns a held note.
_SILENT_AFTER = 8
#: And after which nothing but a reset may bring it back (about a minute).
_MUTE_AFTER = 304
#: Tries of a question that a model may not know.
_STEP_TRIES = 3
_STATES = {int(state) for state in State}
_HELD = (State.ESCROW, State.HOLDING)
_MOVING = (State.ACCEPTING, State.STACKING, State.VEND_VALID, State.STACKED, State.REJECTING, State.RETURNING)


class _Phase(Enum):
    CONNECT = auto()  # what is it doing?
    READ = auto()  # which notes does it know?
    RESET = auto()
    INITIALIZE = auto()  # waiting for it to come up
    SET = auto()
    READY = auto()


class Id003(Ordered):
    """An ``Acceptor``."""

    def __init__(self, line: Line, serial: str) -> None:
        super().__init__(line, serial)
        #: The device's own name and firmware, as it writes it; empty when it does not say.
        self.version = ""
        self._parser = Parser()
        self._table: dict[int, Denomination] = {}
        self._phase = _Phase.CONNECT
        self._steps: deque[Frame] = deque()
        self._state: State | None = None
        self._boot: State | None = None
        self._asked: Frame | None = None
        #: Where the acceptor stands is not known well enough for anything but asking it.
        self._ask_status_next = True
        self._is_fresh = True
        self._is_sent_back = False
        #: Reset because it was silent for long: what it had to tell before is told by nothing any more.
        self._is_unheard = False
        self._waited = self._unanswered = self._step_misses = 0
        self._applied = self._setting = frozenset[int]()

    # -- contract ----------------------------------------------------------------------------------------

    def poll(self) -> list[Event]:
        events: list[Event] = []
        arrived = self._line.read_available()
        if self._is_fresh:
            self._is_fresh, arrived = False, b""  # answers to questions of a former life
        for frame in self._parser.feed(arrived):
            events += self._receive(frame)
        if self._asked is not None:
            self._waited += 1
            if self._waited < _WAIT_POLLS:
                return events + self._repeat_credit()
            for frame in self._parser.expire():
                events += self._receive(frame)
            if self._asked is not None:
                events += self._miss()
        self._ask(self._next())
        return events + self._repeat_credit()

    def reset(self) -> None:
        """An attendant's order, after a jam: start it up again. A pending credit still goes first."""
        self._phase = _Phase.CONNECT
        self._steps.clear()

    # -- asking ------------------------------------------------------------------------------------------

    def _ask(self, frame: Frame) -> None:
        self._line.write(encode(frame))
        self._asked = None if frame.code == Order.ACK else frame
        self._waited = 0

    def _next(self) -> Frame:
        if self._ask_status_next or self._cycles.pending is not None:
            self._ask_status_next = False
            return Frame(Order.STATUS)
        if self._cycles.acknowledgement_due():
            return Frame(Order.ACK)
        order = self._cycles.due()
        if order is not None:
            return Frame(Order.STACK_1 if order == "stack" else Order.RETURN)
        if self._phase is _Phase.CONNECT and self._state in _HELD:
            return Frame(Order.RETURN)
        if self._phase is _Phase.RESET and not self._cycles.is_waiting_for_stacked:
            return Frame(Order.RESET)
        if self._phase is _Phase.READY and not self._steps:
            self._apply_wish()
        return self._steps[0] if self._steps else Frame(Order.STATUS)

    def _apply_wish(self) -> None:
        wanted = self._wish & frozenset(self.values_fen)
        if wanted == self._applied or self._state not in (State.IDLE, State.DISABLED):
            return
        self._setting = wanted
        self._steps.extend(self._settings(wanted))

    def _settings(self, wanted: frozenset[int]) -> list[Frame]:
        inhibited = 0xFF
        for code, row in self._table.items():
            bit = code - meaning.FIRST_DENOMINATION
            if row.value_fen in wanted and 0 <= bit < meaning.DENOMINATIONS:
                inhibited &= ~(1 << bit)
        mouth = Frame(Order.SET_INHIBIT, b"\x00" if wanted else b"\x01")
        notes = Frame(Order.SET_DENOMINATION, bytes((inhibited, 0x00)))
        # Opening: first which notes, then the mouth. Closing: the mouth first.
        return [notes, mouth] if wanted else [mouth, notes]

    def _miss(self) -> list[Event]:
        """A request was not answered: a lost frame, a bad CRC, or nobody there."""
        asked, self._asked = self._asked, None
        assert asked is not None
        self._unanswered += 1
        self._ask_status_next = asked.code != Order.STATUS
        events = list[Event]()
        if asked.code in (Order.VERSION, Order.CURRENCY):
            self._step_misses += 1
            if self._step_misses >= _STEP_TRIES:
                events += self._refused(asked)
        if self._unanswered % _SILENT_AFTER == 0:
            self._rouse()
        if self._unanswered == _SILENT_AFTER:
            self._cycles.went_silent()
            self._state = None
            events.append(Faulted("silent"))
        return events

    def _rouse(self) -> None:
        """Left alone too long with its credit a unit may stop answering until it is reset. A credit on disk
        allows that; first the acknowledgement is sent again, because that may be all it lacks. One that was
        never heard waits a minute: then the unit will not say it any more, and a reset at least tells where
        the note is."""
        if self._cycles.pending is None and self._unanswered >= _MUTE_AFTER:
            self._phase, self._is_unheard = _Phase.RESET, True
            self._cycles.restarted()
            return
        if not self._cycles.is_waiting_for_stacked:
            return
        self._ask_status_next = False
        if self._unanswered == _SILENT_AFTER:
            self._cycles.acknowledge_again()
        else:
            self._phase = _Phase.RESET
            self._cycles.restarted()

    def _repeat_credit(self) -> list[Event]:
        credit = self._cycles.pending
        return [] if credit is None else [credit]

    # -- answers -----------------------------------------------------------------------------------------

    def _receive(self, frame: Frame) -> list[Event]:
        self._unanswered = 0
        asked = self._asked
        if frame.code in _STATES:
            if asked is not None and asked.code == Order.STATUS:
                self._asked = None
            return self._see(State(frame.code), frame.data)
        if asked is None or asked.code == Order.STATUS:
            return []  # a late answer to something given up
        if frame.code == meaning.INVALID_COMMAND:
            self._asked = None
            return self._refused(asked)
        if frame.code == meaning.ACK and asked.code < Order.ACK:
            self._asked = None
            self._acked(asked)
        elif frame.code == asked.code:
            self._asked = None
            self._read(asked, frame)
        return []

    def _acked(self, asked: Frame) -> None:
        if asked.code == Order.RESET:
            self._phase = _Phase.INITIALIZE
            self._state = None
        else:
            self._ask_status_next = True
            self._cycles.accepted()

    def _refused(self, asked: Frame) -> list[Event]:
        self._ask_status_next = True
        if self._phase is _Phase.READ or asked.code in (Order.SET_SECURITY, Order.SET_DIRECTION):
            self._step_done()  # not every model knows it, or knows it before its reset
        elif asked.code == Order.CURRENCY:
            self._step_done()
            return [Faulted("failure", "no_currency_table")]
        return []

    def _read(self, asked: Frame, answer: Frame) -> None:
        if asked.code in meaning.SETTINGS:
            if answer.data == asked.data:
                self._step_done()
            else:
                self._ask_status_next = True
            return
        if asked.code == Order.VERSION:
            self.version = answer.data.decode("ascii", "replace").strip()
        elif asked.code == Order.CURRENCY:
            try:
                rows = meaning.currency_table(answer.data)
            except ValueError:
                return
            self._table = {row.escrow: row for row in rows}
            self.values_fen = tuple(sorted({row.value_fen for row in rows}))
        self._step_done()

    def _step_done(self) -> None:
        self._step_misses = 0
        if self._steps:
            self._steps.popleft()
        if self._steps:
            return
        if self._phase is _Phase.READ:
            self._phase = _Phase.RESET
        elif self._phase in (_Phase.SET, _Phase.READY):
            self._phase = _Phase.READY
            self._applied = self._setting
            self._boot = None

    # -- states ------------------------------------------------------------------------------------------

    def _see(self, state: State, data: bytes) -> list[Event]:
        if self._cycles.pending is not None:
            return []  # first things first: even a power-up waits, it is reported until the reset anyway
        before, self._state = self._state, state
        if state in meaning.POWER_UPS:
            return self._power_up(state)
        if self._phase is _Phase.CONNECT:
            return self._connect(state, data)
        if self._phase is _Phase.INITIALIZE and state in (State.INITIALIZE, State.IDLE, State.DISABLED):
            self._set_up()
            unheard, self._is_unheard = self._is_unheard, False
            return [PoweredUp("none")] if unheard else []
        if self._phase is _Phase.READY and state is State.INITIALIZE and before is not State.INITIALIZE:
            # It restarted by itself, as after its cash box was put back; its settings may be gone.
            where = "acceptor" if self._cycles.is_surely_in_acceptor else "none"
            self._cycles.restarted()
            self._set_up()
            return [PoweredUp(where)]
        if self._phase is _Phase.READY or state in _MOVING or state in meaning.FAULTS:
            return self._note(state, data)
        return []

    def _connect(self, state: State, data: bytes) -> list[Event]:
        if state in _HELD:
            # Sent back by an order, not by a reset: should an order to stack of a former life still be on its
            # way, this one is refused, where a reset would take the note without a credit.
            self._is_sent_back = True
            return []
        if state in _MOVING:
            self._is_sent_back = self._is_sent_back and state is State.RETURNING
            return self._note(state, data)
        events: list[Event] = [PoweredUp("acceptor" if self._is_sent_back else "none")]
        self._is_sent_back = False
        self._begin()
        return events + (self._note(state, data) if state in meaning.FAULTS else [])

    def _note(self, state: State, data: bytes) -> list[Event]:
        values = {code: row.value_fen for code, row in self._table.items()}
        return see(self._cycles, state, data, values)

    def _power_up(self, state: State) -> list[Event]:
        if self._boot is state:
            if self._phase in (_Phase.INITIALIZE, _Phase.SET):
                self._phase = _Phase.RESET
                self._steps.clear()
            return []
        self._boot, self._is_unheard = state, False
        self._begin()
        return [PoweredUp(meaning.POWER_UPS[state])]

    def _begin(self) -> None:
        self._cycles.restarted()
        self._phase = _Phase.READ
        self._steps = deque((Frame(Order.VERSION), Frame(Order.CURRENCY)))

    def _set_up(self) -> None:
        self._phase = _Phase.SET
        self._setting = frozenset()
        mouth, notes = self._settings(self._setting)
        security, direction = Frame(Order.SET_SECURITY, b"\0\0"), Frame(Order.SET_DIRECTION, b"\0")
        self._steps = deque((notes, security, direction, mouth))
        if not self._table:
            self._steps.appendleft(Frame(Order.CURRENCY))
