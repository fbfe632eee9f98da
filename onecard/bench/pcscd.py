"""The PC/SC service with two virtual readers: finds a running one or starts its own, shares with nobody.

There is one pcscd per machine and one set of virtual readers, so a file lock keeps test runs and demos apart.
Knows no card content. Linux only, as the virtual reader is.
"""

import contextlib
import fcntl
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from onecard.clock import Clock, SystemClock
from onecard.devices.readers.pcsc import list_readers, open_reader
from onecard.devices.readers.virtual import PORTS, VirtualM1, VpcdSlot
from onecard.errors import DeviceFault, DeviceGone, Refused

#: The readers in the order of ``PORTS``; parts of their PC/SC names.
NAMES: Final = ("Virtual PCD 00 00", "Virtual PCD 00 01")

DAEMON: Final = Path("/usr/sbin/pcscd")
DRIVER: Final = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
_SOCKET: Final = Path("/run/pcscd/pcscd.comm")
_LOCK: Final = Path(tempfile.gettempdir()) / "onecard-virtual-readers.lock"
#: Ports of a service that we start: below those that the system hands out, where any connection may sit.
OWN_PORTS: Final = (27963, 27964)
_START_S: Final = 10.0
_STEP_S: Final = 0.05
_PROBE_UID: Final = bytes.fromhex("080F0E0D")

_CONFIG: Final = """\
FRIENDLYNAME "Virtual PCD"
DEVICENAME   /dev/null:0x{port:04X}
LIBPATH      {driver}
CHANNELID    0x{port:04X}
"""


class Pcscd:
    """A pcscd that this process started and stops again."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None
        self._config: tempfile.TemporaryDirectory[str] | None = None

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start and wait until both readers are listed.

        Raises ``DeviceFault``: ``bench.not_installed``, ``bench.port_taken``, ``bench.pcscd_failed``.
        """
        for needed in (DAEMON, DRIVER):
            if not needed.exists():
                raise DeviceFault("bench.not_installed", file=str(needed), packages="pcscd vsmartcard-vpcd")
        for port in OWN_PORTS:
            _assert_free(port)
        _clear_leftovers()
        self._config = tempfile.TemporaryDirectory(prefix="onecard-pcscd-")
        config = _CONFIG.format(port=OWN_PORTS[0], driver=DRIVER)
        Path(self._config.name, "vpcd").write_text(config, encoding="ascii")
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            [DAEMON, "-f", "-c", self._config.name], stdout=self._log, stderr=subprocess.STDOUT
        )
        try:
            self._wait_until_listed()
        except BaseException:  # whoever interrupts us must not leave it running
            self.stop()
            raise

    def stop(self) -> None:
        """End it, by its pid, and wait until it is gone."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._log is not None:
            self._log.close()
            self._log = None
        if self._config is not None:
            self._config.cleanup()
            self._config = None

    def _wait_until_listed(self) -> None:
        assert self._process is not None
        deadline = self._clock.monotonic() + _START_S
        while self._clock.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            if _SOCKET.exists() and set(_listed()) >= set(NAMES):
                return
            self._clock.sleep(_STEP_S)
        raise DeviceFault("bench.pcscd_failed", output=self._output())

    def _output(self) -> str:
        assert self._log is not None
        self._log.seek(0)
        return self._log.read().decode(errors="replace")[-2_000:]


@contextlib.contextmanager
def virtual_readers(wait_s: float = 0.0, clock: Clock | None = None) -> Iterator[tuple[VpcdSlot, VpcdSlot]]:
    """The two slots of a working service, for this process alone until the end of the block.

    Waits up to ``wait_s`` for another run to finish. Raises ``DeviceFault``: ``bench.readers_busy``,
    ``bench.no_virtual_readers`` (a service runs without them), and those of ``Pcscd.start``.
    """
    clock = clock or SystemClock()
    with readers_alone(wait_s, clock):
        own: Pcscd | None = None
        if not service_answers():
            own = Pcscd(clock)
            own.start()
        slots = _slots(OWN_PORTS) if own is not None else _working_slots(clock)
        try:
            yield slots
        finally:
            for slot in slots:
                slot.remove()
            if own is not None:
                own.stop()


def _slots(ports: tuple[int, int]) -> tuple[VpcdSlot, VpcdSlot]:
    return VpcdSlot(ports[0]), VpcdSlot(ports[1])


def _working_slots(clock: Clock) -> tuple[VpcdSlot, VpcdSlot]:
    """The slots of a service that runs already: the system's, or one that an earlier run left behind."""
    for ports in (OWN_PORTS, PORTS):
        slots = _slots(ports)
        try:
            _prove(slots, clock)
        except DeviceFault as fault:
            if fault.code != "bench.port_taken" or ports is PORTS:
                raise
        else:
            return slots
    raise AssertionError("unreachable: the last pair raises")


def service_answers() -> bool:
    """Whether a service answers; a desktop's starts by being asked."""
    try:
        list_readers()
    except DeviceGone:
        return False
    return True


def _listed() -> list[str]:
    """Names without the number of a serial interface that some versions add, as far as they are ours."""
    try:
        present = list_readers()
    except DeviceGone:
        return []
    return [name for name in NAMES if any(name in reader for reader in present)]


def _prove(slots: tuple[VpcdSlot, VpcdSlot], clock: Clock) -> None:
    """Lay a card on each reader of a service we did not start, and see that it is noticed."""
    if set(_listed()) < set(NAMES):
        raise DeviceFault("bench.no_virtual_readers", packages="vsmartcard-vpcd")
    for slot, name in zip(slots, NAMES, strict=True):
        reader = open_reader(name)
        try:
            slot.insert(VirtualM1(_PROBE_UID))
            deadline = clock.monotonic() + 3.0
            while (card := reader.poll()) is None or card.uid != _PROBE_UID:
                if clock.monotonic() > deadline:
                    raise DeviceFault("bench.port_taken", port=slot.port)
                clock.sleep(_STEP_S)
        except (DeviceGone, Refused) as error:
            raise DeviceFault("bench.port_taken", port=slot.port) from error
        finally:
            slot.remove()
            reader.close()


def _clear_leftovers() -> None:
    """A killed pcscd leaves its files, and the next one believes the number in them, whoever has it now."""
    number = _SOCKET.with_name("pcscd.pid")
    try:
        owner = Path("/proc", number.read_text("ascii").strip(), "comm").read_text("utf-8").strip()
    except (OSError, ValueError):
        owner = ""
    if owner == DAEMON.name:
        return  # alive or not yet buried: not ours to clear
    for left in (_SOCKET, number):
        with contextlib.suppress(OSError):
            left.unlink(missing_ok=True)


def _assert_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104 - what pcscd's virtual reader will bind
        except OSError as error:
            raise DeviceFault("bench.port_taken", port=port) from error


@contextlib.contextmanager
def readers_alone(wait_s: float, clock: Clock) -> Iterator[None]:
    """Hold the file lock of the virtual readers; it goes with the process, however that ends.

    Raises ``DeviceFault("bench.readers_busy")``.
    """
    handle = os.open(_LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        deadline = clock.monotonic() + wait_s
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if clock.monotonic() >= deadline:
                    raise DeviceFault("bench.readers_busy", lock=str(_LOCK)) from None
                clock.sleep(0.2)
        yield
    finally:
        os.close(handle)
