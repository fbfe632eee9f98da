"""An ID-003 acceptor at the other end of the cable.

``insert`` is the customer, ``tick`` the firmware, ``jam`` bad luck. It keeps what a power cut cannot take:
where the note was and what lies in the cash box. Its times are the usual ones; it does not know the driver.
"""

from typing import Literal

from onecard.clock import Clock
from onecard.devices.acceptors.id003 import meaning
from onecard.devices.acceptors.id003.frames import Frame, Parser, encode
from onecard.devices.acceptors.id003.meaning import Denomination, Order, State
from onecard.devices.acceptors.mechanics import CNY_FEN, Memory, Timing
from onecard.devices.line import Line
from onecard.errors import DeviceGone

_SETTING_BYTES: dict[int, int] = {0xC0: 2, 0xC1: 2, 0xC2: 1, 0xC3: 1, 0xC4: 1, 0xC5: 2}
#: A frame that stops for longer is forgotten.
_INTER_BYTE_S = 0.05
#: An arbitrary country code; see the driver.
_COUNTRY = 0x56


_FROM_ACCEPTOR = (State.ACCEPTING, State.ESCROW, State.HOLDING, State.REJECTING, State.RETURNING)
_UP = {"none": State.POWER_UP, "acceptor": State.POWER_UP_IN_ACCEPTOR, "stacker": State.POWER_UP_IN_STACKER}


class Simulator:
    """One acceptor. Every method but ``tick`` is something that a person does to it."""

    def __init__(
        self,
        clock: Clock,
        line: Line | None = None,
        *,
        values_fen: tuple[int, ...] = CNY_FEN,
        timing: Timing | None = None,
        memory: Memory | None = None,
        capacity: int = 600,
        says_value: bool = True,
    ) -> None:
        """``says_value``: whether VEND VALID carries the denomination; both kinds are in use."""
        self._clock, self._line = clock, line
        self._timing = timing or Timing()
        self.memory = memory or Memory()
        self._capacity, self._says_value = capacity, says_value
        self._reject: int | None = None
        self.table = tuple(
            Denomination(meaning.FIRST_DENOMINATION + i, _COUNTRY, fen) for i, fen in enumerate(values_fen)
        )
        self.is_on = False
        self.power_on()

    # -- people ------------------------------------------------------------------------------------------

    @property
    def is_jammed(self) -> bool:
        return self._state in (State.JAM_ACCEPTOR, State.JAM_STACKER)

    @property
    def is_box_out(self) -> bool:
        return self._state is State.STACKER_OPEN

    @property
    def values_fen(self) -> tuple[int, ...]:
        return tuple(row.value_fen for row in self.table)

    @property
    def state(self) -> State:
        return self._state

    @property
    def takes_notes(self) -> bool:
        """The mouth is open (its lamp is on)."""
        return self.is_on and self._state is State.IDLE

    def insert(self, value_fen: int, reject: int | None = None) -> bool:
        """A customer puts a note in; ``False``: the mouth is shut. ``reject``: why it is not liked (code)."""
        if not self.takes_notes:
            return False
        self.memory.note_fen, self.memory.place = value_fen, "acceptor"
        self._reject = reject
        self._enter(State.ACCEPTING, self._timing.accept)
        return True

    def jam(self, where: Literal["acceptor", "stacker"] = "acceptor") -> None:
        """A note gets stuck."""
        self._enter(State.JAM_ACCEPTOR if where == "acceptor" else State.JAM_STACKER)

    def clear_jam(self) -> None:
        """An attendant pulls the note out and hands it back."""
        self._hand_back()
        self._enter(State.INITIALIZE, self._timing.initialize)

    def take_box_out(self) -> list[int]:
        """The cash box leaves with what is in it."""
        taken, self.memory.box_fen = self.memory.box_fen, []
        self._enter(State.STACKER_OPEN)
        return taken

    def put_box_back(self) -> None:
        self._enter(State.INITIALIZE, self._timing.initialize)

    def cheat(self) -> None:
        """Somebody pulls a string."""
        self._enter(State.CHEATED, self._timing.eject)

    def fail(self, code: int = 0xA2) -> None:
        self._failure = code
        self._enter(State.FAILURE)

    def power_cut(self, *, note_passed: bool = True) -> None:
        """The mains go. ``note_passed``: a note that was on its way into the stacker had passed the lever."""
        if not self.is_on:
            return
        self.is_on = False
        if self._state in (State.STACKING, State.VEND_VALID):
            passed = self._state is State.VEND_VALID or note_passed
            self.memory.place = "stacker" if passed else "acceptor"

    def power_on(self) -> None:
        if self.is_on:
            return
        self.is_on = True
        self._parser = Parser()
        self._heard = 0.0
        self._settings = {Order.SET_DENOMINATION: b"\xff\x00", Order.SET_INHIBIT: b"\x01"}
        self._reject = None
        self._failure = 0
        self._is_mute = False
        self._last_poll = self._clock.monotonic()
        self._enter(_UP[self.memory.place])

    def plug(self, line: Line) -> None:
        """The cable goes in."""
        self._line = line

    # -- firmware ----------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Answer what was asked and go on with what is due."""
        data = b""
        if self._line is not None:
            try:
                data = self._line.read_available()
            except DeviceGone:
                data = b""
        if not self.is_on:
            return
        self._advance()
        now = self._clock.monotonic()
        if data:
            self._heard = now
        elif self._parser.is_partial and now - self._heard > _INTER_BYTE_S:
            self._parser = Parser()
        for frame in self._parser.feed(data):
            self._answer(frame)

    poll = tick  # so that a device worker can run it

    def close(self) -> None:
        if self._line is not None:
            self._line.close()

    def _enter(self, state: State, seconds: float | None = None) -> None:
        self._state = state
        self._since = self._clock.monotonic()
        self._until = None if seconds is None else self._since + seconds

    def _advance(self) -> None:
        now = self._clock.monotonic()
        alone = now - max(self._last_poll, self._since)
        if self._state in (State.ESCROW, State.HOLDING) and alone > self._timing.unpolled:
            self._enter(State.RETURNING, self._timing.eject)
        elif self._state is State.VEND_VALID and now - self._since > self._timing.unacknowledged:
            self._is_mute = True
        if self._until is None or now < self._until:
            return
        match self._state:
            case State.ACCEPTING:
                self._judge()
            case State.ESCROW | State.HOLDING:
                self._refuse(meaning.INHIBITED)
            case State.STACKING:
                self._enter(State.VEND_VALID)
            case State.REJECTING | State.RETURNING:
                self._hand_back()
                self._rest()
            case _:
                self._rest()

    def _judge(self) -> None:
        code = self._code()
        if self._reject is not None or code is None:
            self._refuse(self._reject or 0x76)
        elif self._settings[Order.SET_DENOMINATION][0] >> (code - meaning.FIRST_DENOMINATION) & 1:
            self._refuse(meaning.INHIBITED)
        else:
            self._enter(State.ESCROW, self._timing.escrow)

    def _refuse(self, reason: int) -> None:
        self._reject = reason
        self._enter(State.REJECTING, self._timing.eject)

    def _rest(self) -> None:
        if len(self.memory.box_fen) >= self._capacity:
            self._enter(State.STACKER_FULL)
        else:
            is_open = self._settings[Order.SET_INHIBIT] == b"\x00"
            self._enter(State.IDLE if is_open else State.DISABLED)

    def _hand_back(self) -> None:
        if self.memory.place != "none":
            self.memory.returned_fen.append(self.memory.note_fen)
        self._no_note()

    def _box(self, *, credited: bool) -> None:
        self.memory.box_fen.append(self.memory.note_fen)
        if not credited:
            self.memory.uncredited_fen.append(self.memory.note_fen)
        self._no_note()

    def _no_note(self) -> None:
        self.memory.note_fen, self.memory.place = 0, "none"

    def _code(self) -> int | None:
        return next((row.escrow for row in self.table if row.value_fen == self.memory.note_fen), None)

    # -- the wire ----------------------------------------------------------------------------------------

    def _say(self, code: int, data: bytes = b"") -> None:
        assert self._line is not None
        try:
            self._line.write(encode(Frame(code, data)))
        except DeviceGone:
            return

    def _answer(self, frame: Frame) -> None:
        if self._is_mute and frame.code != Order.RESET:
            return
        starting = self._state in meaning.POWER_UPS
        match frame.code:
            case Order.STATUS:
                self._last_poll = self._clock.monotonic()
                self._say(self._state, self._status_data())
            case Order.ACK:
                if self._state is State.VEND_VALID:
                    self._box(credited=True)
                    self._enter(State.STACKED, self._timing.stacked)
            case Order.RESET:
                self._say(meaning.ACK)
                self._reset()
            case Order.VERSION:
                self._say(Order.VERSION, b"SIM(CHN)-ID003-1.00")
            case Order.CURRENCY:
                self._say(Order.CURRENCY, meaning.encode_table(self.table))
            case Order.STACK_1 | Order.STACK_2 if self._state in (State.ESCROW, State.HOLDING):
                self._say(meaning.ACK)
                self._enter(State.STACKING, self._timing.stack)
            case Order.RETURN if self._state in (State.ESCROW, State.HOLDING):
                self._say(meaning.ACK)
                self._enter(State.RETURNING, self._timing.eject)
            case Order.HOLD if self._state is State.ESCROW:
                self._say(meaning.ACK)
                self._enter(State.HOLDING, self._timing.escrow)
            case code if len(frame.data) == _SETTING_BYTES.get(code) and not starting:
                self._settings[Order(code)] = frame.data
                self._say(code, frame.data)
                if self._state in (State.IDLE, State.DISABLED):
                    self._rest()
            case _:
                self._say(meaning.INVALID_COMMAND)

    def _status_data(self) -> bytes:
        code = self._code()
        if self._state is State.ESCROW or (self._state is State.VEND_VALID and self._says_value):
            return b"" if code is None else bytes((code,))
        if self._state is State.REJECTING:
            return bytes((self._reject or 0,))
        return bytes((self._failure,)) if self._state is State.FAILURE else b""

    def _reset(self) -> None:
        self._is_mute = False
        if self._state in (State.VEND_VALID, State.POWER_UP_IN_STACKER, State.STACKING):
            self._box(credited=False)
        elif self._state in _FROM_ACCEPTOR or self._state is State.POWER_UP_IN_ACCEPTOR:
            self._hand_back()
        if self._state in (State.STACKER_OPEN, State.JAM_ACCEPTOR, State.JAM_STACKER):
            return  # a reset does not put the box back
        self._enter(State.INITIALIZE, self._timing.initialize)
