"""USB printers as lines: the kernel's ``/dev/usb/lp0``, or python-escpos' own transport by vendor and
product.

The kernel's file needs nothing installed. The other way needs pyusb and libusb, and takes the printer away
from the kernel.
"""

import contextlib
import errno
import os
import select
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl

from onecard.devices.line import WRITE_TIMEOUT_S, Line, open_line, tapped
from onecard.errors import DeviceGone

SCHEME = "usb:"
_CHUNK = 512
#: A printer that has nothing to say is left at once.
_READ_MS = 2
_WAIT = (errno.ETIMEDOUT, errno.EAGAIN)


class Pipes(Protocol):
    """A USB device as pyusb has it; both raise ``OSError``."""

    def write(self, endpoint: int, data: bytes, timeout: int) -> int: ...

    def read(self, endpoint: int, size: int, timeout: int) -> bytes: ...


class FileLine:
    """The kernel's device file; reading and writing never wait longer than they may."""

    def __init__(self, path: Path) -> None:
        self._name = str(path)
        try:
            self._file = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        except OSError as error:
            raise DeviceGone(line=self._name, why=str(error)) from error

    def read_available(self) -> bytes:
        try:
            return os.read(self._file, _CHUNK)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise DeviceGone(line=self._name, why=str(error)) from error

    def write(self, data: bytes) -> None:
        while data:
            try:
                _, ready, _ = select.select([], [self._file], [], WRITE_TIMEOUT_S)
                if not ready:
                    raise DeviceGone("device.stalled", line=self._name)
                data = data[os.write(self._file, data) :]
            except BlockingIOError:
                continue
            except (OSError, ValueError) as error:
                raise DeviceGone(line=self._name, why=str(error)) from error

    def close(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self._file)


class UsbLine:
    """A printer's two pipes."""

    def __init__(self, pipes: Pipes, name: str, *, in_pipe: int = 0x82, out_pipe: int = 0x01) -> None:
        self._pipes, self._name = pipes, name
        self._in, self._out = in_pipe, out_pipe

    def read_available(self) -> bytes:
        try:
            return bytes(self._pipes.read(self._in, _CHUNK, timeout=_READ_MS))
        except OSError as error:
            if error.errno in _WAIT:
                return b""
            raise DeviceGone(line=self._name, why=str(error)) from error

    def write(self, data: bytes) -> None:
        try:
            while data:
                data = data[self._pipes.write(self._out, data, timeout=int(WRITE_TIMEOUT_S * 1000)) :]
        except OSError as error:
            if error.errno in _WAIT:
                raise DeviceGone("device.stalled", line=self._name) from error
            raise DeviceGone(line=self._name, why=str(error)) from error

    def close(self) -> None:
        close = getattr(self._pipes, "close", None)
        if close is not None:
            close()


def open_printer(url: str) -> Line:
    """``usb:/dev/usb/lp0`` or ``usb:04b8:0e15?in=82&out=01``; any other URL is a line like all others.

    Raises ``DeviceGone``, or ``ValueError`` for a malformed URL and where pyusb is not installed.
    """
    if not url.startswith(SCHEME):
        return open_line(url)
    address, _, query = url.removeprefix(SCHEME).partition("?")
    if address.startswith("/"):
        return tapped(url, FileLine(Path(address)))
    vendor, _, product = address.partition(":")
    options = dict(parse_qsl(query, strict_parsing=True)) if query else {}
    if unknown := set(options) - {"in", "out"}:
        raise ValueError(f"unknown usb options: {sorted(unknown)}")
    in_pipe, out_pipe = int(options.get("in", "82"), 16), int(options.get("out", "01"), 16)
    pipes = _claim(int(vendor, 16), int(product, 16))
    return tapped(url, UsbLine(pipes, url, in_pipe=in_pipe, out_pipe=out_pipe))


def _claim(vendor: int, product: int) -> Pipes:
    from escpos.exceptions import Error
    from escpos.printer import Usb

    if not Usb.is_usable():
        raise ValueError("a USB printer by its numbers needs pyusb; /dev/usb/lp0 does not")
    printer = Usb(vendor, product)
    try:
        printer.open()
    except (Error, OSError) as error:
        raise DeviceGone(line=f"usb:{vendor:04x}:{product:04x}", why=str(error)) from error
    return _Claimed(printer)


class _Claimed:
    """python-escpos' printer, with the waits that we want instead of its own."""

    def __init__(self, printer) -> None:  # type: ignore[no-untyped-def]
        self._printer = printer

    def write(self, endpoint: int, data: bytes, timeout: int) -> int:
        return int(self._printer.device.write(endpoint, data, timeout))

    def read(self, endpoint: int, size: int, timeout: int) -> bytes:
        return bytes(self._printer.device.read(endpoint, size, timeout))

    def close(self) -> None:
        self._printer.close()
