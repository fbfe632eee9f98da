"""A ccTalk coin acceptor at the other end of the cable. It does not know the driver.

A coin that is liked falls into the cash box at once and is an event in the ring; any other one comes out
again.
"""

from onecard.clock import Clock
from onecard.devices.acceptors.cctalk import meaning
from onecard.devices.acceptors.cctalk.frames import Check, Frame
from onecard.devices.acceptors.cctalk.meaning import Header
from onecard.devices.acceptors.cctalk.simulator import Ring, Wire
from onecard.devices.acceptors.mechanics import Memory
from onecard.devices.line import Line
from onecard.errors import DeviceGone

CNY_COINS_FEN = (10, 50, 100)
_UNPOLLED_S = 1.0


class CoinSimulator:
    """One coin acceptor with a box below it."""

    def __init__(
        self,
        clock: Clock,
        line: Line | None = None,
        *,
        values_fen: tuple[int, ...] = CNY_COINS_FEN,
        memory: Memory | None = None,
        address: int = 2,
        check: Check = "sum",
        echoes: bool = True,
        unit_fen: int = 1,
    ) -> None:
        self._clock, self._line = clock, line
        self.values_fen = values_fen
        self.memory = memory or Memory()
        self._unit_fen = unit_fen
        self._wire = Wire(address, check, echoes=echoes)
        self.is_on = False
        self.is_jammed = False
        self.is_box_out = False  # nothing tells it: a coin box is a box
        self.power_on()

    # -- people ------------------------------------------------------------------------------------------

    @property
    def takes_notes(self) -> bool:
        """It takes coins."""
        is_polled = self._clock.monotonic() - self._last_poll < _UNPOLLED_S
        return self.is_on and self.is_open and bool(self.enabled_fen) and is_polled and not self.is_jammed

    def insert(self, value_fen: int, reject: int | None = None) -> bool:
        """A coin goes in; ``False``: the slot is shut. ``reject``: the code of why it is not liked."""
        if not self.takes_notes:
            return False
        if reject is not None or value_fen not in self.enabled_fen:
            self.memory.returned_fen.append(value_fen)
            self.ring.put(0, reject or (2 if value_fen in self.values_fen else 1))
        else:
            self.memory.box_fen.append(value_fen)
            self.ring.put(self.values_fen.index(value_fen) + 1, 1)
        return True

    def jam(self) -> None:
        self.is_jammed = True
        self.ring.put(0, 14)

    def clear_jam(self) -> None:
        """An attendant frees it; it starts anew, as after a loss of power."""
        self.is_jammed = False
        self.power_cut()
        self.power_on()

    def take_box_out(self) -> list[int]:
        taken, self.memory.box_fen = self.memory.box_fen, []
        return taken

    def put_box_back(self) -> None:
        """Nothing tells it."""

    def power_cut(self) -> None:
        self.is_on = False

    def power_on(self) -> None:
        if self.is_on:
            return
        self.is_on = True
        self.ring = Ring()
        self.is_open = False
        self.enabled_fen = frozenset[int]()
        self._last_poll = self._clock.monotonic()

    def plug(self, line: Line) -> None:
        self._line = line

    def close(self) -> None:
        if self._line is not None:
            self._line.close()

    # -- firmware ----------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Answer what was asked."""
        data = b""
        if self._line is not None:
            try:
                data = self._line.read_available()
            except DeviceGone:
                data = b""
        if not self.is_on:
            return
        if data and self._wire.echoes:
            self._say(data)
        for frame in self._wire.frames(data, self._clock.monotonic()):
            self._answer(frame)

    poll = tick

    def _say(self, data: bytes) -> None:
        assert self._line is not None
        try:
            self._line.write(data)
        except DeviceGone:
            return

    def _answer(self, frame: Frame) -> None:
        reply = self._wire.answer
        match frame.header:
            case Header.SIMPLE_POLL:
                self._say(reply())
            case Header.READ_COINS:
                self._last_poll = self._clock.monotonic()
                self._say(reply(data=self.ring.answer()))
            case Header.COIN_ID if len(frame.data) == 1:
                place = frame.data[0] - 1
                known = 0 <= place < len(self.values_fen)
                name = f"CN{self.values_fen[place] // self._unit_fen:03d}A" if known else "......"
                self._say(reply(data=name.encode()))
            case Header.INHIBITS if len(frame.data) == 2:
                bits = int.from_bytes(frame.data, "little")
                self.enabled_fen = frozenset(fen for i, fen in enumerate(self.values_fen) if bits >> i & 1)
                self._say(reply())
            case Header.READ_MASTER_INHIBIT:
                self._say(reply(data=bytes((self.is_open,))))
            case Header.MASTER_INHIBIT if len(frame.data) == 1:
                self.is_open = frame.data[0] & 1 == 1
                self._say(reply())
            case Header.RESET:
                self._say(reply())
                self.power_cut()
                self.power_on()
            case _:
                self._say(reply(meaning.NAK))
