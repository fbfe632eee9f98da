"""A CashCode validator at the other end of the cable, as CCNET describes it. It does not know the driver."""

from typing import Any

from onecard.clock import Clock
from onecard.devices.acceptors.ccnet import meaning
from onecard.devices.acceptors.ccnet.frames import Frame, Parser, encode
from onecard.devices.acceptors.ccnet.meaning import Order, State
from onecard.devices.acceptors.mechanics import At, Mechanics
from onecard.devices.line import Line

_INTER_BYTE_S = 0.05
_REASONS = {"inhibited": 0x68, "unknown": 0x65, "length": 0x6C}
_UP = {"none": State.POWER_UP, "acceptor": State.POWER_UP_IN_VALIDATOR, "stacker": State.POWER_UP_IN_STACKER}
_STATES = {
    At.INITIALIZE: State.INITIALIZE,
    At.ACCEPTING: State.ACCEPTING,
    At.ESCROW: State.ESCROW,
    At.STACKING: State.STACKING,
    At.PASSED: State.STACKED,
    At.STACKED: State.IDLE,
    At.REJECTING: State.REJECTING,
    At.RETURNING: State.RETURNING,
    At.JAM_ACCEPTOR: State.VALIDATOR_JAM,
    At.JAM_STACKER: State.BOX_JAM,
    At.BOX_OUT: State.BOX_OUT,
    At.CHEATED: State.CHEATED,
    At.FAILURE: State.FAILURE,
}


class Simulator(Mechanics):
    """One validator."""

    WAITS_FOR_HOST = True
    STARTS_BY_RESET = True

    def __init__(
        self, clock: Clock, line: Line | None = None, *, needs_ack: bool = True, **machine: Any
    ) -> None:
        """``needs_ack``: a stacked report comes until it is acknowledged; else the next poll will do, too."""
        self._needs_ack = needs_ack
        super().__init__(clock, line, **machine)

    def started(self) -> None:
        self._parser = Parser()
        self._heard_at = 0.0
        #: The last answer was the stacked report.
        self._was_told = False
        self._was_returned = False

    def turned(self, at: At) -> None:
        self._was_told = False
        self._was_returned = (at is At.REST and self._was_returned) or at is At.RETURNING

    def hear(self, data: bytes) -> None:
        now = self._clock.monotonic()
        if data:
            self._heard_at = now
        frames = self._parser.feed(data)
        if not data and self._parser.is_partial and now - self._heard_at > _INTER_BYTE_S:
            frames += self._parser.expire()
        for frame in frames:
            self._answer(frame)

    def _say(self, code: int, data: bytes = b"") -> None:
        self.say(encode(Frame(code, data)))

    def _answer(self, frame: Frame) -> None:
        was_told, self._was_told = self._was_told, False
        starting = self._at is At.POWER_UP
        match frame.code:
            case Order.ACK:
                if was_told:
                    self.confirm()
            case Order.POLL:
                self.heard_poll()
                if was_told and not self._needs_ack:
                    self.confirm()
                self._poll()
            case Order.RESET:
                self._say(meaning.ACK)
                self.enabled_fen, self.is_open = frozenset(), False
                self.reset()
            case Order.BILL_TABLE:
                table = meaning.encode_table(self.values_fen)
                self._say(table[0], table[1:])
            case Order.IDENTIFY:
                self._say(ord("S"), b"IM-CN         000000000001\0\0\0\0\0\0\0")
            case Order.SET_SECURITY if len(frame.data) == 3:
                self._say(meaning.ACK)
            case Order.ENABLE if len(frame.data) == 6 and not starting:
                bits = int.from_bytes(frame.data[:3], "big")
                self.enabled_fen = frozenset(fen for i, fen in enumerate(self.values_fen) if bits >> i & 1)
                self.is_open = bool(self.enabled_fen)
                self._say(meaning.ACK)
            case Order.STACK | Order.RETURN | Order.HOLD:
                order = {Order.STACK: self.stack, Order.RETURN: self.give_back, Order.HOLD: self.hold}
                self._say(meaning.ACK if order[Order(frame.code)]() else meaning.ILLEGAL)
            case _:
                self._say(meaning.ILLEGAL)

    def _poll(self) -> None:
        match self._at:
            case At.POWER_UP:
                self._say(_UP[self.found])
            case At.REST if self._was_returned:
                self._was_returned = False
                self._say(State.RETURNED, bytes((0,)))
            case At.REST if self.is_full:
                self._say(State.BOX_FULL)
            case At.REST:
                self._say(State.IDLE if self.is_open else State.DISABLED)
            case At.ESCROW | At.PASSED:
                self._was_told = self._at is At.PASSED
                self._say(_STATES[self._at], bytes((self.values_fen.index(self.memory.note_fen),)))
            case At.REJECTING:
                self._say(State.REJECTING, bytes((_REASONS.get(self.refusal or "", 0x66),)))
            case At.FAILURE:
                self._say(State.FAILURE, b"\x50")
            case at:
                self._say(_STATES[at])
