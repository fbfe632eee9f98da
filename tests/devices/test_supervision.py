"""Goal: no device can stop a station: not one that babbles, is silent, hangs, or comes and goes.

Method: every driver behind its own ``open``, polled against lines that misbehave in one way each; and the
faults that public drivers are known for, as far as they concern these devices.
"""

import itertools
import random
from collections.abc import Callable
from typing import Any

import pytest

from onecard.clock import FalseClock
from onecard.devices import kinds, line
from onecard.devices.bank_terminals import Order
from onecard.devices.cable import Cable
from onecard.devices.city_terminals import Debit
from onecard.devices.encoders.msr import frames as msr_frames
from onecard.devices.fields import Parser as FieldParser
from onecard.devices.fields import encode as encode_fields
from onecard.devices.polled import EventWorker
from onecard.devices.printers import PrinterState
from onecard.devices.printers.escpos.driver import EscPos
from onecard.devices.printers.escpos.encode import Paper, printable
from onecard.devices.scales.adam import frames as adam_frames
from onecard.devices.scales.ascii import frames as ascii_frames
from onecard.devices.scales.cas import frames as cas_frames
from onecard.devices.scales.dibal import frames as dibal_frames
from onecard.devices.scales.text import Lines
from onecard.devices.scales.toledo import frames as toledo_frames
from onecard.devices.wedges import Scanned
from onecard.devices.wedges.scanner import frames as scanner_frames
from onecard.errors import DeviceGone
from tests.devices.printers.escpos.rig import BusyClock, receipt

MINE = [
    f"{kind}/{name}"
    for kind in ("scale", "display", "pinpad", "wedge", "encoder", "bank", "city")
    for name in kinds.KINDS[kind]
]
#: What keeps a driver busy, where it does nothing by itself.
ORDERS: dict[str, Callable[[Any], object]] = {
    "pinpad": lambda pad: pad.ask(),
    "encoder": lambda encoder: encoder.read(),
    "bank": lambda bank: bank.order(Order("sale", "1-1-1", 100)),
    "city": lambda city: city.debit(Debit("1-1-1", 100, "2")),
}
_cables = itertools.count()


class Watched:
    """A line that counts what is done to it."""

    def __init__(self, says: Callable[[], bytes]) -> None:
        self._says = says
        self.reads = self.writes = 0
        self.closed = False

    def read_available(self) -> bytes:
        self.reads += 1
        return self._says()

    def write(self, data: bytes) -> None:
        self.writes += len(data)

    def close(self) -> None:
        self.closed = True


def opened(monkeypatch, told: str, watched: Any) -> Any:
    """The driver on such a line, with its order given."""
    kind, name = told.split("/")
    cable = Cable(f"watched-{next(_cables)}")
    monkeypatch.setattr(line, "tap", lambda url, inner, is_secret: watched)
    driver = kinds.open_driver(kind, name, {"line": f"mem:{cable.name}"})
    ORDERS.get(kind, lambda driver: None)(driver)
    return driver


def held(thing: Any, depth: int = 5) -> int:
    """How many bytes and entries an object keeps."""
    if isinstance(thing, bytes | bytearray | str):
        return len(thing)
    if depth == 0 or isinstance(thing, int | float | None | Watched):
        return 0
    if isinstance(thing, dict):
        return len(thing) + sum(held(value, depth - 1) for value in thing.values())
    if isinstance(thing, list | tuple | set | frozenset):
        return len(thing) + sum(held(value, depth - 1) for value in thing)
    return sum(held(value, depth - 1) for value in getattr(thing, "__dict__", {}).values())


@pytest.mark.parametrize("told", MINE)
def test_a_device_that_babbles_costs_neither_memory_nor_turns(monkeypatch, told):
    dice = random.Random(1)
    noise = [dice.randbytes(960) for _ in range(20)]
    watched = Watched(lambda: dice.choice(noise))
    driver = opened(monkeypatch, told, watched)
    before = held(driver)
    for _ in range(60):
        reads = watched.reads
        driver.poll()
        assert watched.reads - reads <= 5, "a poll never reads until there is nothing more"
    assert held(driver) - before < 3_000
    driver.close()
    assert watched.closed


@pytest.mark.parametrize("told", MINE)
def test_a_silent_device_is_left_after_a_bounded_time(monkeypatch, told):
    """Every order ends by itself; what goes on for ever are questions, one at a time."""
    watched = Watched(lambda: b"")
    driver = opened(monkeypatch, told, watched)
    events = [event for _ in range(2_500) for event in driver.poll()]
    kind = told.split("/")[0]
    if kind in ("scale", "pinpad", "encoder", "bank", "city"):
        assert events, "it was told that nothing came"
    if kind in ("bank", "city"):
        assert not driver.is_busy
        asked = watched.writes
        for _ in range(100):
            driver.poll()
        assert watched.writes == asked, "an order is never sent again by itself"


@pytest.mark.parametrize("told", MINE)
def test_a_line_that_fails_is_a_gone_device_and_no_other_error(monkeypatch, told):
    def gone() -> bytes:
        raise DeviceGone("device.stalled")

    driver = opened(monkeypatch, told, Watched(lambda: b""))
    driver._line = Watched(gone)
    with pytest.raises(DeviceGone):
        for _ in range(3):
            driver.poll()
    driver.close()


def test_every_wait_of_a_line_is_bounded():
    assert 0 < line.WRITE_TIMEOUT_S <= 10
    assert 0 < line._CONNECT_TIMEOUT_S <= 5


@pytest.mark.parametrize("told", MINE)
def test_a_device_plugged_in_later_is_found(told):
    """Hot-plug: nobody starts the station again."""
    kind, name = told.split("/")
    cable, clock = Cable(f"later-{next(_cables)}"), FalseClock()
    cable.cut()
    worker = EventWorker(
        told,
        lambda: kinds.open_driver(kind, name, {"line": f"mem:{cable.name}"}),
        lambda event: None,
        clock=clock,
    )
    for is_there in (False, True, False, True):
        cable.mend() if is_there else cable.cut()
        for _ in range(200):
            worker.turn()
            clock.advance(0.05)
        assert (worker.health.view.condition == "good") == is_there
    worker.stop()


# -- what public drivers are known for
# -------------------------------------------------------------------------

FRAMES: dict[str, tuple[Callable[[], Any], bytes]] = {
    "cas": (lambda: cas_frames.Parser("body"), cas_frames.encode(b"S 01.234kg")),
    "boxes": (ascii_frames.Boxes, ascii_frames.box(1_234)),
    "lines": (lambda: Lines(ascii_frames.END, ascii_frames.line_of), b"ST,GS,+  1.234kg\r\n"),
    "toledo": (lambda: Lines(toledo_frames.CR, toledo_frames.line_of), b"\x0201.234\r"),
    "adam": (lambda: Lines(adam_frames.END, adam_frames.line_of), b"   1.234kg\r\n"),
    "dibal": (lambda: Lines(dibal_frames.END, dibal_frames.line_of), b"99 0 00316 0 000000 4\r\n"),
    "encoder": (msr_frames.Parser, msr_frames.block({2: "1"}) + b"\x1b0"),
    "fields": (FieldParser, encode_fields({"is": "left"})),
    "scanner": (scanner_frames.Parser, b"690000\r"),
}


@pytest.mark.parametrize("name", FRAMES)
def test_no_parser_waits_for_ever_on_a_frame_that_was_cut_short(name):
    make, frame = FRAMES[name]
    (good,) = make().feed(frame)
    for cut in range(1, len(frame)):
        parser, found = make(), []
        parser.feed(frame[:cut])
        for _ in range(2):
            found += parser.feed(frame)
        assert good in found, cut


def test_an_empty_answer_of_a_printer_is_never_paper():
    clock = BusyClock(lambda: None)
    printer = EscPos(lambda: Watched(lambda: b""), Paper(), clock=clock)
    assert printer.status() is PrinterState.UNKNOWN
    assert not printer.print(receipt()).has_printed


@pytest.mark.parametrize("text", ["𠀀", "¥", "€é￥", "㐀", "🍜", "龥"])
def test_no_character_of_four_bytes_goes_to_a_printer(text):
    data = printable(text).encode("gb18030")
    at = 0
    while at < len(data):
        step = 1 if data[at] < 0x80 else 2
        assert step == 1 or data[at + 1] >= 0x40, "a second byte below 40 begins four"
        at += step
    assert at == len(data)


def test_scans_before_the_driver_was_open_belong_to_nobody():
    cable = Cable(f"early-{next(_cables)}")
    cable.device.write(b"111\r")
    driver = kinds.open_driver("wedge", "scanner", {"line": f"mem:{cable.name}"})
    assert driver.poll() == []
    cable.device.write(b"222\r")
    assert driver.poll() == [Scanned("222")]
