"""An ID-003 acceptor at the other end of the cable, as its captures show it. It does not know the driver."""

from typing import Any

from onecard.clock import Clock
from onecard.devices.acceptors.id003 import meaning
from onecard.devices.acceptors.id003.frames import Frame, Parser, encode
from onecard.devices.acceptors.id003.meaning import Denomination, Order, State
from onecard.devices.acceptors.mechanics import At, Mechanics, Memory, Timing
from onecard.devices.line import Line

__all__ = ["Memory", "Simulator", "Timing"]
_SETTING_BYTES: dict[int, int] = {0xC0: 2, 0xC1: 2, 0xC2: 1, 0xC3: 1, 0xC4: 1, 0xC5: 2}
#: A frame that stops for longer is forgotten.
_INTER_BYTE_S = 0.05
#: An arbitrary country code; see the driver.
_COUNTRY = 0x56
_REASONS = {"unknown": 0x76} | {word: code for code, word in meaning.REJECTS.items()}
_UP = {place: state for state, place in meaning.POWER_UPS.items()}
_STATES = {
    At.INITIALIZE: State.INITIALIZE,
    At.ACCEPTING: State.ACCEPTING,
    At.ESCROW: State.ESCROW,
    At.STACKING: State.STACKING,
    At.PASSED: State.VEND_VALID,
    At.STACKED: State.STACKED,
    At.REJECTING: State.REJECTING,
    At.RETURNING: State.RETURNING,
    At.JAM_ACCEPTOR: State.JAM_ACCEPTOR,
    At.JAM_STACKER: State.JAM_STACKER,
    At.BOX_OUT: State.STACKER_OPEN,
    At.CHEATED: State.CHEATED,
    At.FAILURE: State.FAILURE,
}


class Simulator(Mechanics):
    """One acceptor."""

    WAITS_FOR_HOST = True
    STARTS_BY_RESET = True

    def __init__(
        self, clock: Clock, line: Line | None = None, *, says_value: bool = True, **machine: Any
    ) -> None:
        """``says_value``: whether VEND VALID carries the denomination; both kinds are in use."""
        self._says_value = says_value
        super().__init__(clock, line, **machine)

    @property
    def table(self) -> tuple[Denomination, ...]:
        """What it answers when asked for its notes."""
        return tuple(
            Denomination(meaning.FIRST_DENOMINATION + at, _COUNTRY, fen)
            for at, fen in enumerate(self.values_fen)
        )

    @property
    def state(self) -> State:
        """What it says of itself when asked."""
        if self.is_paused:
            return State.PAUSE
        if self._at is At.POWER_UP:
            return _UP[self.found]
        if self._at is At.ESCROW and self._is_held:
            return State.HOLDING
        if self._at is not At.REST:
            return _STATES[self._at]
        if self.is_full:
            return State.STACKER_FULL
        return State.IDLE if self.is_open else State.DISABLED

    def fail(self, code: int = 0xA2) -> None:
        self._failure = code
        super().fail()

    def started(self) -> None:
        self._parser = Parser()
        self._heard_at = 0.0
        self._settings = {Order.SET_DENOMINATION: b"\xff\x00", Order.SET_INHIBIT: b"\x01"}
        self._failure = 0
        #: It stopped answering: its credit was not acknowledged for too long.
        self.is_mute = False
        #: A second note waits in the mouth.
        self.is_paused = False
        self._is_held = False

    def turned(self, at: At) -> None:
        self._is_held = False

    def hear(self, data: bytes) -> None:
        now = self._clock.monotonic()
        self.is_mute |= self._at is At.PASSED and now - self._since > self._timing.unacknowledged
        if data:
            self._heard_at = now
        elif self._parser.is_partial and now - self._heard_at > _INTER_BYTE_S:
            self._parser = Parser()
        for frame in self._parser.feed(data):
            self._answer(frame)

    def reset(self) -> None:
        self.is_mute = False
        super().reset()

    def _say(self, code: int, data: bytes = b"") -> None:
        self.say(encode(Frame(code, data)))

    def _answer(self, frame: Frame) -> None:
        if self.is_mute and frame.code != Order.RESET:
            return
        match frame.code:
            case Order.STATUS:
                self.heard_poll()
                self._say(self.state, self._status_data())
            case Order.ACK:
                self.confirm()
            case Order.RESET:
                self._say(meaning.ACK)
                self.reset()
            case Order.VERSION:
                self._say(Order.VERSION, b"SIM(CHN)-ID003-1.00")
            case Order.CURRENCY:
                self._say(Order.CURRENCY, meaning.encode_table(self.table))
            case Order.STACK_1 | Order.STACK_2 | Order.RETURN | Order.HOLD:
                self._say(meaning.ACK if self._ordered(Order(frame.code)) else meaning.INVALID_COMMAND)
            case code if len(frame.data) == _SETTING_BYTES.get(code) and self._at is not At.POWER_UP:
                self._set(Order(code), frame.data)
                self._say(code, frame.data)
            case _:
                self._say(meaning.INVALID_COMMAND)

    def _ordered(self, order: Order) -> bool:
        """What becomes of the held note; nothing when there is none."""
        if order is Order.RETURN:
            return self.give_back()
        if order is not Order.HOLD:
            return self.stack()
        if self._is_held or not self.hold():
            return False
        self._is_held = True
        return True

    def _set(self, order: Order, data: bytes) -> None:
        self._settings[order] = data
        inhibited = self._settings[Order.SET_DENOMINATION][0]
        self.enabled_fen = frozenset(fen for at, fen in enumerate(self.values_fen) if not inhibited >> at & 1)
        self.is_open = self._settings[Order.SET_INHIBIT] == b"\x00"

    def _status_data(self) -> bytes:
        match self.state:
            case State.ESCROW:
                return self._code()
            case State.VEND_VALID if self._says_value:
                return self._code()
            case State.REJECTING:
                return bytes((_REASONS.get(self.refusal or "", 0x76),))
            case State.FAILURE:
                return bytes((self._failure,))
        return b""

    def _code(self) -> bytes:
        rows = (row.escrow for row in self.table if row.value_fen == self.memory.note_fen)
        return bytes(tuple(rows)[:1])
