"""The real way: our driver, pcscd, its virtual reader, and a virtual card. Nothing in the driver knows."""

import statistics
import threading
import time

import msgspec
import pytest

from onecard.bench.pcscd import NAMES
from onecard.cards.image import Identity, Purse
from onecard.cards.keys import make_test_keys
from onecard.cards.m1 import M1Card
from onecard.clock import SystemClock
from onecard.devices.__main__ import main as technician
from onecard.devices.capture import load, recording
from onecard.devices.readers.pcsc import list_readers, open_reader
from onecard.devices.readers.virtual import VirtualM1
from onecard.devices.worker import ReaderWorker
from onecard.errors import CardForeign, CardGone, DeviceFault, DeviceGone, Refused

pytestmark = [pytest.mark.pcsc, pytest.mark.xdist_group("pcsc")]

KEYS = make_test_keys()
UNIT = 1
IDENTITY = Identity(unit=UNIT, card=88_001, issue=1, type=1, key_version=1, until_day=4_000)
FIRST = Purse(main_fen=100_000, last_terminal=9, last_seq=1)


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

    def take(self, card=None):
        self.slot.remove(card)
        self.wait(lambda card: card is None)


@pytest.fixture
def station(slots):
    made = Station(slots[0], NAMES[0])
    yield made
    made.slot.remove()
    made.wait(lambda card: card is None)
    made.reader.close()


def issued(uid="04A1B2C3") -> VirtualM1:
    from onecard.devices.readers.virtual import DirectStorage

    card = VirtualM1(bytes.fromhex(uid))
    M1Card(DirectStorage(card), KEYS, UNIT).personalise(IDENTITY, FIRST)
    card.pull()
    return card


def after(purse: Purse) -> Purse:
    return msgspec.structs.replace(
        purse, main_fen=purse.main_fen - 100, counter=purse.counter + 1, last_seq=purse.last_seq + 1
    )


def test_both_readers_are_listed(slots):
    assert {name for name in list_readers() if "Virtual PCD" in name} >= set(NAMES)


def test_issue_read_and_write_over_the_wire(station):  # F: A2, C6
    card = VirtualM1(bytes.fromhex("04A1B2C3"))
    storage = station.put(card)
    with pytest.raises(CardForeign) as blank:
        M1Card(storage, KEYS, UNIT).read()
    assert blank.value.code == "card.blank"
    M1Card(storage, KEYS, UNIT).personalise(IDENTITY, FIRST)
    station.take()
    session = M1Card(station.put(card), KEYS, UNIT)
    image = session.read()
    assert (image.identity, image.newest) == (IDENTITY, FIRST)
    assert session.write(after(image.newest)).newest == after(FIRST)
    station.take()
    assert M1Card(station.put(card), KEYS, UNIT).read().newest == after(FIRST)


def test_a_record_of_a_whole_issue_and_a_tap_holds_no_key_of_the_card(slots, tmp_path):
    # F: E8
    card, path = VirtualM1(bytes.fromhex("04A1B2C4")), tmp_path / "reader.jsonl"
    with recording(path, SystemClock()):
        station = Station(slots[0], NAMES[0])
        session = M1Card(station.put(card), KEYS, UNIT)
        session.personalise(IDENTITY, FIRST)
        session.write(after(session.read().newest))
        station.take()
        station.reader.close()
    trailers = [block for at, block in enumerate(card.blocks) if at % 4 == 3]
    keys = {key for block in trailers for key in (block[:6], block[10:])} - {b"\xff" * 6}
    said = load(path)
    assert len(keys) >= 2
    assert not any(key in one.data for one in said for key in keys)
    assert not any(b"\xff" * 6 in one.data for one in said if one.kind == "host")
    commands = {one.data[:2].hex() for one in said if one.kind == "host"}
    assert {"ffca", "ff82", "ff86", "ffb0", "ffd6"} <= commands
    assert any(one.data.startswith(card.uid) for one in said if one.kind == "device")


def test_a_technicians_test_of_the_reader_is_recorded_and_is_not_for_playing(slots, tmp_path, capsys):
    # F: E8
    path = tmp_path / "reader.jsonl"
    slots[0].insert(VirtualM1(bytes.fromhex("04A1B2C5")))
    try:
        words = ["--language", "en", "test", "reader", NAMES[0], "--record", str(path)]
        assert technician(words) == 0
    finally:
        slots[0].remove()
    assert any(one.data[:4] == bytes.fromhex("04A1B2C5") for one in load(path))
    assert technician(["--language", "en", "play", str(path), str(tmp_path / "line")]) == 2
    assert "no cable" in capsys.readouterr().err


def test_the_same_object_while_the_card_stays_another_when_it_comes_again(station):
    assert station.reader.poll() is None
    card = issued()
    first = station.put(card)
    assert all(station.reader.poll() is first for _ in range(20))
    station.take()
    with pytest.raises(CardGone):
        first.read(4)
    again = station.put(card)
    assert again is not first
    assert again.uid == first.uid
    with pytest.raises(CardGone):
        first.read(4)


def test_a_quick_swap_is_never_taken_for_the_same_card(station):
    one, two = issued("04000001"), issued("04000002")
    first = station.put(one)
    station.slot.remove()
    station.slot.insert(two)
    seen = station.wait(lambda card: card is not None and card.uid == two.uid)
    assert seen is not first
    with pytest.raises(CardGone):
        first.authenticate(4, "A", bytes(6))


def test_time_and_commands_of_a_tap(station):  # F: P1
    card = issued()
    times, commands = [], []
    for _ in range(40):
        # A new visit without waiting for pcscd's 400 ms: as many sessions on one laying down.
        storage = station.reader.poll() or station.put(card)
        sent, start = storage.commands, time.perf_counter()
        session = M1Card(storage, KEYS, UNIT)
        session.write(after(session.read().newest))
        times.append((time.perf_counter() - start) * 1000)
        commands.append(storage.commands - sent)
    worst = max(times)
    print(
        f"tap over pcscd: median {statistics.median(times):.1f} ms, worst {worst:.1f} ms, "
        f"{max(commands)} commands"
    )
    assert max(commands) <= 20
    # One delayed acknowledgement per command would be 18 × 44 ms.
    assert statistics.median(times) < 60


@pytest.mark.parametrize(("command", "byte"), [(3, None), (11, 0), (12, 7), (13, 9), (13, 16), (14, None)])
def test_torn_in_the_middle_then_put_back(station, command, byte):
    card = issued()
    storage = station.put(card)
    card.tear_at(command, byte)
    session = M1Card(storage, KEYS, UNIT)
    with pytest.raises(CardGone):
        session.write(after(session.read().newest))
    assert station.slot.cards == ()
    image = M1Card(station.put(card), KEYS, UNIT).read()
    assert image.newest == (FIRST if (command, byte or 0) < (13, 16) else after(FIRST))


def test_pulled_by_hand_between_read_and_write(station):
    card = issued()
    session = M1Card(station.put(card), KEYS, UNIT)
    newest = session.read().newest
    station.slot.remove()
    start = time.monotonic()
    with pytest.raises(CardGone):
        session.write(after(newest))
    assert time.monotonic() - start < 0.3
    assert M1Card(station.put(card), KEYS, UNIT).read().newest == FIRST


def test_a_refused_write_is_settled_by_waking_the_card(station):
    card = issued()
    session = M1Card(station.put(card), KEYS, UNIT)
    newest = session.read().newest
    card.glitch_at(card.commands + 2, 16)  # the commit block is stored, the answer is "no"
    assert session.write(after(newest)).newest == after(newest)


def test_two_cards_are_refused_until_one_is_taken_away(station):
    one, two = issued("04000001"), issued("04000002")
    station.slot.insert(one)
    station.slot.insert(two)
    deadline = time.monotonic() + 5
    with pytest.raises(Refused) as refused:
        while time.monotonic() < deadline:
            station.reader.poll()
    assert refused.value.code == "card.two"
    station.slot.remove(one)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            storage = station.reader.poll()
        except Refused:
            continue
        if storage is not None:
            break
    assert storage.uid == two.uid
    assert M1Card(storage, KEYS, UNIT).read().newest == FIRST


@pytest.mark.parametrize(
    "atr",
    [
        "3B888001 0073C8400000900062",  # CPU card, contactless
        "3B8F8001804F0CA0000003060300030000000068",  # Ultralight
        "3B6800000073C84013009000",  # contact card
    ],
)
def test_other_media_say_so_on_first_use(station, atr):
    class Other(VirtualM1):
        @property
        def atr(self):
            return bytes.fromhex(atr)

    storage = station.put(Other(bytes.fromhex("04A1B2C3")))
    with pytest.raises(CardForeign) as refused:
        M1Card(storage, KEYS, UNIT).read()
    assert refused.value.code == "card.foreign"
    assert station.reader.poll() is storage


def test_two_readers_at_once(slots, station):
    other = Station(slots[1], NAMES[1])
    one, two = issued("04000001"), issued("04000002")
    try:
        assert station.put(one).uid == one.uid
        assert other.put(two).uid == two.uid
        assert M1Card(station.reader.poll(), KEYS, UNIT).read().uid == one.uid
        assert M1Card(other.reader.poll(), KEYS, UNIT).read().uid == two.uid
        station.take()
        assert other.reader.poll().uid == two.uid
    finally:
        other.take()
        other.reader.close()


def test_another_program_on_the_card(slots, station):
    second = open_reader(NAMES[0])
    station.put(issued())
    with pytest.raises(DeviceFault) as busy:
        second.poll()
    assert busy.value.code == "reader.busy"
    second.close()


def test_a_name_that_fits_two_readers_is_not_guessed(slots):
    with pytest.raises(DeviceFault) as refused:
        open_reader("Virtual PCD").poll()
    assert refused.value.code == "reader.ambiguous"


def test_a_reader_that_is_not_there(slots):
    with pytest.raises(DeviceGone) as gone:
        open_reader("ACR122U").poll()
    assert gone.value.code == "reader.gone"


def test_polling_costs_next_to_nothing(station):
    station.put(issued())
    start = time.perf_counter()
    for _ in range(100):
        station.reader.poll()
    each_ms = (time.perf_counter() - start) * 10
    print(f"poll: {each_ms:.2f} ms")
    assert each_ms < 10


# -- waiting -----------------------------------------------------------------------------------------------


@pytest.fixture
def worker(slots):
    """A reader's worker that would poll by itself every five seconds only."""
    told = []
    made = ReaderWorker(
        "reader",
        lambda: open_reader(NAMES[0]),
        lambda card: told.append((time.monotonic(), card)),
        clock=SystemClock(),
        interval_s=5.0,
    )
    made.start()
    made.call(lambda reader: reader.poll()).result(5)
    yield made, told, slots[0]
    slots[0].remove()
    made.stop()


def test_the_service_wakes_the_worker_when_a_card_comes_and_goes(worker):
    _, told, slot = worker
    for card in (issued(), None):
        del told[:]
        began = time.monotonic()
        slot.insert(card) if card is not None else slot.remove()
        while not told and time.monotonic() - began < 4:
            time.sleep(0.005)
        assert told, "the card was found by our own clock only"
        assert (told[0][1] is None) == (card is None)


def test_an_order_does_not_wait_for_the_reader(worker):
    made, _, _ = worker
    for _ in range(20):
        time.sleep(0.02)
        began = time.monotonic()
        made.call(lambda reader: reader.name).result(4)
        assert time.monotonic() - began < 1


def test_nobody_else_stands_still_while_the_reader_waits(station):
    """The interpreter's lock is free meanwhile: the window goes on painting."""
    station.reader.poll()
    station.reader.poll()
    turns, going = 0, threading.Event()

    def count():
        nonlocal turns
        while not going.is_set():
            turns += 1
            time.sleep(0.001)

    other = threading.Thread(target=count)
    other.start()
    before = turns
    station.reader.wait(0.5)
    seen = turns - before
    going.set()
    other.join()
    assert seen > 20
