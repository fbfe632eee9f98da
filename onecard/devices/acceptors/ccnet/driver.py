"""Drives a CashCode validator over CCNET: polls, acknowledges answers, resets it after a loss of power.

A stacked report is acknowledged only when its credit is on disk, so that it comes again until then; some
units take the next poll for an acknowledgement, then the driver itself goes on telling it. Which country the
bill table names for CNY is not known to us, so none is checked.
"""

from collections import deque
from enum import Enum, auto

from onecard.devices.acceptors import Event, PoweredUp
from onecard.devices.acceptors.ccnet import meaning
from onecard.devices.acceptors.ccnet.frames import Frame, Parser, encode
from onecard.devices.acceptors.ccnet.meaning import Order, State
from onecard.devices.acceptors.polled import Polled
from onecard.devices.line import Line

_HELD = (State.ESCROW, State.HOLDING)
_MOVING = (
    *(State.ACCEPTING, State.STACKING, State.RETURNING, State.REJECTING, State.STACKED, State.RETURNED),
    State.BUSY,
)
#: Answers in a row that call it shut while it should be open, before it is told once more.
_SHUT_POLLS = 5


class _Phase(Enum):
    CONNECT = auto()  # what is it doing?
    RESET = auto()
    INITIALIZE = auto()  # waiting for it to come up
    READY = auto()


class Ccnet(Polled):
    """An ``Acceptor``."""

    def __init__(self, line: Line, serial: str) -> None:
        super().__init__(line, serial)
        self._parser = Parser()
        self._bills: dict[int, int] = {}
        self._phase = _Phase.CONNECT
        self._state: State | None = None
        self._boot: State | None = None
        self._asked = Frame(Order.POLL)
        self._steps: deque[Frame] = deque()
        self._applied: frozenset[int] | None = None
        self._setting = frozenset[int]()
        self._is_poll_due = True
        self._shut = 0

    # -- asking ------------------------------------------------------------------------------------------

    def _ask(self) -> bytes | None:
        self._asked = self._next()
        return encode(self._asked)

    def _next(self) -> Frame:
        self._cycles.acknowledgement_due()
        if self._is_poll_due or self._cycles.pending is not None:
            self._is_poll_due = False
            return Frame(Order.POLL)
        order = self._cycles.due()
        if order == "stack":
            self._cycles.ordered()
            return Frame(Order.STACK)
        if order == "return" or (self._phase is _Phase.CONNECT and self._state in _HELD):
            return Frame(Order.RETURN)
        if self._phase is _Phase.RESET and not self._cycles.is_waiting_for_stacked:
            return Frame(Order.RESET)
        if self._phase is _Phase.READY and not self._steps:
            self._apply_wish()
        self._is_poll_due = bool(self._steps)
        return self._steps[0] if self._steps else Frame(Order.POLL)

    def _apply_wish(self) -> None:
        if self._wanted == self._applied or self._state not in (State.IDLE, State.DISABLED):
            return
        self._setting = self._wanted
        bits = sum(1 << place for place, fen in self._bills.items() if fen in self._setting)
        # Enabled bills, and the same ones held in escrow.
        self._steps.append(Frame(Order.ENABLE, bits.to_bytes(3, "big") * 2))

    def _missed(self) -> list[Event]:
        self._is_poll_due = True
        return []

    def _fell_silent(self) -> None:
        self._state = None

    # -- answers -----------------------------------------------------------------------------------------

    def _expire(self) -> list[Event]:
        return self._take(self._parser.expire())

    def _hear(self, data: bytes) -> list[Event]:
        return self._take(self._parser.feed(data))

    def _take(self, frames: list[Frame]) -> list[Event]:
        events: list[Event] = []
        for frame in frames:
            if not self._is_waiting:
                continue  # a late answer to something given up
            if self._asked.code == Order.POLL:
                if frame.code in meaning.STATES:
                    self._answered()
                    events += self._polled(State(frame.code), frame.data)
                continue
            self._answered()
            events += self._receive(self._asked, frame)
        return events

    def _polled(self, state: State, data: bytes) -> list[Event]:
        if state is not State.STACKED:
            self._acknowledge_answer()
            return self._see(state, data)
        events = self._see(state, data)
        if self._cycles.is_waiting_for_stacked:
            self._acknowledge_answer()
        return events

    def _acknowledge_answer(self) -> None:
        self._line.write(encode(Frame(Order.ACK)))

    def _receive(self, asked: Frame, answer: Frame) -> list[Event]:
        is_ack = answer.code == meaning.ACK and not answer.data
        is_refused = answer.code in (meaning.ILLEGAL, meaning.NAK) and not answer.data
        self._is_poll_due = True
        match asked.code:
            case Order.RESET if is_ack:
                self._phase, self._state = _Phase.INITIALIZE, None
            case Order.STACK | Order.RETURN if is_ack:
                return self._cycles.accepted(is_stacking=asked.code == Order.STACK)
            case Order.BILL_TABLE if not is_refused:
                self._acknowledge_answer()
                return self._table(bytes((answer.code,)) + answer.data)
            case Order.ENABLE | Order.SET_SECURITY if is_ack:
                self._steps.popleft()
                if asked.code == Order.ENABLE and self._phase is _Phase.READY:
                    self._applied = self._setting
            case Order.SET_SECURITY if is_refused:
                self._steps.popleft()  # not every model knows it
        return []

    def _table(self, data: bytes) -> list[Event]:
        try:
            bills = meaning.bill_table(data)
        except ValueError:
            return self._cycles.faulted("failure", "no_bill_table")  # and it is asked again
        self._bills = {bill.place: bill.value_fen for bill in bills}
        self.values_fen = tuple(sorted(set(self._bills.values())))
        self._steps.popleft()
        return []

    # -- states ------------------------------------------------------------------------------------------

    def _see(self, state: State, data: bytes) -> list[Event]:
        if self._cycles.pending is not None:
            return []  # first things first: even a power-up waits, it is reported until the reset anyway
        before, self._state = self._state, state
        if state in meaning.POWER_UPS:
            return self._power_up(state)
        if self._phase is _Phase.CONNECT:
            return self._connect(state, data)
        if self._phase is _Phase.INITIALIZE and state in (State.IDLE, State.DISABLED):
            self._set_up()
            return []
        if self._phase is not _Phase.READY:
            return self._note(state, data) if state in _MOVING or state in meaning.FAULTS else []
        if state is State.INITIALIZE:
            if before is State.INITIALIZE:
                return []
            # It restarted by itself, as after its cash box was put back; its settings may be gone.
            where = "acceptor" if self._cycles.is_surely_in_acceptor else "none"
            self._begin()
            self._phase = _Phase.INITIALIZE
            return [PoweredUp(where)]
        self._shut = self._shut + 1 if state is State.DISABLED and self._applied else 0
        if self._shut > _SHUT_POLLS:
            self._shut, self._applied = 0, None  # it has forgotten what to take
        return self._note(state, data)

    def _power_up(self, state: State) -> list[Event]:
        self._phase = _Phase.RESET
        if self._boot is state:
            return []
        self._boot = state
        self._begin()
        return [PoweredUp(meaning.POWER_UPS[state])]

    def _connect(self, state: State, data: bytes) -> list[Event]:
        if state in _HELD:
            return []  # sent back by an order, not by a reset
        if state in _MOVING:
            return self._note(state, data)
        if state is State.INITIALIZE:
            return []
        # What was sent back may be another note than the journal's: only a stacked report would be sure.
        self._begin()
        self._phase = _Phase.INITIALIZE
        events: list[Event] = [PoweredUp("none")]
        if state in (State.IDLE, State.DISABLED):
            self._set_up()
            return events
        return events + self._note(state, data)

    def _begin(self) -> None:
        self._cycles.restarted()
        self._applied = None
        self._steps.clear()

    def _set_up(self) -> None:
        self._phase, self._boot = _Phase.READY, None
        self._steps = deque((Frame(Order.BILL_TABLE), Frame(Order.SET_SECURITY, bytes(3))))

    def _note(self, state: State, data: bytes) -> list[Event]:
        cycles = self._cycles
        place = data[0] if data else None
        value = self._bills.get(place) if place is not None else None
        match state:
            case State.ESCROW:
                return cycles.held(place, value)
            case State.HOLDING:
                cycles.holding()
            case State.STACKING:
                return cycles.stacking()
            case State.STACKED:
                cycles.credit(value, repeats=True)
            case State.RETURNING | State.RETURNED:
                return cycles.returning()
            case State.REJECTING:
                code = data[0] if data else 0
                return cycles.rejecting(meaning.REJECTS.get(code, f"code_{code:02x}"))
            case State.ACCEPTING:
                return cycles.accepting()
            case State.IDLE | State.DISABLED:
                return cycles.at_rest(state is State.IDLE)
            case _ if state in meaning.FAULTS:
                kind, detail = meaning.FAULTS[state]
                return cycles.faulted(kind, detail or (f"code_{data[0]:02x}" if data else ""))
        return []
