"""The printer of a world's station: the real driver's bytes, a mechanism that prints, and what goes wrong.

It has mains and a memory of its own: what was sent before the station's power went comes out all the same.
The driver waits on a clock of its own, so that a silent printer costs a world no time.
"""

from collections.abc import Callable

from onecard.clock import FalseClock
from onecard.devices.printers import Document, PrinterState
from onecard.devices.printers.escpos import render
from onecard.devices.printers.escpos.driver import EscPos
from onecard.devices.printers.escpos.encode import Paper
from onecard.devices.printers.escpos.simulator import Mechanism
from onecard.errors import DeviceGone

#: What may be wrong with one. ``deaf``: it prints and nothing comes back; ``mute``: nothing gets there;
#: ``short``: a few rows are left on the roll; ``torn``: the cable falls out after some bytes.
TROUBLES = ("paper_out", "near_end", "cover_open", "off", "deaf", "mute", "short", "torn")


class Cord:
    """The cable, as the driver has it. ``door`` is crossed with every piece that is sent."""

    def __init__(self, mechanism: Mechanism, door: Callable[[str], None]) -> None:
        self._mechanism, self._door = mechanism, door
        self._heard = b""
        self.is_deaf = self.is_mute = False
        #: Bytes that still get through; ``None``: all.
        self.good_bytes: int | None = None

    def hear(self, said: bytes) -> None:
        """The printer says something by itself."""
        if not (self.is_deaf or self.is_mute):
            self._heard += said

    def write(self, data: bytes) -> None:
        self._door("print")
        if self._mechanism.state == "off" or self.good_bytes == 0:
            raise DeviceGone
        if self.is_mute:
            return
        whole = len(data)
        if self.good_bytes is not None:
            data = data[: self.good_bytes]
            self.good_bytes -= len(data)
        self.hear(self._mechanism.receive(data))
        if len(data) < whole:
            raise DeviceGone

    def read_available(self) -> bytes:
        if self._mechanism.state == "off" or self.good_bytes == 0:
            raise DeviceGone
        heard, self._heard = self._heard, b""
        return heard

    def close(self) -> None:
        """Nothing is kept open."""


class Printer:
    """``mechanism`` keeps what came out; ``lied`` names documents that were called printed and never were."""

    def __init__(self, door: Callable[[str], None]) -> None:
        self.mechanism = Mechanism()
        self.cord = Cord(self.mechanism, door)
        self.driver = self._driver()
        self.lied: list[str] = []
        self._read = 0

    def _driver(self) -> EscPos:
        return EscPos(lambda: self.cord, Paper(), clock=FalseClock())

    def boot(self) -> None:
        """The station starts: its driver knows nothing of what it sent before."""
        self.driver = self._driver()

    def print(self, document: Document) -> PrinterState:
        """Bytes to the printer; what it says of them."""
        before = len(self.mechanism.receipts)
        state = self.driver.print(document)
        if document.cut and state.has_printed and len(self.mechanism.receipts) == before:
            self.lied.append(document.id)
        return state

    def trouble(self, what: str, rows: int = 3) -> None:
        """One of ``TROUBLES``, or "" = somebody has seen to it."""
        cord, mechanism = self.cord, self.mechanism
        cord.is_deaf = cord.is_mute = False
        cord.good_bytes = mechanism.rows_left = None
        match what:
            case "deaf":
                cord.is_deaf = True
            case "mute":
                cord.is_mute = True
            case "short":
                mechanism.rows_left = rows
            case "torn":
                cord.good_bytes = rows * 40
        in_state = what in ("paper_out", "near_end", "cover_open", "off")
        cord.hear(mechanism.set_state(what if in_state else "ok"))

    def papers(self) -> list[list[str]]:
        """Papers that came out since they were looked at last, each as its lines."""
        fresh = self.mechanism.receipts[self._read :]
        self._read = len(self.mechanism.receipts)
        return [render.lines(one) for one in fresh]
