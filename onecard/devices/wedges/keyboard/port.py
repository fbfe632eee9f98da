"""A Linux input device as a line: opened by a stable name and grabbed, so that no window hears it.

The only door to evdev. Needs membership in the group ``input``, or a udev rule.
"""

import contextlib
import os
from collections.abc import Callable
from urllib.parse import parse_qsl

from onecard.devices.line import Line, open_line, tapped
from onecard.errors import DeviceGone

SCHEME = "evdev:"
_CHUNK = 64 * 24


class InputLine:
    """Reads an open, non-blocking descriptor; ``release`` gives it back."""

    def __init__(self, descriptor: int, name: str, release: Callable[[], object]) -> None:
        self._descriptor, self._name, self._release = descriptor, name, release

    def read_available(self) -> bytes:
        try:
            data = os.read(self._descriptor, _CHUNK)
        except BlockingIOError:
            return b""
        except OSError as error:  # ENODEV: pulled out
            raise DeviceGone(line=self._name, why=str(error)) from error
        if not data:
            raise DeviceGone(line=self._name, why="closed")
        return data

    def write(self, data: bytes) -> None:
        """Nothing is ever said to a wedge."""

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._release()


def open_input(url: str) -> Line:
    """Open what ``url`` names; any scheme but ``evdev:`` is a cable that carries the same bytes.

    ``evdev:/dev/input/by-id/…-event-kbd``, or ``evdev:vendor=0c2e&product=0b61&name=…&phys=…``, each of which
    may be left out. Raises ``DeviceGone``, or ``ValueError``.
    """
    if not url.startswith(SCHEME):
        return open_line(url)
    address = url.removeprefix(SCHEME)
    wanted = {} if address.startswith("/") else dict(parse_qsl(address, strict_parsing=True))
    if unknown := set(wanted) - {"vendor", "product", "name", "phys"}:
        raise ValueError(f"unknown input options: {sorted(unknown)}")
    try:
        import evdev  # Linux only
    except ImportError as error:
        raise DeviceGone(line=url, why="no input devices on this system") from error
    try:
        path = address if address.startswith("/") else _find(evdev, wanted)
        device = evdev.InputDevice(path)
    except OSError as error:
        raise DeviceGone(line=url, why=str(error)) from error
    try:
        device.grab()
    except OSError as error:
        device.close()
        raise DeviceGone(line=url, why=f"not ours alone: {error}") from error
    return tapped(url, InputLine(device.fd, url, device.close))


def _find(evdev, wanted: dict[str, str]) -> str:  # type: ignore[no-untyped-def]
    for path in sorted(evdev.list_devices()):
        with contextlib.suppress(OSError):
            device = evdev.InputDevice(path)
            is_it = matches(wanted, device.info.vendor, device.info.product, device.name, device.phys)
            device.close()
            if is_it:
                return str(path)
    raise OSError(f"no input device with {wanted}")


def matches(wanted: dict[str, str], vendor: int, product: int, name: str, phys: str) -> bool:
    """Whether a device is the one that was named; vendor and product are hexadecimal."""
    return all(
        (
            int(wanted.get("vendor", f"{vendor:x}"), 16) == vendor,
            int(wanted.get("product", f"{product:x}"), 16) == product,
            wanted.get("name", name) == name,
            wanted.get("phys", phys) == phys,
        )
    )
