"""Goal: a PSAM is a device like others: watched, found again, and no tap waits for it without end. F: A9

Method: virtual PSAMs in a slot of this process, on the worker's own thread and on a false clock; a call that
does not come back is one that waits for the test.
"""

import threading

import pytest

from onecard.cards.cpu import command
from onecard.cards.cpu.psam import CardPsam
from onecard.cards.medium import ApduCard
from onecard.clock import FalseClock
from onecard.devices.readers import psam as psams
from onecard.devices.readers.psam import EVERY_S, PsamSlot, PsamWorker
from onecard.devices.readers.virtual import DirectCpu
from onecard.devices.readers.virtual.press import make_psam
from onecard.devices.worker import STUCK_S, ReaderWorker
from onecard.errors import DeviceFault, DeviceGone
from onecard.ids import RecordId
from tests.onecard.cards.cpu.desk import KEYS, plastic

ID = RecordId(1, 1, 1)


class Slot:
    """A reader of this process; ``gate`` closed: a call into it does not come back."""

    name = "slot"

    def __init__(self) -> None:
        self.card: ApduCard | None = None
        self.gate, self.came = threading.Event(), threading.Event()
        self.gate.set()
        self.call_under_way: int | None = None
        self.calls = 0

    def poll(self):
        self.calls += 1
        self.call_under_way = self.calls
        self.came.set()
        self.gate.wait(30)
        self.call_under_way = None
        return self.card

    def wait(self, seconds: float) -> bool:
        return False

    def wake(self) -> None: ...

    def close(self) -> None: ...


@pytest.fixture
def slot():
    slot = Slot()
    yield slot
    slot.gate.set()


@pytest.fixture
def worker(slot):
    worker = PsamWorker("psam", lambda: PsamSlot(slot), clock=FalseClock())
    yield worker
    slot.gate.set()
    worker.stop()


def chip(number: str) -> DirectCpu:
    return DirectCpu(make_psam(bytes.fromhex(number), KEYS.masters[0].cpu))


def test_its_health_says_whether_it_is_there(slot, worker):
    said = []
    for card in (None, chip("000000004711"), None, DirectCpu(plastic()), chip("000000004711")):
        slot.card = card
        worker.turn()
        said.append((worker.health.view.condition, worker.health.view.reason))
        worker._clock.advance(EVERY_S)
    there, gone = ("good", ""), ("bad", "psam.gone")
    assert said == [gone, there, gone, ("bad", "psam.refused"), there]


def test_a_tap_asks_it_on_its_own_thread_and_never_takes_another_for_it(slot, worker):
    slot.card = chip("000000004711")
    worker.start()
    psam = CardPsam(worker.find)
    assert psam.terminal(ID).hex() == "000000004711"
    first = worker.find()
    slot.card = None
    assert worker.find() is None
    slot.card = chip("000000004712")
    assert CardPsam(worker.find).terminal(ID).hex() == "000000004712"
    assert first is not None
    assert first.transmit(command.sam_terminal())[0].hex() == "000000004711", "whom it was given, it asks"


def test_no_tap_waits_for_one_that_does_not_come_back(slot, worker, monkeypatch):
    monkeypatch.setattr(psams, "WITHIN_S", 0.05)
    slot.card = chip("000000004711")
    slot.gate.clear()
    worker.start()
    with pytest.raises(DeviceFault) as stuck:
        CardPsam(worker.find).terminal(ID)
    assert stuck.value.code == "device.stuck"
    slot.gate.set()
    monkeypatch.setattr(psams, "WITHIN_S", 5)
    assert CardPsam(worker.find).terminal(ID).hex() == "000000004711"


def test_an_empty_reader_is_said_to_the_tap(slot, worker):
    worker.start()
    with pytest.raises(DeviceGone) as gone:
        CardPsam(worker.find).terminal(ID)
    assert gone.value.code == "psam.gone"


def _psam(slot, clock, seen):
    return PsamWorker("device", lambda: PsamSlot(slot), clock=clock, on_health=seen.append)


def _reader(slot, clock, seen):
    return ReaderWorker("device", lambda: slot, lambda card: None, clock=clock, on_health=seen.append)


@pytest.mark.parametrize("make", [_psam, _reader])
def test_a_call_that_does_not_come_back_is_said_by_others_than_its_thread(slot, make):
    clock, seen = FalseClock(), []
    slot.card = chip("000000004711")
    worker = make(slot, clock, seen)
    worker.turn()
    slot.came.clear()
    slot.gate.clear()
    clock.advance(EVERY_S)
    thread = threading.Thread(target=worker.turn)
    thread.start()
    assert slot.came.wait(10)
    for _ in range(int(STUCK_S * 4) - 1):
        worker.look_after()
        clock.advance(0.25)
    worker.look_after()
    assert [view.condition for view in seen] == ["good"], "it may still come"
    clock.advance(0.5)
    worker.look_after()
    assert (worker.health.view.condition, worker.health.view.reason) == ("bad", "device.stuck")
    slot.gate.set()
    thread.join(10)
    clock.advance(EVERY_S)
    worker.turn()
    worker.look_after()
    assert [view.condition for view in seen] == ["good", "bad", "good"]


def test_calls_that_come_back_one_by_one_are_never_called_stuck(slot):
    clock = FalseClock()
    worker = ReaderWorker("reader", lambda: slot, lambda card: None, clock=clock)
    for number in range(100):
        worker.turn()
        slot.call_under_way = number  # a long order, one call after the other
        worker.look_after()
        clock.advance(1.0)
    assert worker.health.view.condition == "good"
