"""Drives an EBDS acceptor: one message each way per poll, with an ack bit that turns over.

STACKED is money once, on its rising edge. Until its credit is on disk the very same message is sent again,
which the device answers with the very same status; only then the ack bit turns. A new driver cannot know that
bit, so its first message may acknowledge what nobody read: then the journal's order to stack is the evidence.
"""

from onecard.devices.acceptors import Event, PoweredUp
from onecard.devices.acceptors.ebds import meaning
from onecard.devices.acceptors.ebds.frames import DEVICE, HOST, Frame, Parser, encode
from onecard.devices.acceptors.ebds.meaning import At, Host, Other, Status, Trouble
from onecard.devices.acceptors.polled import Polled
from onecard.devices.line import Line

_MOVING = At.ACCEPTING | At.ESCROWED | At.STACKING | At.STACKED | At.RETURNING


class Ebds(Polled):
    """An ``Acceptor``."""

    def __init__(self, line: Line, serial: str, values_fen: dict[int, int]) -> None:
        """``values_fen``: what the device's notes 1 to 7 are worth."""
        super().__init__(line, serial)
        self._notes = values_fen
        self.values_fen = tuple(sorted(set(values_fen.values())))
        self._parser = Parser()
        self._ack = 0
        self._sent = b""
        self._is_again = False
        self._must_return = False
        #: Where the note was, while a start lasts (the device's or ours); None when it is over.
        self._boot: str | None = "none"
        self._is_boot_ours = True
        self._is_boot_credited = False
        self._is_open = False

    # -- asking ------------------------------------------------------------------------------------------

    def _ask(self) -> bytes | None:
        if self._is_again or self._cycles.pending is not None:
            return self._sent  # unanswered, or not on disk: the very same message
        self._cycles.acknowledgement_due()
        orders = Host.ESCROW
        order = self._cycles.due()
        if order == "stack":
            self._cycles.ordered()
            orders |= Host.STACK
        elif order == "return" or self._must_return:
            orders |= Host.RETURN
        self._must_return = False
        self._ack ^= 1
        self._sent = self._message(orders)
        return self._sent

    def _message(self, orders: int) -> bytes:
        wanted = self._wanted if self._boot is None else frozenset[int]()
        enables = sum(1 << (note - 1) for note, fen in self._notes.items() if fen in wanted)
        self._is_open = bool(enables)
        return encode(Frame(HOST, self._ack, bytes((enables, orders, meaning.POLICY_B))))

    def _missed(self) -> list[Event]:
        self._is_again = True
        return []

    def _fell_silent(self) -> None:
        # An order in the message that is sent again and again would meet whatever note is held by then.
        if self._cycles.pending is None:
            self._sent = self._message(Host.ESCROW)

    # -- answers -----------------------------------------------------------------------------------------

    def _expire(self) -> list[Event]:
        return self._take(self._parser.expire())

    def _hear(self, data: bytes) -> list[Event]:
        return self._take(self._parser.feed(data))

    def _take(self, frames: list[Frame]) -> list[Event]:
        events: list[Event] = []
        for frame in frames:
            if not self._is_waiting or frame.kind != DEVICE or frame.ack != self._ack:
                continue
            status = meaning.read(frame.data)
            if status is not None:
                self._answered()
                self._is_again = False
                events += self._see(status)
        return events

    def _see(self, status: Status) -> list[Event]:
        if self._cycles.pending is not None:
            return []
        if status.other & Other.POWER_UP and (self._boot is None or self._is_boot_ours):
            self._boot, self._is_boot_ours = "none", self._boot is not None
            self._is_boot_credited = self._cycles.is_waiting_for_stacked
            self._cycles.restarted()
        if status.at & At.STACKED:
            if not (self._boot is not None and self._is_boot_credited):  # else told before the power went
                # A level, so it is looked at while it stands: the ack bit turns when it is on disk.
                self._cycles.credit(self._notes.get(status.note), repeats=True)
                self._is_again = not self._cycles.is_waiting_for_stacked
            return []
        if self._boot is not None:
            return self._start(status, self._boot)
        return self._note(status)

    def _start(self, status: Status, where: str) -> list[Event]:
        if status.at & At.ESCROWED:
            # Left over, or new in a mouth that was left open: nobody's order stands behind it here.
            self._must_return = True
        elif status.at & At.RETURNED and not self._is_boot_ours:
            self._boot = where = "acceptor"
        is_at_rest = status.at & At.IDLE or meaning.fault(status) is not None
        if status.other & Other.POWER_UP or status.at & _MOVING or not is_at_rest:
            return []
        self._boot, self._is_boot_ours, self._is_boot_credited = None, False, False
        self._cycles.restarted()
        return [PoweredUp(where)]

    def _note(self, status: Status) -> list[Event]:
        cycles = self._cycles
        events: list[Event] = []
        if status.trouble & Trouble.REJECTED:
            events += cycles.rejecting("rejected")
        if status.at & At.ESCROWED:
            return events + cycles.held(status.note, self._notes.get(status.note))
        if status.at & At.STACKING:
            return events + cycles.stacking()
        if status.at & (At.RETURNING | At.RETURNED):
            return events + cycles.returning()
        if (trouble := meaning.fault(status)) is not None:
            return events + cycles.faulted(*trouble)
        if status.trouble & Trouble.REJECTED:
            return events
        if status.trouble & Trouble.PAUSED:
            return events + cycles.faulted("jam", "second_note")
        if status.at & At.ACCEPTING:
            return events + cycles.accepting()
        if status.at & At.IDLE:
            return events + cycles.at_rest(self._is_open)
        return events
