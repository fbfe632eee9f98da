"""An EBDS acceptor at the other end of the cable. It does not know the driver.

A message whose ack bit did not turn is the last one again: it is answered with the last answer. STACKED
stands until a message with a turned ack bit; after a power cut it follows policy B.
"""

from onecard.devices.acceptors.ebds import meaning
from onecard.devices.acceptors.ebds.frames import DEVICE, HOST, Frame, Parser, encode
from onecard.devices.acceptors.ebds.meaning import At as Bit
from onecard.devices.acceptors.ebds.meaning import Host, Other, Status, Trouble
from onecard.devices.acceptors.mechanics import At, Mechanics

_INTER_BYTE_S = 0.05
_BITS = {
    At.ACCEPTING: Bit.ACCEPTING,
    At.ESCROW: Bit.ESCROWED,
    At.STACKING: Bit.STACKING,
    At.PASSED: Bit.STACKED,
    At.REST: Bit.IDLE,
    At.STACKED: Bit.IDLE,
    At.RETURNING: Bit.RETURNING,
    At.CHEATED: Bit.IDLE,
}


class Simulator(Mechanics):
    """One acceptor."""

    WAITS_FOR_HOST = True

    def started(self) -> None:
        self._parser = Parser()
        self._heard_at = 0.0
        self._ack: int | None = None
        self._answer_bytes = b""
        #: A note that was found past escrow at a start: its value is reported once it is in the box.
        self._found = self._note(self.found_fen) if self.found == "stacker" else 0
        self._was_returned = self.found == "acceptor"
        self._is_told = False

    def _note(self, fen: int) -> int:
        return self.values_fen.index(fen) + 1 if fen in self.values_fen else 0

    def turned(self, at: At) -> None:
        self._is_told = False
        if at is At.RETURNING:
            self._was_returned = True

    def hear(self, data: bytes) -> None:
        now = self._clock.monotonic()
        if data:
            self._heard_at = now
        frames = self._parser.feed(data)
        if not data and self._parser.is_partial and now - self._heard_at > _INTER_BYTE_S:
            frames += self._parser.expire()
        for frame in frames:
            if frame.kind == HOST and len(frame.data) == 3:
                self._heard(frame)

    def _heard(self, frame: Frame) -> None:
        self.heard_poll()
        if frame.ack != self._ack:
            self._ack = frame.ack
            self._follow(frame.data)
            self._answer_bytes = encode(Frame(DEVICE, frame.ack, meaning.encode(self._status())))
        self.say(self._answer_bytes)

    def _follow(self, data: bytes) -> None:
        if self._is_told:
            self._is_told = False
            if self._found:
                self._found = 0
                self.memory.uncredited_fen.pop()
            else:
                self.confirm()
        self.enabled_fen = frozenset(fen for i, fen in enumerate(self.values_fen) if data[0] >> i & 1)
        self.is_open = bool(self.enabled_fen)
        if data[1] & Host.STACK:
            self.stack()
        elif data[1] & Host.RETURN:
            self.give_back()

    def _status(self) -> Status:
        bits, trouble, other, note = _BITS.get(self._at, Bit(0)), Trouble.BOX_PRESENT, Other(0), 0
        match self._at:
            case At.INITIALIZE:
                other = Other.POWER_UP
            case At.ESCROW | At.PASSED:
                note = self._note(self.memory.note_fen)
            case At.REJECTING:
                trouble |= Trouble.REJECTED
            case At.JAM_ACCEPTOR | At.JAM_STACKER:
                trouble |= Trouble.JAMMED
            case At.BOX_OUT:
                trouble = Trouble(0)
            case At.CHEATED:
                trouble |= Trouble.CHEATED
            case At.FAILURE:
                other = Other.FAILURE
            case At.REST if self._found:
                bits, note = Bit.STACKED, self._found
            case At.REST if self._was_returned:
                self._was_returned = False
                bits |= Bit.RETURNED
        if self.is_full:
            trouble |= Trouble.FULL
        self._is_told = bool(bits & Bit.STACKED)
        return Status(bits, trouble, other, note)
