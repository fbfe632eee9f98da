"""Goal: a USB printer is a printer like any other.  # F: C6

Method: a simulated printer behind a device file and behind two pipes that fail as pyusb's do.
"""

import errno
import os
import tty

import pytest

from onecard.devices.printers import PrinterState
from onecard.devices.printers.escpos import usb
from onecard.devices.printers.escpos.driver import EscPos
from onecard.devices.printers.escpos.encode import Paper
from onecard.devices.printers.escpos.simulator import Mechanism
from onecard.devices.printers.escpos.usb import FileLine, UsbLine, open_printer
from onecard.errors import DeviceGone
from tests.devices.printers.escpos.rig import BusyClock, receipt


class Bus:
    """The other end: a mechanism with two pipes, few bytes at a time."""

    def __init__(self) -> None:
        self.mechanism = Mechanism()
        self.said = b""
        self.fails: OSError | None = None
        self.closed = False

    def write(self, endpoint: int, data: bytes, timeout: int) -> int:
        assert endpoint == 0x01
        assert timeout > 0, "without a limit a write may never come back"
        if self.fails is not None:
            raise self.fails
        self.said += self.mechanism.receive(data[:64])
        return len(data[:64])

    def read(self, endpoint: int, size: int, timeout: int) -> bytes:
        assert endpoint == 0x82
        assert 0 < timeout < 50
        if self.fails is not None:
            raise self.fails
        if not self.said:
            raise OSError(errno.ETIMEDOUT, "nothing")
        said, self.said = self.said[:size], self.said[size:]
        return said

    def close(self) -> None:
        self.closed = True


def printer(bus: Bus) -> EscPos:
    return EscPos(lambda: UsbLine(bus, "usb"), Paper(), clock=BusyClock(lambda: None))


def test_a_receipt_over_two_pipes():
    bus = Bus()
    assert printer(bus).print(receipt()) is PrinterState.OK
    assert len(bus.mechanism.receipts) == 1
    bus.mechanism.set_state("paper_out")
    assert printer(bus).status() is PrinterState.PAPER_OUT


@pytest.mark.parametrize(
    ("number", "state"),
    [
        (errno.ENODEV, PrinterState.GONE),
        (errno.EPIPE, PrinterState.GONE),
        (errno.ETIMEDOUT, PrinterState.UNKNOWN),
    ],
    ids=["unplugged", "broken", "stalled"],
)
def test_pipes_that_fail_are_never_a_receipt(number, state):
    bus = Bus()
    bus.fails = OSError(number, "")
    one = printer(bus)
    assert one.print(receipt()) is state
    assert bus.closed


def test_a_receipt_through_a_device_file():
    host, device = os.openpty()
    tty.setraw(device)
    os.set_blocking(host, False)
    mechanism = Mechanism()

    def work() -> None:
        try:
            os.write(host, mechanism.receive(os.read(host, 4096)))
        except BlockingIOError:
            return

    one = EscPos(lambda: open_printer(f"usb:{os.ttyname(device)}"), Paper(), clock=BusyClock(work))
    assert one.print(receipt()) is PrinterState.OK
    assert len(mechanism.receipts) == 1
    one.close()
    os.close(host)
    os.close(device)


def test_a_file_that_takes_no_more_bytes_is_stalled(monkeypatch, tmp_path):
    monkeypatch.setattr(usb, "WRITE_TIMEOUT_S", 0.05)
    host, device = os.openpty()
    tty.setraw(device)
    line = FileLine(os.ttyname(device))
    assert line.read_available() == b""
    with pytest.raises(DeviceGone) as gone:
        line.write(b"x" * 1_000_000)
    assert gone.value.code == "device.stalled"
    line.close()
    line.close()
    with pytest.raises(DeviceGone):
        line.read_available()
    os.close(host)
    os.close(device)


def test_a_printer_that_is_not_plugged_in_is_gone(tmp_path):
    with pytest.raises(DeviceGone):
        open_printer(f"usb:{tmp_path}/lp9")


@pytest.mark.parametrize("url", ["usb:printer", "usb:04b8", "usb:04b8:zz", "usb:04b8:0e15?colour=red"])
def test_a_wrong_line_is_named(url):
    with pytest.raises(ValueError):
        open_printer(url)


def test_a_printer_by_its_numbers_needs_the_library_or_is_gone():
    with pytest.raises((DeviceGone, ValueError)):
        open_printer("usb:ffff:ffff")
