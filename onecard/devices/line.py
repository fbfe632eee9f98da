"""A cable by URL: bytes in, bytes out, ``DeviceGone`` when it is away. Knows no frame and no device.

``serial:/dev/ttyUSB0?baud=9600&parity=E`` · ``tcp:192.168.1.50:9100`` · ``mem:name`` (a ``Cable`` in this
process) · ``pty:/run/onecard/acceptor`` (*makes* a pseudo-terminal and is the device on it; for simulators).
Reading never blocks: a driver is polled, and what is not there yet comes with the next poll.
"""

import contextlib
import os
import select
import socket
import sys
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl

import serial

from onecard.devices import cable
from onecard.errors import DeviceGone

#: What a port that cannot be opened may raise.
_REFUSED: tuple[type[Exception], ...] = (OSError, serial.SerialException)
with contextlib.suppress(ImportError):  # not on Windows
    from termios import error as _termios_error

    _REFUSED += (_termios_error,)  # pyserial lets it through

_CHUNK = 4096
#: What may stand behind a serial line's name.
SERIAL_OPTIONS = ("baud", "parity", "bits", "stop")
_CONNECT_TIMEOUT_S = 2.0
#: A printer that stopped taking bytes keeps the sender waiting; longer than this it is called stalled.
WRITE_TIMEOUT_S = 5.0


class Line(Protocol):
    """One end of a cable."""

    def read_available(self) -> bytes:
        """What has arrived, without waiting; ``b""`` is nothing yet. Raises ``DeviceGone``."""
        ...

    def write(self, data: bytes) -> None:
        """Hand all bytes over. Raises ``DeviceGone``; how many had left by then is unknown."""
        ...

    def close(self) -> None: ...


#: Stands between every line that is opened and its driver, while a capture is made: (url, line, is it
#: secret).
tap: Callable[[str, Line, bool], Line] | None = None
#: The same for the one device that is being opened here and now: many may be kept at once.
own_tap: ContextVar[Callable[[str, Line, bool], Line] | None] = ContextVar("own_tap", default=None)


def open_line(url: str, *, is_secret: bool = False) -> Line:
    """Open the cable that ``url`` names; raises ``DeviceGone``, or ``ValueError`` for a malformed URL.

    ``is_secret``: PINs pass here, so that no capture may show digits."""
    return tapped(url, _open(url), is_secret=is_secret)


def tapped(url: str, line: Line, *, is_secret: bool = False) -> Line:
    """The line with the capture on it that is being made, if one is; for lines that are opened elsewhere."""
    for one in (own_tap.get(), tap):
        line = line if one is None else one(url, line, is_secret)
    return line


def _open(url: str) -> Line:
    scheme, _, rest = url.partition(":")
    address, _, query = rest.partition("?")
    options = dict(parse_qsl(query, strict_parsing=True)) if query else {}
    if not address:
        raise ValueError(f"line without an address: {url!r}")
    match scheme:
        case "serial":
            return _open_serial(address, options)
        case "tcp":
            host, _, port = address.rpartition(":")
            return TcpLine(host.strip("[]"), int(port))
        case "mem":
            return cable.connect(address)
        case "pty":
            return PtyLine(Path(address))
    raise ValueError(f"unknown kind of line: {url!r}")


def with_options(url: str, options: str) -> str:
    """A serial line that names no options of its own gets those of the protocol: ``baud=9600&parity=E``."""
    return f"{url}?{options}" if url.startswith("serial:") and "?" not in url else url


def _open_serial(path: str, options: dict[str, str]) -> "SerialLine":
    if unknown := set(options) - set(SERIAL_OPTIONS):
        raise ValueError(f"unknown serial options: {sorted(unknown)}")
    parity = options.get("parity", "N")
    if parity not in {"N", "E", "O"}:
        raise ValueError(f"parity is N, E or O, not {parity!r}")
    return SerialLine(
        path,
        baud=int(options.get("baud", "9600")),
        parity=parity,
        bits=int(options.get("bits", "8")),
        stop=int(options.get("stop", "1")),
    )


def _is_pseudo(path: str) -> bool:
    """Whether a path is the far end of a simulator and no serial port; Linux numbers those 136 to 143."""
    try:
        return sys.platform == "linux" and 136 <= os.major(os.stat(path).st_rdev) <= 143
    except OSError:
        return False


class SerialLine:
    """A serial port, a USB adapter or a pseudo-terminal, taken for ourselves alone."""

    def __init__(self, path: str, baud: int = 9600, parity: str = "N", bits: int = 8, stop: int = 1) -> None:
        self._path = path
        if _is_pseudo(path):
            # A pseudo-terminal has bytes, not bits: asked for a parity a second time the kernel refuses.
            parity, bits = "N", 8
        try:
            # Flow control stays off: 11h and 13h are ordinary data in most of our protocols.
            # pyserial forgives ENOTTY on the modem lines, which a pseudo-terminal does not have.
            self._port = serial.Serial(
                path,
                baudrate=baud,
                bytesize=bits,
                parity=parity,
                stopbits=stop,
                timeout=0,
                write_timeout=WRITE_TIMEOUT_S,
                xonxoff=False,
                rtscts=False,
                dsrdtr=False,
                exclusive=True,
            )
        except _REFUSED as error:
            raise DeviceGone(line=path, why=str(error)) from error

    def read_available(self) -> bytes:
        try:
            return bytes(self._port.read(_CHUNK))
        except (OSError, TypeError, serial.SerialException) as error:
            # TypeError: pyserial's way of saying that the descriptor was closed under it.
            raise DeviceGone(line=self._path, why=str(error)) from error

    def write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except serial.SerialTimeoutException as error:
            raise DeviceGone("device.stalled", line=self._path) from error
        except (OSError, TypeError, serial.SerialException) as error:
            raise DeviceGone(line=self._path, why=str(error)) from error

    def close(self) -> None:
        with contextlib.suppress(OSError, serial.SerialException):
            self._port.close()


class TcpLine:
    """A TCP connection to a device that listens, as network printers do on port 9100."""

    def __init__(self, host: str, port: int) -> None:
        self._peer = f"{host}:{port}"
        try:
            self._socket = socket.create_connection((host, port), timeout=_CONNECT_TIMEOUT_S)
        except OSError as error:
            raise DeviceGone(line=self._peer, why=str(error)) from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.settimeout(WRITE_TIMEOUT_S)

    def read_available(self) -> bytes:
        try:
            ready, _, _ = select.select([self._socket], [], [], 0)
            if not ready:
                return b""
            data = self._socket.recv(_CHUNK)
        except (OSError, ValueError) as error:
            raise DeviceGone(line=self._peer, why=str(error)) from error
        if not data:
            raise DeviceGone(line=self._peer, why="closed by the device")
        return data

    def write(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except TimeoutError as error:
            raise DeviceGone("device.stalled", line=self._peer) from error
        except OSError as error:
            raise DeviceGone(line=self._peer, why=str(error)) from error

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.close()


class PtyLine:
    """The device's end of a pseudo-terminal; the host opens ``path``, a link to its other end."""

    def __init__(self, path: Path) -> None:
        import tty  # not on Windows, where nobody simulates a serial device

        self._path = path
        self._master, self._slave = os.openpty()
        # Our own open slave keeps the terminal alive and raw (no echo) before and between hosts.
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(os.ttyname(self._slave))
        self._open = True

    def read_available(self) -> bytes:
        if not self._open:
            raise DeviceGone(line=str(self._path))
        try:
            return os.read(self._master, _CHUNK)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise DeviceGone(line=str(self._path), why=str(error)) from error

    def write(self, data: bytes) -> None:
        if not self._open:
            raise DeviceGone(line=str(self._path))
        # Nobody at the other end and the buffer full: bytes on a real wire are lost just so.
        with contextlib.suppress(BlockingIOError):
            os.write(self._master, data)

    def close(self) -> None:
        if not self._open:
            return
        self._open = False
        self._path.unlink(missing_ok=True)
        os.close(self._master)
        os.close(self._slave)
