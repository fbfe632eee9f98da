"""Goal: the drawer opens when it is told, paper or not, and nobody claims to know what no switch said.  #
F: C6

Method: the driver against a simulated printer with a drawer on its cable.
"""

import pytest

from onecard.clock import FalseClock
from onecard.devices import cable
from onecard.devices.printers import Document, DrawerState, Line, PrinterState
from onecard.devices.printers import escpos as driver
from onecard.devices.printers.escpos import answers
from onecard.devices.printers.escpos.answers import Sorter
from onecard.devices.worker import PrinterWorker
from onecard.errors import DeviceGone
from tests.devices.printers.escpos.rig import Rig, receipt


@pytest.mark.parametrize("trouble", ["ok", "near_end", "paper_out", "cover_open", "error"])
def test_a_kick_opens_the_drawer_at_once(trouble):
    rig = Rig(drawer_open="high")
    rig.set_state(trouble)
    assert rig.driver.drawer() is DrawerState.CLOSED
    assert rig.driver.kick_drawer() is DrawerState.OPEN
    assert rig.mechanism.kicks == 1
    rig.mechanism.drawer_is_open = False
    rig.set_state("ok")
    rig.clock.sleep(1)
    assert rig.mechanism.kicks == 1, "no second kick when the paper is back"
    assert rig.driver.drawer() is DrawerState.CLOSED


def test_a_kick_that_never_arrives_is_a_closed_drawer():
    rig = Rig(drawer_open="high")
    rig.cable.to_device.damage = lambda data: b"" if data[:2] == b"\x1bp" else data
    assert rig.driver.kick_drawer() is DrawerState.CLOSED


@pytest.mark.parametrize(
    ("options", "damage"),
    [
        ({"drawer_open": "none"}, None),
        ({"drawer_open": "high", "answers": False}, None),
        ({"drawer_open": "high", "has_status": False}, None),
        ({"drawer_open": "high"}, cable.drop),
    ],
    ids=["no switch", "no way back", "no status", "lost"],
)
def test_without_an_answer_nobody_knows(options, damage):
    rig = Rig(**options)
    rig.cable.to_host.damage = damage
    assert rig.driver.drawer() is DrawerState.UNKNOWN
    assert rig.driver.kick_drawer() is DrawerState.UNKNOWN
    assert rig.mechanism.kicks == 1


def test_no_printer_no_drawer():
    rig = Rig(drawer_open="high")
    rig.cable.cut()
    assert rig.driver.kick_drawer() is DrawerState.UNKNOWN


@pytest.mark.parametrize(
    ("byte", "level", "state"),
    [
        (0x12, "high", "closed"),
        (0x16, "high", "open"),
        (0x12, "low", "open"),
        (0x16, "low", "closed"),
        (0x16, "none", "unknown"),
    ],
)
def test_drawers_are_wired_either_way(byte, level, state):
    assert answers.drawer(byte, level) is DrawerState(state)


def test_a_drawer_that_opens_changes_nothing_about_the_printer():
    rig = Rig(drawer_open="high")
    document = Document("1", (Line("x"),), kick_drawer=True)
    assert rig.driver.print(document) is PrinterState.OK
    assert rig.mechanism.drawer_is_open
    assert rig.driver.status() is PrinterState.OK
    assert rig.driver.print(receipt()) is PrinterState.OK


def test_the_worker_kicks_on_the_printers_thread():
    rig = Rig(drawer_open="high")
    worker = PrinterWorker("printer", lambda: rig.driver, clock=FalseClock())
    worker.turn()
    kicked = worker.kick_drawer()
    worker.turn()
    assert kicked.result(0) is DrawerState.OPEN

    def nobody() -> None:
        raise DeviceGone

    worker = PrinterWorker("printer", nobody, clock=FalseClock())
    kicked = worker.kick_drawer()
    worker.turn()
    assert isinstance(kicked.exception(0), DeviceGone)


def test_a_wrong_setting_is_named():
    with pytest.raises(ValueError):
        driver.open({"line": "tcp:127.0.0.1:1", "logo": "none", "drawer_open": "up"})


# -- automatic status between the answers -----------------------------------------------------------------


@pytest.mark.parametrize("at", range(5))
def test_an_answer_inside_an_automatic_status_confirms_nothing(at):
    """The four bytes and the answer to a question share one wire; the rest of the four looks like
    "printed"."""
    group = bytes.fromhex("18000F00")
    heard = Sorter().feed(group[:at] + b"\x12" + group[at:])
    assert heard.realtime == [0x12]
    assert heard.automatic == [group]
    assert heard.done == []


def test_an_automatic_status_in_pieces_is_one():
    sorter, found = Sorter(), []
    for byte in bytes.fromhex("18000F00" * 3):
        found += sorter.feed(bytes((byte,))).automatic
    assert found == [bytes.fromhex("18000F00")] * 3


def test_questions_and_automatic_status_interleaved_through_a_whole_job():
    rig = Rig()
    rig.cable.host.write(b"\x1da\x0f")
    rig.clock.sleep(0.1)
    before = rig.mechanism.receive

    def chatty(data: bytes) -> bytes:
        return rig.mechanism._automatic()[:2] + before(data) + rig.mechanism._automatic()[2:] if data else b""

    rig.mechanism.receive = chatty
    rig.mechanism.set_state("cover_open")
    assert rig.driver.print(receipt()) is PrinterState.COVER_OPEN
    assert rig.mechanism.receipts == []
    rig.mechanism.set_state("ok")
    assert rig.driver.status() is PrinterState.OK
