"""A ccTalk bill validator at the other end of the cable. It does not know the driver.

Everything that happens is put into a ring of five events with a counter that starts at 0 and runs 1 … 255, 1.
Not polled for a second it shuts its mouth, and it forgets ring, counter and inhibits when the power goes.
"""

from typing import Any

from onecard.clock import Clock
from onecard.devices.acceptors.cctalk import meaning
from onecard.devices.acceptors.cctalk.frames import HOST, Check, Frame, Parser, encode
from onecard.devices.acceptors.cctalk.meaning import Header
from onecard.devices.acceptors.mechanics import At, Mechanics
from onecard.devices.line import Line

_INTER_BYTE_S = 0.05
_UNPOLLED_S = 1.0
_REASONS = {"inhibited": 4, "unknown": 2, "invalid": 2, "transport": 3}
_EVENTS = {
    At.JAM_ACCEPTOR: 16,
    At.JAM_STACKER: 15,
    At.BOX_OUT: 11,
    At.CHEATED: 9,
    At.FAILURE: 13,
}


class Ring:
    """Five events and their counter."""

    def __init__(self) -> None:
        self.counter = 0
        self._pairs = [(0, 0)] * meaning.RING

    def put(self, a: int, b: int) -> None:
        self.counter = self.counter % meaning.AROUND + 1
        self._pairs = [(a, b), *self._pairs[:-1]]

    def answer(self) -> bytes:
        return bytes((self.counter, *(value for pair in self._pairs for value in pair)))


class Wire:
    """A device's side of the bus: frames for it, answers, and the echo of a one-wire adapter."""

    def __init__(self, address: int, check: Check, *, echoes: bool) -> None:
        self.address, self.check, self.echoes = address, check, echoes
        self.parser = Parser(address, check)
        self._heard_at = 0.0

    def frames(self, data: bytes, now: float) -> list[Frame]:
        if data:
            self._heard_at = now
        elif self.parser.is_partial and now - self._heard_at > _INTER_BYTE_S:
            return self.parser.expire()
        return self.parser.feed(data)

    def answer(self, header: int = meaning.ANSWER, data: bytes = b"") -> bytes:
        return encode(Frame(HOST, header, data, self.address), self.check)


class Simulator(Mechanics):
    """One bill validator."""

    def __init__(
        self,
        clock: Clock,
        line: Line | None = None,
        *,
        address: int = 40,
        check: Check = "crc",
        echoes: bool = True,
        **machine: Any,
    ) -> None:
        """``echoes``: the adapter lets the host hear itself."""
        self._wire = Wire(address, check, echoes=echoes)
        super().__init__(clock, line, **machine)

    def started(self) -> None:
        self.ring = Ring()
        self._mode = 0
        self._mask = 0
        self._was_returned = False

    @property
    def takes_notes(self) -> bool:
        is_polled = self._clock.monotonic() - self._last_poll < _UNPOLLED_S
        return super().takes_notes and is_polled and self._mode == meaning.MODE

    def put_box_back(self) -> None:
        super().put_box_back()
        self.ring.put(0, 12)

    def clear_jam(self) -> None:
        super().clear_jam()
        self.ring.put(0, 10)

    def turned(self, at: At) -> None:
        if at is At.ESCROW:
            self.ring.put(self._type(), 1)
        elif at is At.PASSED:
            self.ring.put(self._type(), 0)
        elif at is At.REJECTING:
            self.ring.put(0, _REASONS.get(self.refusal or "", 2))
        elif at is At.RETURNING:
            self._was_returned = True
        elif at is At.REST:
            if self._was_returned:
                self.ring.put(0, 1)
            if self.is_full:
                self.ring.put(0, 14)
            self._was_returned = False
        elif at in _EVENTS:
            self.ring.put(0, _EVENTS[at])

    def _type(self) -> int:
        return self.values_fen.index(self.memory.note_fen) + 1

    # -- the wire ----------------------------------------------------------------------------------------

    def hear(self, data: bytes) -> None:
        if data and self._wire.echoes:
            self.say(data)
        for frame in self._wire.frames(data, self._clock.monotonic()):
            self._answer(frame)

    def _answer(self, frame: Frame) -> None:
        reply = self._wire.answer
        match frame.header:
            case Header.SIMPLE_POLL:
                self.heard_poll()
                self.say(reply())
            case Header.READ_BILLS:
                self.heard_poll()
                self.say(reply(data=self.ring.answer()))
            case Header.SCALING if frame.data == b"CN":
                self.say(reply(data=(100).to_bytes(2, "little") + b"\x02"))
            case Header.BILL_ID if len(frame.data) == 1:
                place = frame.data[0] - 1
                known = 0 <= place < len(self.values_fen)
                name = f"CN{self.values_fen[place] // 100:04d}A" if known else "......."
                self.say(reply(data=name.encode()))
            case Header.BILL_MODE if len(frame.data) == 1:
                self._mode = frame.data[0]
                self.say(reply())
            case Header.INHIBITS if len(frame.data) == 2:
                bits = int.from_bytes(frame.data, "little")
                self.enabled_fen = frozenset(fen for i, fen in enumerate(self.values_fen) if bits >> i & 1)
                self.say(reply())
            case Header.READ_MASTER_INHIBIT:
                self.say(reply(data=bytes((self.is_open,))))
            case Header.MASTER_INHIBIT if len(frame.data) == 1:
                self.is_open = frame.data[0] & 1 == 1
                self.say(reply())
            case Header.ROUTE_BILL if len(frame.data) == 1:
                self._route(frame.data[0])
            case Header.RESET:
                self.say(reply())
                self.reset()
                self.started()
            case _:
                self.say(reply(meaning.NAK))

    def _route(self, order: int) -> None:
        if self._at is not At.ESCROW:
            self.say(self._wire.answer(data=b"\xfe"))
            return
        done = self.stack() if order == meaning.STACK else self.hold() if order == 0xFF else self.give_back()
        self.say(self._wire.answer() if done else self._wire.answer(data=b"\xff"))
