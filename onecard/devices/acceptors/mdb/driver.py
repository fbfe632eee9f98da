"""Drives an MDB bill validator through an adaptor: sets it up, polls it, decides about its escrow.

A stacked bill is money. Its report is acknowledged when the credit is on disk; until then the device repeats
it, unless the adaptor acknowledges by itself. After a reset of the device nothing tells what became of a
bill.
"""

from collections import deque

from onecard.devices.acceptors import Event, PoweredUp
from onecard.devices.acceptors.mdb import frames
from onecard.devices.acceptors.mdb.adaptor import ACK, NAK, Adaptor
from onecard.devices.acceptors.mdb.frames import Kind, Order, Report, Route, Status
from onecard.devices.acceptors.polled import Polled
from onecard.devices.line import Line

#: Polls that a bill of a former life gets to come to rest: 4 s at 100 ms.
_LEFT_OVER = 40
#: The stacker is asked whether it is full every so many polls.
_STACKER_EVERY = 20
#: Answers in a row that call it shut while it should be open, before it is told once more.
_SHUT_POLLS = 5
_POLL, _STACKER, _SETUP = bytes((Order.POLL,)), bytes((Order.STACKER,)), bytes((Order.SETUP,))


class Mdb(Polled):
    """An ``Acceptor``."""

    def __init__(self, line: Line, serial: str, adaptor: Adaptor) -> None:
        super().__init__(line, serial)
        self._adaptor = adaptor
        self._cycles.tells_once = adaptor.acknowledges
        self._bills: dict[int, int] = {}
        self._steps: deque[bytes] = deque((_SETUP,))
        self._asked = b""
        self._applied: frozenset[int] | None = None
        self._setting = frozenset[int]()
        #: A bill may lie in escrow, told to a driver before this one.
        self._must_return = True
        self._is_reset = self._is_full = False
        self._shut = 0
        self._left_over: int | None = _LEFT_OVER
        self._since_stacker = _STACKER_EVERY

    # -- asking ------------------------------------------------------------------------------------------

    def _ask(self) -> bytes | None:
        self._asked = self._next()
        return self._adaptor.encode(self._asked)

    def _next(self) -> bytes:
        self._cycles.acknowledgement_due()
        if self._cycles.pending is not None:
            self._since_stacker = _STACKER_EVERY
            return _SETUP if self._adaptor.acknowledges else _POLL
        if self._must_return:
            return bytes((Order.ESCROW, frames.RETURN))
        order = self._cycles.due()
        if order is not None:
            if order == "stack":
                self._cycles.ordered()
            return bytes((Order.ESCROW, frames.STACK if order == "stack" else frames.RETURN))
        if self._steps:
            return self._steps[0]
        if self._left_over is None and self._wanted != self._applied and not self._cycles.is_held:
            self._setting = self._wanted
            bits = sum(1 << bill for bill, fen in self._bills.items() if fen in self._setting)
            # Enabled bills, and the same ones held in escrow.
            self._steps.append(bytes((Order.BILL_TYPE,)) + bits.to_bytes(2, "big") * 2)
            return self._steps[0]
        self._since_stacker += 1
        if self._since_stacker > _STACKER_EVERY:
            self._since_stacker = 0
            return _STACKER
        return _POLL

    # -- answers -----------------------------------------------------------------------------------------

    def _expire(self) -> list[Event]:
        return self._take(self._adaptor.expire())

    def _missed(self) -> list[Event]:
        self._cycles.missed()
        return []

    def _hear(self, data: bytes) -> list[Event]:
        if self._left_over:
            self._left_over -= 1
        return self._take(self._adaptor.feed(data))

    def _take(self, blocks: list[bytes]) -> list[Event]:
        events: list[Event] = []
        for block in blocks:
            if not self._is_waiting:
                continue  # a late answer to something given up
            if block == bytes((NAK,)):
                self._answered()
                continue
            events += self._receive(self._asked, b"" if block == bytes((ACK,)) else block)
        return events

    def _receive(self, asked: bytes, data: bytes) -> list[Event]:
        match asked[0]:
            case Order.POLL:
                self._answered()
                return self._polled(data)
            case Order.ESCROW if not data:
                self._answered()
                if self._must_return:
                    self._must_return = False
                    return []
                return self._cycles.accepted(is_stacking=asked[1] == frames.STACK)
            case Order.BILL_TYPE if not data:
                self._answered()
                self._steps.popleft()
                self._applied = self._setting
            case Order.STACKER if len(data) == 2:
                self._answered()
                self._acknowledge_answer()
                self._is_full = bool(data[0] & 0x80)
            case Order.SETUP if len(data) == frames.SETUP_BYTES:
                self._answered()
                self._acknowledge_answer()
                return self._set_up(data)
        return []

    def _acknowledge_answer(self) -> None:
        if not self._adaptor.acknowledges:
            self._line.write(self._adaptor.encode(bytes((ACK,))))

    def _set_up(self, data: bytes) -> list[Event]:
        try:
            setup = frames.read_setup(data)
        except ValueError:
            return self._cycles.faulted("failure", "no_setup")  # and it is asked again
        if self._steps and self._steps[0] == _SETUP:
            self._steps.popleft()
        if not setup.has_escrow:
            return self._cycles.faulted("failure", "no_escrow")
        self._bills = setup.values_fen
        self.values_fen = tuple(sorted(set(setup.values_fen.values())))
        return []

    # -- reports -----------------------------------------------------------------------------------------

    def _polled(self, data: bytes) -> list[Event]:
        if self._cycles.pending is not None:
            return []  # not acknowledged, so it comes again
        reports = [frames.report(byte) for byte in data]
        events: list[Event] = []
        stacked = [r for r in reports if r.kind is Kind.BILL and r.value == Route.STACKED]
        for one in stacked:
            self._cycles.credit(self._bills.get(one.bill), repeats=not self._adaptor.acknowledges)
            if not self._cycles.is_waiting_for_stacked:
                return []  # a credit first, and the rest when it comes again
        bills = [place for place, r in enumerate(reports) if r.kind is Kind.BILL]
        for place, one in enumerate(reports):
            # An escrow whose end is told in the same breath is over before anybody could decide.
            is_over = one.kind is Kind.BILL and one.value == Route.ESCROW and place != bills[-1]
            if one not in stacked and not is_over:
                events += self._reported(one)
        if data:
            self._acknowledge_answer()
        is_still = all(r.kind is Kind.STATUS and r.value == Status.DISABLED for r in reports)
        return events + (self._still(bool(reports)) if is_still else [])

    def _reported(self, one: Report) -> list[Event]:
        cycles = self._cycles
        if one.kind is Kind.STATUS and one.value == Status.JUST_RESET:
            return self._device_reset()
        if self._left_over is not None:
            # Left over, or new in a mouth that was left open: nobody's order stands behind it here.
            self._must_return |= one.kind is Kind.BILL and one.value == Route.ESCROW
            return []
        match one.kind, one.value:
            case Kind.BILL, Route.ESCROW:
                self._is_reset = False
                return cycles.held(one.bill, self._bills.get(one.bill))
            case Kind.BILL, Route.RETURNED:
                return cycles.returning()
            case (Kind.BILL, Route.REJECTED) | (Kind.ATTEMPTS, _):
                return cycles.rejecting("inhibited")
            case Kind.STATUS, Status.NOT_IN_ESCROW:
                return cycles.gone()
            case Kind.STATUS, Status.REJECTED:
                return cycles.rejecting("rejected")
            case Kind.STATUS, value if Status(value) in frames.FAULTS:
                return cycles.faulted(*frames.FAULTS[Status(value)])
            case (Kind.BILL, Route.TO_RECYCLER) | (Kind.UNKNOWN, _):
                return cycles.faulted("failure", f"report_{one.value:02x}")
        return []

    def _device_reset(self) -> list[Event]:
        if self._is_reset:
            return []  # said again, because the acknowledgement was lost
        self._is_reset = True
        self._cycles.restarted()
        self._applied, self._left_over, self._must_return = None, None, False
        self._steps = deque((_SETUP,))
        self._since_stacker = _STACKER_EVERY
        return [PoweredUp("none")]

    def _still(self, is_shut: bool) -> list[Event]:
        if self._left_over is not None:
            if self._left_over > 0 or self._steps or self._must_return:
                return []
            self._left_over = None
            # Neither what was returned nor silence says what became of the journal's bill.
            self._cycles.restarted()
            return [PoweredUp("none")]
        if self._is_full:
            return self._cycles.faulted("box_full")
        if self._applied is None:
            return []
        self._is_reset = False
        self._shut = self._shut + 1 if is_shut and self._applied else 0
        if self._shut > _SHUT_POLLS:
            self._shut, self._applied = 0, None  # it has forgotten what to take
            return []
        return self._cycles.quiet(bool(self._applied) and not is_shut)
