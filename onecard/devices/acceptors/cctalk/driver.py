"""Drives a ccTalk bill validator: reads its bills, follows its ring of events, routes what is in escrow.

An event is told by a counter that goes on and a ring of five. A note is money when the ring says stacked. A
counter of 0 is a restart, a counter five ahead is loss: whatever was on its way then is for a person to find
out.
"""

from collections import deque

from onecard.devices.acceptors import Event, Lost, PoweredUp, Rejected
from onecard.devices.acceptors.cctalk import meaning
from onecard.devices.acceptors.cctalk.bus import Bus
from onecard.devices.acceptors.cctalk.frames import Check, Frame
from onecard.devices.acceptors.cctalk.meaning import Header
from onecard.devices.acceptors.polled import Polled
from onecard.devices.line import Line

BILLS = 16
_COUNTRY = b"CN"
#: Polls that a note of a former life gets to come to rest: 9 s at 100 ms.
_LEFT_OVER = 90
#: (A, B) of events that say where a note is.
_IN_ESCROW, _IN_BOX = 1, 0
_BACK = (1, 8)


class CcTalkBills(Polled):
    """An ``Acceptor``."""

    def __init__(self, line: Line, serial: str, *, address: int = 40, check: Check = "crc") -> None:
        super().__init__(line, serial)
        self._bus = Bus(address, check)
        self._steps: deque[tuple[int, bytes]] = deque()
        self._asked: tuple[int, bytes] = 0, b""
        self._bills: dict[int, int] = {}
        self._scaling = 1, 2
        self._counter: int | None = None
        self._queue: deque[tuple[int, int]] = deque()
        #: With the weaker check an answer that brings news is believed when it was read twice.
        self._unconfirmed = b""
        self._is_paused = self._is_quiet_long = self._must_return = False
        self._trouble: tuple[str, str] | None = None
        self._applied: frozenset[int] | None = None
        self._setting = frozenset[int]()
        #: Polls that are left to a note of the life before; None when the start is behind us.
        self._left_over: int | None = None
        self._is_starting = True
        self._since_mouth = 0
        self._begin()

    # -- asking ------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._steps = deque([(Header.SIMPLE_POLL, b""), (Header.SCALING, _COUNTRY)])
        self._steps += [(Header.BILL_ID, bytes((place,))) for place in range(1, BILLS + 1)]
        self._steps.append((Header.BILL_MODE, bytes((meaning.MODE,))))

    def _ask(self) -> bytes | None:
        if self._is_paused:
            self._is_paused = False  # the ring is read every 200 ms; orders do not wait
            if not (self._steps or self._must_return):
                return None
        self._asked = self._next()
        self._is_paused = self._asked[0] == Header.READ_BILLS
        return self._bus.question(*self._asked)

    def _next(self) -> tuple[int, bytes]:
        self._cycles.acknowledgement_due()
        if self._steps:
            return self._steps[0]
        if self._cycles.pending is not None:
            return Header.SIMPLE_POLL, b""  # its news would come before the credit is on disk
        if self._must_return:
            return Header.ROUTE_BILL, bytes((meaning.RETURN,))
        order = self._cycles.due()
        if order == "stack":
            self._cycles.ordered()
            return Header.ROUTE_BILL, bytes((meaning.STACK,))
        if order == "return":
            return Header.ROUTE_BILL, bytes((meaning.RETURN,))
        if not self._is_starting and self._wanted != self._applied and not self._cycles.is_held:
            self._setting = self._wanted
            inhibits = (int(Header.INHIBITS), meaning.mask(self._bills, self._setting))
            mouth = (int(Header.MASTER_INHIBIT), bytes((bool(self._setting),)))
            # Opening: first which notes, then the mouth. Closing: the mouth first.
            self._steps += [inhibits, mouth] if self._setting else [mouth, inhibits]
            return self._steps[0]
        self._since_mouth += 1
        if self._applied and self._since_mouth > meaning.MOUTH_EVERY and not self._cycles.is_held:
            self._since_mouth = 0
            return Header.READ_MASTER_INHIBIT, b""
        return Header.READ_BILLS, b""

    def _fell_silent(self) -> None:
        self._is_quiet_long = True

    # -- answers -----------------------------------------------------------------------------------------

    def _expire(self) -> list[Event]:
        return self._take(self._bus.expire())

    def _hear(self, data: bytes) -> list[Event]:
        events = self._take(self._bus.answers(data))
        return events + self._drain() + self._started()

    def _take(self, frames: list[Frame]) -> list[Event]:
        events: list[Event] = []
        for frame in frames:
            if not self._is_waiting or frame.header not in (meaning.ANSWER, meaning.NAK, meaning.BUSY):
                continue
            self._answered()
            if frame.header != meaning.BUSY:
                events += self._receive(*self._asked, frame)
        return events

    def _receive(self, header: int, sent: bytes, frame: Frame) -> list[Event]:
        is_ok = frame.header == meaning.ANSWER
        match header:
            case Header.READ_BILLS if is_ok:
                return self._ring(frame.data)
            case Header.READ_MASTER_INHIBIT if is_ok and frame.data == b"\0" and self._applied:
                if self._cycles.pending is not None:
                    return []
                self._counter = 0  # it began at 0 again, unseen
                return self._restarted()
            case Header.ROUTE_BILL:
                return self._routed(sent[0], is_ok and not frame.data)
            case Header.SIMPLE_POLL if not self._steps:
                return []
        if not self._steps or self._steps[0][0] != header:
            return []
        if header == Header.SCALING and is_ok and len(frame.data) == 3:
            self._scaling = int.from_bytes(frame.data[:2], "little"), frame.data[2]
        elif header == Header.BILL_ID:
            value = meaning.bill_value(frame.data, *self._scaling) if is_ok else None
            self._bills.pop(sent[0], None)
            if value is not None:
                self._bills[sent[0]] = value
            self.values_fen = tuple(sorted(set(self._bills.values())))
        elif not is_ok and header in (Header.INHIBITS, Header.MASTER_INHIBIT, Header.BILL_MODE):
            return self._cycles.faulted("failure", f"header_{header}")  # and it is asked again
        self._steps.popleft()
        if not self._steps and header in (Header.INHIBITS, Header.MASTER_INHIBIT):
            self._applied = self._setting
        return []

    def _routed(self, order: int, is_ok: bool) -> list[Event]:
        if self._must_return:
            self._must_return = False
            return []
        if is_ok:
            return self._cycles.accepted(is_stacking=order == meaning.STACK)
        return self._cycles.gone()

    # -- the ring ----------------------------------------------------------------------------------------

    def _ring(self, data: bytes) -> list[Event]:
        try:
            news = meaning.news(self._counter or 0, data)
        except ValueError:
            return []
        if self._counter is None:
            return self._first_look(data)
        if data[0] == self._counter and not news.is_restarted:
            self._unconfirmed = b""
            if self._is_quiet_long and data[0] == 0:
                return self._restarted()  # nobody was heard for long, and the counter cannot tell
            self._is_quiet_long = False
            return self._no_news()
        if self._bus.check == "sum" and self._unconfirmed != data:
            self._unconfirmed = data
            return []
        self._unconfirmed = b""
        self._counter, self._is_quiet_long = data[0], False
        if news.is_restarted:
            return self._restarted()
        if news.is_lost:
            return [Lost("events_lost"), *self._restarted()]
        self._queue += news.events
        return self._drain()

    def _restarted(self) -> list[Event]:
        """What was on its way is closed here without an outcome; the journal has the order."""
        self._cycles.restarted()
        self._queue.clear()
        self._applied, self._trouble, self._is_quiet_long = None, None, False
        self._must_return = True
        self._begin()
        return [PoweredUp("none")]

    def _no_news(self) -> list[Event]:
        if self._is_starting or self._trouble is not None or self._applied is None:
            return []
        return self._cycles.quiet(bool(self._applied))

    def _drain(self) -> list[Event]:
        events: list[Event] = []
        while self._queue and self._cycles.pending is None:
            events += self._happened(*self._queue.popleft())
        return events

    def _happened(self, a: int, b: int) -> list[Event]:
        cycles = self._cycles
        if self._is_starting:
            return self._happened_at_start(a, b)
        if a > 0:
            self._trouble = None
        if a > 0 and b == _IN_ESCROW:
            return cycles.held(a, self._bills.get(a))
        if a > 0 and b == _IN_BOX:
            cycles.credit(self._bills.get(a), repeats=False)
        elif a == 0 and b in meaning.BILL_FAULTS:
            self._trouble = meaning.BILL_FAULTS[b]
            return cycles.faulted(*self._trouble)
        elif a == 0 and b in meaning.BILL_MENDED:
            self._trouble = None
        elif a == 0 and b == meaning.UNKNOWN_STACKED:
            return [Lost("unknown_bill_stacked"), *self._restarted()]
        elif a == 0 and b in meaning.BILL_REJECTS:
            told = cycles.returning() if b in _BACK else []
            return told or cycles.rejecting(meaning.BILL_REJECTS[b])
        elif a == 0 and b:
            return [Rejected(f"code_{b}")]
        return []

    # -- our own start, with a device that was running ---------------------------------------------------

    def _first_look(self, data: bytes) -> list[Event]:
        """What the last thing was that happened to a note while nobody, or another life, was listening."""
        if self._bus.check == "sum" and self._unconfirmed != data:
            self._unconfirmed = data
            return []
        self._unconfirmed = b""
        self._counter = data[0]
        self._is_quiet_long = False
        for a, b in [(data[1 + 2 * i], data[2 + 2 * i]) for i in range(min(data[0], meaning.RING))]:
            if a > 0 and b == _IN_BOX:
                # No note can be stacked without an order, so this is the journal's last one.
                self._cycles.credit(self._bills.get(a), repeats=False)
                break
            if a > 0 and b == _IN_ESCROW:
                self._must_return, self._left_over = True, _LEFT_OVER
                break
            if a == 0 and b in _BACK:
                break
        return self._started()

    def _happened_at_start(self, a: int, b: int) -> list[Event]:
        if a > 0 and b == _IN_BOX:
            self._left_over = None
            self._cycles.credit(self._bills.get(a), repeats=False)
        elif a == 0 and b in _BACK:
            self._left_over = None
        elif a > 0 and b == _IN_ESCROW:
            self._must_return, self._left_over = True, _LEFT_OVER
        return []

    def _started(self) -> list[Event]:
        """The start is over when no note of the life before can say anything more.

        That one was returned proves nothing about the journal's note: it may have been the next one's. Only
        what is stacked is sure.
        """
        if not self._is_starting or self._counter is None or self._cycles.pending is not None:
            return []
        if self._left_over is not None:
            self._left_over -= 1
            if self._left_over > 0:
                return []
        self._is_starting, self._left_over = False, None
        self._cycles.restarted()
        return [PoweredUp("none")]
