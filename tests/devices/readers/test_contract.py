"""What every storage card must do for its caller, whatever carries it: in this process and over pcscd."""

import time

import pytest

from onecard.cards.medium import Key
from onecard.devices.readers.pcsc import open_reader
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import CardDenied, CardGone

UID = bytes.fromhex("04782E21801D80")
FF = b"\xff" * 6


class Direct:
    def __init__(self):
        self.card = VirtualM1(UID)
        self.storage = DirectStorage(self.card)

    def pull(self):
        self.card.pull()

    def close(self): ...


class OverPcsc:
    def __init__(self, slots):
        self.card = VirtualM1(UID)
        self.slot = slots[0]
        self.reader = open_reader("Virtual PCD 00 00")
        self.slot.insert(self.card)
        deadline = time.monotonic() + 5
        while (storage := self.reader.poll()) is None:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        self.storage = storage

    def pull(self):
        self.slot.remove()

    def close(self):
        self.slot.remove()
        deadline = time.monotonic() + 5
        while self.reader.poll() is not None:
            assert time.monotonic() < deadline
        self.reader.close()


PCSC = pytest.param("pcsc", marks=[pytest.mark.pcsc, pytest.mark.xdist_group("pcsc")])


@pytest.fixture(params=["direct", PCSC])
def place(request):
    made = Direct() if request.param == "direct" else OverPcsc(request.getfixturevalue("slots"))
    yield made
    made.close()


@pytest.fixture
def storage(place):
    return place.storage


def test_uid_is_known_from_the_start(storage):
    assert storage.uid == UID


def test_write_and_read_back(storage):
    storage.authenticate(4, Key.A, FF)
    storage.write(5, bytes(range(16)))
    assert storage.read(5) == bytes(range(16))


def test_every_command_counts(storage):
    start = storage.commands
    storage.authenticate(4, Key.A, FF)
    storage.read(4)
    storage.write(4, bytes(16))
    assert storage.commands == start + 4  # with the LOAD KEY
    storage.authenticate(8, Key.A, FF)
    assert storage.commands == start + 5  # the key is in the reader already


def test_a_closed_sector_is_denied(storage):
    with pytest.raises(CardDenied):
        storage.read(4)
    storage.select()
    storage.authenticate(4, Key.A, FF)
    with pytest.raises(CardDenied):
        storage.write(8, bytes(16))


def test_a_wrong_key_is_denied_and_select_helps(storage):
    with pytest.raises(CardDenied):
        storage.authenticate(4, Key.A, b"WRONG!")
    storage.select()
    storage.authenticate(4, Key.A, FF)
    assert storage.read(4) == bytes(16)


def test_select_forgets_the_authentication(storage):
    storage.authenticate(4, Key.A, FF)
    storage.select()
    with pytest.raises(CardDenied):
        storage.read(4)


def test_a_pulled_card_is_gone_at_once_and_stays_gone(place):
    place.storage.authenticate(4, Key.A, FF)
    place.pull()
    start = time.monotonic()
    calls = [
        lambda: place.storage.read(4),
        lambda: place.storage.write(4, bytes(16)),
        lambda: place.storage.authenticate(4, Key.A, FF),
        place.storage.select,
    ]
    for call in calls:
        with pytest.raises(CardGone):
            call()
    assert time.monotonic() - start < 0.5


def test_a_card_torn_during_a_write_is_gone(place):
    place.storage.authenticate(4, Key.A, FF)
    place.card.tear_at(1, 5)
    with pytest.raises(CardGone):
        place.storage.write(4, b"\xaa" * 16)
    assert place.card.blocks[4] == b"\xaa" * 5 + bytes(11)


def test_an_answer_of_no_to_a_write_that_happened(place):
    place.storage.authenticate(4, Key.A, FF)
    place.card.glitch_at(1, 16)
    with pytest.raises(CardDenied):
        place.storage.write(4, b"\xaa" * 16)
    place.storage.select()
    place.storage.authenticate(4, Key.A, FF)
    assert place.storage.read(4) == b"\xaa" * 16
