"""CPU cards the real way: our driver, pcscd, its virtual readers, a virtual card, a virtual PSAM. F: A9"""

import threading
import time

import pytest

from onecard.bench.pcscd import NAMES
from onecard.cards.cpu.card import CpuCard
from onecard.cards.cpu.psam import CardPsam, KeyPsam
from onecard.cards.medium import ApduCard, Key
from onecard.clock import SystemClock
from onecard.devices.__main__ import main as technician
from onecard.devices.capture import load
from onecard.devices.readers.pcsc import driver, open_reader
from onecard.devices.readers.psam import PsamWorker, open_slot
from onecard.devices.readers.virtual import DirectCpu, VirtualM1
from onecard.devices.readers.virtual.press import make_psam
from onecard.errors import CardForeign, CardGone, NotWritten
from tests.onecard.cards.cpu.desk import FIRST, KEYS, UNIT, Host, after, plastic, tac_key

pytestmark = [pytest.mark.pcsc, pytest.mark.xdist_group("pcsc")]


class Station:
    """A reader as a station has it, and the hand that lays cards on it."""

    def __init__(self, slot, name):
        self.slot = slot
        self.reader = open_reader(name)

    def wait(self, wanted=lambda card: card is not None, seconds=5.0):
        deadline = time.monotonic() + seconds
        while not wanted(card := self.reader.poll()):
            assert time.monotonic() < deadline, "the reader did not notice"
            time.sleep(0.005)
        return card

    def put(self, card):
        self.slot.insert(card)
        return self.wait()

    def take(self):
        self.slot.remove()
        self.wait(lambda card: card is None)


@pytest.fixture
def station(slots):
    made = Station(slots[0], NAMES[0])
    yield made
    made.take()
    made.reader.close()


def session(storage, psam=None):
    assert isinstance(storage, ApduCard)
    return CpuCard(storage, KEYS, UNIT, psam or KeyPsam(KEYS), Host())


def test_debit_and_load_over_the_wire(station):
    card = plastic()
    tap = session(station.put(card))
    debited = tap.write(after(tap.read().newest))
    assert debited.newest == after(FIRST)
    assert tap.commands <= 20
    assert tap.proof(debited.newest.last).holds(tac_key(card))
    tap = session(station.reader.poll())
    loaded = tap.write(after(tap.read().newest, spend=-5_000))
    assert loaded.newest.main_fen == debited.newest.main_fen + 5_000
    print(f"{tap.commands} commands")


def test_it_is_the_same_card_as_in_this_process(station):
    card = plastic()
    over_wire = session(station.put(card)).read()
    station.take()
    assert CpuCard(DirectCpu(card), KEYS, UNIT, KeyPsam(KEYS)).read() == over_wire


@pytest.mark.parametrize(("command", "byte"), [(2, None), (7, None), (8, 1 << 20), (8, 100), (9, None)])
def test_torn_in_the_middle_then_put_back(station, command, byte):
    card = plastic()
    storage = station.put(card)
    card.tear_at(command, byte)
    tap = session(storage)
    with pytest.raises(CardGone):
        tap.write(after(tap.read().newest))
    assert station.slot.cards == ()
    image = session(station.put(card)).read()
    written = (command, byte or 0) >= (8, 1 << 20)
    assert image.newest == (after(FIRST) if written else FIRST)


def test_a_psam_in_the_second_reader(slots, station):
    psam = make_psam(bytes.fromhex("000000004711"), KEYS.masters[0].cpu)
    slots[1].insert(psam)
    worker = PsamWorker("psam", lambda: open_slot(NAMES[1]), clock=SystemClock())
    worker.start()
    deadline = time.monotonic() + 5
    while worker.find() is None:
        assert time.monotonic() < deadline, "the second reader did not notice"
        time.sleep(0.005)
    box = CardPsam(worker.find)
    card = plastic()
    storage = station.put(card)
    tap = session(storage, box)
    image = tap.write(after(tap.read().newest))
    proof = tap.proof(image.newest.last)
    assert (proof.terminal, proof.terminal_sequence) == ("000000004711", 1)
    assert proof.holds(tac_key(card))
    slots[1].remove()
    with pytest.raises(NotWritten) as gone:
        tap = session(storage, box)
        tap.write(after(tap.read().newest))
    assert gone.value.code == "psam.gone"
    assert card.memory.offline == 1
    worker.stop()


def test_a_technician_reads_a_psams_number(slots, capsys, tmp_path):
    # F: E8
    slots[1].insert(make_psam(bytes.fromhex("000000004711"), KEYS.masters[0].cpu))
    path = tmp_path / "psam.jsonl"
    try:
        assert technician(["--language", "en", "test", "psam", NAMES[1], "--record", str(path)]) == 0
    finally:
        slots[1].remove()
    assert "PSAM 000000004711" in capsys.readouterr().out
    assert any(one.data[:6].hex() == "000000004711" for one in load(path))


def test_every_call_into_the_service_is_one_that_others_can_watch(station, monkeypatch):
    seen, here = [], threading.get_ident()  # a worker of another test may still be at its own reader
    for name in ("SCardTransmit", "SCardConnect", "SCardReconnect", "SCardDisconnect", "SCardListReaders"):
        call = getattr(driver.scard, name)

        def watched(*arguments, call=call, name=name):
            if threading.get_ident() == here:
                seen.append((name, station.reader.call_under_way))
            return call(*arguments)

        monkeypatch.setattr(driver.scard, name, watched)
    storage = station.put(plastic())
    storage.select()
    station.take()
    assert {name for name, _ in seen} >= {
        "SCardTransmit",
        "SCardConnect",
        "SCardReconnect",
        "SCardDisconnect",
    }
    numbers = [number for _, number in seen]
    assert None not in numbers
    assert len(set(numbers)) == len(numbers)
    assert station.reader.call_under_way is None


def test_media_follow_each_other_on_one_reader(station):
    card = plastic()
    assert isinstance(station.put(card), ApduCard)
    station.take()
    assert not isinstance(station.put(VirtualM1(b"\x04\x01\x02\x03")), ApduCard)
    station.take()
    storage = station.put(card)
    assert isinstance(storage, ApduCard)
    for use in (lambda: storage.read(4), lambda: storage.authenticate(4, Key.A, bytes(6))):
        with pytest.raises(CardForeign):
            use()
