"""An MDB bill validator and its adaptor at the other end of the cable. It does not know the driver.

What happened is kept until the answer that told it was acknowledged. A reset or a loss of power forgets all
of it; a bill in escrow then goes back, one past it goes into the box, and nothing says so.
"""

from typing import Any

from onecard.clock import Clock
from onecard.devices.acceptors.mdb import frames
from onecard.devices.acceptors.mdb.adaptor import ACK, NAK, Adaptor, Hex, Raw, opened
from onecard.devices.acceptors.mdb.frames import Order, Route, Status
from onecard.devices.acceptors.mechanics import At, Mechanics
from onecard.devices.line import Line

_FAULTS = {
    At.JAM_ACCEPTOR: Status.JAM,
    At.JAM_STACKER: Status.JAM,
    At.BOX_OUT: Status.BOX_OUT,
    At.CHEATED: Status.FISHED,
    At.FAILURE: Status.MOTOR,
}


#: Of commands, with their data.
_LENGTHS: dict[int, int] = {Order.BILL_TYPE: 5, Order.ESCROW: 2, Order.SECURITY: 3}


class Simulator(Mechanics):
    """One bill validator."""

    def __init__(
        self, clock: Clock, line: Line | None = None, *, adaptor: Adaptor | None = None, **machine: Any
    ) -> None:
        self._adaptor = adaptor or Hex()
        super().__init__(clock, line, **machine)

    def started(self) -> None:
        #: What was not told, or whose telling was not acknowledged.
        self._reports: list[int] = [Status.JUST_RESET]
        self._told = 0

    def _type(self) -> int:
        return self.values_fen.index(self.memory.note_fen)

    def turned(self, at: At) -> None:
        match at:
            case At.ESCROW:
                self._reports.append(0x80 | Route.ESCROW << 4 | self._type())
            case At.PASSED:
                self._reports.append(0x80 | Route.STACKED << 4 | self._type())
                self.memory.uncredited_fen.append(self.memory.note_fen)
            case At.RETURNING:
                self._reports.append(0x80 | Route.RETURNED << 4 | self._type())
            case At.REJECTING:
                self._reports.append(Status.REJECTED)

    def hear(self, data: bytes) -> None:
        for block in self._blocks(data):
            self._answer(block)

    def _blocks(self, data: bytes) -> list[bytes]:
        if not isinstance(self._adaptor, Raw):
            return self._adaptor.feed(data) + ([] if data else self._adaptor.expire())
        # Without the ninth bit a command's length is what tells it from the next.
        blocks = []
        while data:
            length = 1 if data[0] in (ACK, NAK) else _LENGTHS.get(data[0], 1) + 1
            block, data = opened(data[:length]), data[length:]
            if block is not None:
                blocks.append(block)
        return blocks

    def _say(self, data: bytes) -> None:
        self.say(self._adaptor.encode(data))

    def _acknowledged(self) -> None:
        for report in self._reports[: self._told]:
            if report & 0xF0 == 0x80:
                self.memory.uncredited_fen.pop(0)
        self._reports = self._reports[self._told :]
        self._told = 0

    def _answer(self, block: bytes) -> None:
        code, data = block[0], block[1:]
        match code:
            case _ if block == bytes((ACK,)):
                self._acknowledged()
                return
            case Order.POLL if not data:
                self._poll()
                return
            case Order.SETUP if not data:
                self._say(frames.encode_setup(self.values_fen))
            case Order.STACKER if not data:
                self._say((len(self.memory.box_fen) | self.is_full << 15).to_bytes(2, "big"))
            case Order.BILL_TYPE if len(data) == 4:
                bits = int.from_bytes(data[:2], "big")
                self.enabled_fen = frozenset(fen for i, fen in enumerate(self.values_fen) if bits >> i & 1)
                self.is_open = bool(self.enabled_fen)
                self._say(bytes((ACK,)))
            case Order.ESCROW if len(data) == 1:
                self._say(bytes((ACK,)))
                if not (self.stack() if data[0] == frames.STACK else self.give_back()):
                    self._reports.append(Status.NOT_IN_ESCROW)
            case Order.RESET if not data:
                self._say(bytes((ACK,)))
                self.reset()
                self.started()
            case _:
                self._say(bytes((NAK,)))
        self._told = 0

    def _poll(self) -> None:
        self.heard_poll()
        told = bytes(self._reports[:16])
        self._told = len(told)
        levels = bytes((_FAULTS[self._at],)) if self._at in _FAULTS else b""
        if self._at is At.REST and not self.is_open:
            levels += bytes((Status.DISABLED,))
        self._say((told + levels)[:16] or bytes((ACK,)))
        if self._adaptor.acknowledges:
            self._acknowledged()
