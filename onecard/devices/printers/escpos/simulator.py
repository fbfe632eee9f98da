"""A receipt printer at the other end of the cable, with paper that runs out and a cover that opens.

``Mechanism`` is the printer as a function of bytes; ``PrinterSimulator`` puts one on a TCP port. Receipts
are kept as the bytes that made them, up to each cut; what they look like is for ``render.py``.
"""

import contextlib
import socket
from collections import deque

from onecard.clock import Clock, SystemClock
from onecard.devices.printers.escpos import frames
from onecard.devices.printers.escpos.frames import Token
from onecard.devices.worker import Worker

STATES = ("ok", "near_end", "paper_out", "cover_open", "error", "off")
_REALTIME = (b"\x10\x04", b"\x10\x05", b"\x10\x14")
_CUT, _KICK, _ASK_WHEN_DONE, _AUTOMATIC = b"\x1dV", b"\x1bp", b"\x1dr", b"\x1da"
_FEED = b"\x1bd"


class Mechanism:
    """Bytes in, bytes out. Real-time questions are answered even while it cannot print."""

    def __init__(self, *, answers: bool = True, confirms: bool = True) -> None:
        """``answers`` off: a printer whose cable has no way back. ``confirms`` off: it does not know GS r."""
        self.receipts: list[bytes] = []
        self.kicks = 0
        #: The drawer that hangs on it; its switch is high when it is open.
        self.drawer_is_open = False
        self.answers, self.confirms = answers, confirms
        #: Rows until the paper is out; ``None`` is a roll that never ends.
        self.rows_left: int | None = None
        self._state = "ok"
        self._asb = False
        self._stream = b""
        self._queue: deque[tuple[Token, bytes]] = deque()
        self._unfinished = bytearray()

    @property
    def state(self) -> str:
        """One of ``STATES``."""
        return self._state

    @property
    def unfinished(self) -> bytes:
        """What stands on the paper and has not been cut off."""
        return bytes(self._unfinished)

    def set_state(self, state: str) -> bytes:
        """Somebody opens the cover, takes the roll, uses the switch; returns what it says about it."""
        assert state in STATES, state
        changed, self._state = state != self._state, state
        if state == "off":
            self._stream, self._asb = b"", False
            self._queue.clear()
            return b""
        if state == "ok" and self.rows_left == 0:
            self.rows_left = None  # a new roll
        told = self._automatic() if changed and self._asb and self.answers else b""
        return told + self._work()

    def receive(self, data: bytes) -> bytes:
        """Bytes from the host; returns the answer's bytes."""
        if self._state == "off":
            return b""
        self._stream += data
        found, end = frames.tokens(self._stream)
        at, said = 0, b""
        for token in found:
            raw = self._stream[at : token.end]
            at = token.end
            if token.code in _REALTIME:
                said += self._realtime(token)
            else:
                self._queue.append((token, raw))
                said += self._work()
        self._stream = self._stream[end:]
        return said if self.answers else b""

    # -- printing ----------------------------------------------------------------------------------------

    @property
    def _prints(self) -> bool:
        return self._state in ("ok", "near_end")

    def _work(self) -> bytes:
        said = b""
        while self._queue and self._prints:
            token, raw = self._queue.popleft()
            if token.code == _ASK_WHEN_DONE:
                said += bytes((0x03 if self._state == "near_end" else 0x00,)) if self.confirms else b""
                continue
            if token.code == _AUTOMATIC:
                self._asb = bool(token.data[0])
                said += self._automatic() if self._asb else b""
                continue
            self._unfinished += raw
            if token.code == _KICK:
                self._open_drawer()
            elif token.code in (b"\n", _FEED, b"\x1dv"):
                said += self._use_row()
            elif token.code == _CUT:
                self.receipts.append(self.unfinished)
                self._unfinished.clear()
        return said

    def _open_drawer(self) -> None:
        self.kicks += 1
        self.drawer_is_open = True

    def _use_row(self) -> bytes:
        if self.rows_left is None:
            return b""
        self.rows_left = max(0, self.rows_left - 1)
        if self.rows_left:
            return b""
        self._state = "paper_out"
        return self._automatic() if self._asb else b""

    # -- telling -----------------------------------------------------------------------------------------

    def _realtime(self, token: Token) -> bytes:
        if token.code == b"\x10\x14":
            if token.data[0] == 1:
                self._open_drawer()
            return b""
        if token.code != b"\x10\x04":
            return b""
        state, answer = self._state, 0x12
        match token.data[0]:
            case 1:
                answer |= (0x00 if self._prints else 0x08) | (0x04 if self.drawer_is_open else 0x00)
            case 2:
                answer |= {"cover_open": 0x04, "paper_out": 0x20, "error": 0x40}.get(state, 0)
            case 3:
                answer |= 0x08 if state == "error" else 0  # the cutter
            case 4:
                answer |= {"near_end": 0x0C, "paper_out": 0x6C}.get(state, 0)
            case _:
                return b""
        return bytes((answer,))

    def _automatic(self) -> bytes:
        state = self._state
        first = 0x10 | (0 if self._prints else 0x08) | (0x20 if state == "cover_open" else 0)
        first |= 0x04 if self.drawer_is_open else 0
        paper = {"near_end": 0x03, "paper_out": 0x0F}.get(state, 0)
        return bytes((first, 0x08 if state == "error" else 0, paper, 0))


class PrinterSimulator:
    """A ``Mechanism`` on a TCP port of 127.0.0.1, served by its own thread. All methods from any thread."""

    def __init__(self, port: int = 0, clock: Clock | None = None, mechanism: Mechanism | None = None) -> None:
        """``port`` 0 takes a free one; see ``port``."""
        #: For looking; hands go through ``set_state``.
        self.mechanism = mechanism or Mechanism()
        served = _Port(self.mechanism, port)
        self.port = served.number
        self._worker = Worker(
            "printer-simulator",
            lambda: served,
            _Port.serve,
            clock=clock or SystemClock(),
            interval_s=0.005,
        )
        self._worker.start()

    @property
    def receipts(self) -> list[bytes]:
        """Each receipt that was cut off, oldest first."""
        return list(self.mechanism.receipts)

    @property
    def state(self) -> str:
        return self.mechanism.state

    def set_state(self, state: str) -> None:
        """One of ``STATES``; ``off`` also takes it off the network."""
        self._worker.call(lambda port: port.change(state)).result(5)

    def close(self) -> None:
        """Take it away."""
        self._worker.stop()


class _Port:
    """The printer's network side."""

    def __init__(self, mechanism: Mechanism, number: int) -> None:
        self._mechanism = mechanism
        self._hosts: list[socket.socket] = []
        self._listener: socket.socket | None = None
        self.number = self._listen(number)

    def change(self, state: str) -> None:
        told = self._mechanism.set_state(state)
        if state == "off":
            self.close()
        elif self._listener is None:
            self._listen(self.number)
        for host in self._hosts:
            with contextlib.suppress(OSError):
                host.sendall(told)

    def serve(self) -> None:
        """Whoever calls, and whatever they send."""
        if self._listener is None:
            return
        with contextlib.suppress(BlockingIOError):
            host, _ = self._listener.accept()
            host.setblocking(False)
            self._hosts.append(host)
        for host in list(self._hosts):
            try:
                data = host.recv(65_536)
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            if not data:
                self._hosts.remove(host)
                host.close()
                continue
            answer = self._mechanism.receive(data)
            with contextlib.suppress(OSError):
                host.sendall(answer)

    def close(self) -> None:
        for one in (self._listener, *self._hosts):
            if one is not None:
                one.close()
        self._listener, self._hosts = None, []

    def _listen(self, number: int) -> int:
        self._listener = socket.create_server(("127.0.0.1", number))
        self._listener.setblocking(False)
        taken: int = self._listener.getsockname()[1]
        return taken
