"""An ITL validator at the other end of the cable, as SSP describes it. It does not know the driver.

A note in escrow is kept by the poll after the one that reported it, held by HOLD, returned by REJECT. An
event is told once by a poll; by poll-with-ack the money events come again until they were acknowledged.
"""

from typing import Any

from onecard.clock import Clock
from onecard.devices.acceptors.mechanics import At, Mechanics
from onecard.devices.acceptors.ssp import meaning
from onecard.devices.acceptors.ssp.frames import Frame, Parser, encode
from onecard.devices.acceptors.ssp.meaning import Happening, Order
from onecard.devices.acceptors.ssp.secret import DEFAULT_FIXED, STEX, seal, unseal, wire
from onecard.devices.line import Line
from onecard.ids import Entropy, SystemEntropy

#: A frame that stops for longer is forgotten.
_INTER_BYTE_S = 0.05
_REASONS = {"inhibited": 0x06, "unknown": 0x08, "length": 0x01, "tampered": 0x0D}
_LEVELS = {
    At.INITIALIZE: (Happening.INITIALISING,),
    At.STACKING: (Happening.STACKING,),
    At.REJECTING: (Happening.REJECTING,),
    At.RETURNING: (Happening.REJECTING,),
    At.JAM_ACCEPTOR: (Happening.SAFE_JAM,),
    At.JAM_STACKER: (Happening.UNSAFE_JAM,),
    At.BOX_OUT: (Happening.BOX_OUT,),
    At.FAILURE: (Happening.UNSAFE_JAM,),
}


class Simulator(Mechanics):
    """One validator on address 0."""

    def __init__(
        self,
        clock: Clock,
        line: Line | None = None,
        *,
        fixed_key: int | None = DEFAULT_FIXED,
        counts_answers: bool = True,
        protocol: int = 8,
        entropy: Entropy | None = None,
        **machine: Any,
    ) -> None:
        """``fixed_key``: None for a unit without encryption. ``counts_answers``: an answer carries the next
        count, else that of its question; both are described. ``protocol``: the newest version it knows."""
        self._fixed_key, self._counts_answers, self._newest = fixed_key, counts_answers, protocol
        self._entropy = entropy or SystemEntropy()
        super().__init__(clock, line, **machine)

    def started(self) -> None:
        self._parser = Parser()
        self._heard_at = 0.0
        self._last_sequence: bool | None = None
        self._last_answer = b""
        self._key: bytes | None = None
        self._count = 0
        self._numbers: list[int] = []
        self._version = 4
        self._was_read = self._was_refused = False
        self._reason = 0
        self._told: list[bytes] = []
        #: Told once, or until acknowledged.
        self._events: list[bytes] = [bytes((Happening.RESET,))]
        channel = self._channel(self.found_fen)
        if self.found == "acceptor":
            self._events.append(bytes((Happening.CLEARED_FROM_FRONT, channel)))
        elif self.found == "stacker":
            self._events.append(bytes((Happening.CLEARED_TO_BOX, channel)))

    def _channel(self, fen: int) -> int:
        return self.values_fen.index(fen) + 1 if fen in self.values_fen else 0

    @property
    def takes_notes(self) -> bool:
        return super().takes_notes and (self._fixed_key is None or self._key is not None)

    def turned(self, at: At) -> None:
        if at is At.ESCROW:
            self._was_read = False
        elif at is At.PASSED:
            self._events.append(bytes((Happening.CREDIT, self._channel(self.memory.note_fen))))
        elif at is At.STACKED:
            self._events.append(bytes((Happening.STACKED,)))
        elif at in (At.REJECTING, At.RETURNING):
            self._was_refused = True
            self._reason = 0x11 if at is At.RETURNING else _REASONS.get(self.refusal or "", 0x08)
        elif at is At.REST and self._was_refused:
            self._was_refused = False
            self._events.append(bytes((Happening.REJECTED,)))
        elif at is At.CHEATED:
            self._events.append(bytes((Happening.FRAUD, 0)))

    # -- the wire ----------------------------------------------------------------------------------------

    def hear(self, data: bytes) -> None:
        now = self._clock.monotonic()
        if data:
            self._heard_at = now
        elif self._parser.is_partial and now - self._heard_at > _INTER_BYTE_S:
            self._parser.expire()
        for frame in self._parser.feed(data):
            if frame.address == 0:
                self._answer(frame)

    def _answer(self, frame: Frame) -> None:
        is_sync = frame.data == bytes((Order.SYNC,))
        if not is_sync and frame.sequence == self._last_sequence:
            self.say(self._last_answer)  # the very same again, and nothing is carried out
            return
        self._last_sequence = None if is_sync else frame.sequence
        command, is_secret = frame.data, frame.data[0] == STEX
        if is_secret:
            opened = None if self._key is None else unseal(self._key, frame.data)
            if self._key is None:
                self._reply(frame, bytes((meaning.KEY_NOT_SET,)))
                return
            if opened is None or opened[0] != self._count:
                self._last_sequence = not frame.sequence
                return  # not for us: no answer
            command = opened[1]
        reply = self._carry_out(command, is_secret)
        if is_secret and self._key is not None:
            count = self._count + self._counts_answers
            self._count += 1
            reply = seal(self._key, count, reply, self._entropy)
        self._reply(frame, reply)

    def _reply(self, frame: Frame, data: bytes) -> None:
        self._last_answer = encode(Frame(frame.sequence, data))
        self.say(self._last_answer)

    def _carry_out(self, command: bytes, is_secret: bool) -> bytes:
        code, data = command[0], command[1:]
        always = (Order.SYNC, Order.SET_GENERATOR, Order.SET_MODULUS, Order.EXCHANGE_KEYS)
        if self._fixed_key is not None and self._key is None and code not in always:
            return bytes((meaning.KEY_NOT_SET,))
        match code:
            case Order.SYNC:
                return bytes((meaning.OK,))
            case Order.POLL:
                return self._poll(until_acknowledged=False)
            case Order.POLL_WITH_ACK if is_secret:
                return self._poll(until_acknowledged=True)
            case Order.EVENT_ACK if is_secret:
                return self._acknowledged()
            case Order.HOLD:
                self.heard_poll()
                return bytes((meaning.OK if self.hold() else meaning.CANNOT,))
            case Order.REJECT:
                return bytes((meaning.OK if self.give_back() else meaning.CANNOT,))
            case Order.PROTOCOL if len(data) == 1:
                if data[0] > self._newest:
                    return bytes((meaning.FAIL,))
                self._version = data[0]
                return bytes((meaning.OK,))
            case Order.SETUP:
                values = {i + 1: fen for i, fen in enumerate(self.values_fen)}
                return bytes((meaning.OK,)) + meaning.encode_setup(values, self._version)
            case Order.SET_INHIBITS if len(data) == 2:
                mask = int.from_bytes(data, "little")
                self.enabled_fen = frozenset(fen for i, fen in enumerate(self.values_fen) if mask >> i & 1)
                return bytes((meaning.OK,))
            case Order.ENABLE | Order.DISABLE:
                self.is_open = code == Order.ENABLE
                return bytes((meaning.OK,))
            case Order.LAST_REJECT:
                return bytes((meaning.OK, self._reason))
            case Order.RESET:
                self.reset()
                self.started()
                return bytes((meaning.OK,))
            case Order.SET_GENERATOR | Order.SET_MODULUS | Order.EXCHANGE_KEYS:
                return self._agree(code, data)
        return bytes((meaning.UNKNOWN,))

    def _agree(self, code: int, data: bytes) -> bytes:
        if self._fixed_key is None or len(data) != 8:
            return bytes((meaning.UNKNOWN,))
        number = int.from_bytes(data, "little")
        place = (Order.SET_GENERATOR, Order.SET_MODULUS, Order.EXCHANGE_KEYS).index(Order(code))
        if place > len(self._numbers):
            return bytes((meaning.CANNOT,))
        self._numbers = [*self._numbers[:place], number]
        if place < 2:
            return bytes((meaning.OK,))
        generator, modulus, theirs = self._numbers
        self._numbers = []
        if modulus < 3:
            return bytes((meaning.OUT_OF_RANGE,))
        secret = 2 + self._entropy.below(modulus - 2)
        self._key = wire(self._fixed_key) + wire(pow(theirs, secret, modulus))
        self._count = 0
        return bytes((meaning.OK,)) + wire(pow(generator, secret, modulus))

    def _poll(self, *, until_acknowledged: bool) -> bytes:
        self.heard_poll()
        if self._at is At.ESCROW and self._was_read:
            self.stack()
        told = self._events
        self._events = [e for e in told if until_acknowledged and e[0] in meaning.TO_ACKNOWLEDGE]
        self._told = list(self._events)
        reply = bytes((meaning.OK,)) + b"".join(told)
        if self._at is At.ESCROW:
            self._was_read = True
            reply += bytes((Happening.READ, self._channel(self.memory.note_fen)))
        elif self._at is At.ACCEPTING:
            reply += bytes((Happening.READ, 0))
        reply += bytes(_LEVELS.get(self._at, ()))
        if self.is_full:
            reply += bytes((Happening.FULL,))
        if not self.is_open and self._at is At.REST:
            reply += bytes((Happening.DISABLED,))
        return reply

    def _acknowledged(self) -> bytes:
        was_told, self._told = self._told, []
        self._events = self._events[len(was_told) :]  # what came later was not told yet
        return bytes((meaning.OK if was_told else meaning.CANNOT,))

    @property
    def unacknowledged(self) -> int:
        """Money events that no host has acknowledged yet."""
        return sum(event[0] in meaning.TO_ACKNOWLEDGE for event in self._events)
