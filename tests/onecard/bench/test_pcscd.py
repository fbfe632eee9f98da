"""One service with two virtual readers, for one user at a time, that comes back after a restart."""

import socket
import subprocess
import sys
import time

import pytest

from onecard.bench import pcscd
from onecard.bench.pcscd import NAMES, OWN_PORTS, Pcscd, readers_alone, service_answers, virtual_readers
from onecard.clock import SystemClock
from onecard.devices.readers.pcsc import open_reader
from onecard.devices.readers.virtual import VirtualM1, VpcdSlot
from onecard.errors import CardGone, DeviceFault, DeviceGone

pytestmark = [pytest.mark.pcsc, pytest.mark.xdist_group("pcsc")]

CLOCK = SystemClock()


@pytest.fixture
def alone():
    """The virtual readers are ours, and no service runs that we would have to leave alone."""
    with readers_alone(100, CLOCK):
        if service_answers():
            pytest.skip("this machine runs a PC/SC service of its own")
        yield


def wait(reader):
    deadline = time.monotonic() + 5
    while (card := reader.poll()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return card


def test_two_working_slots():
    with virtual_readers(wait_s=100) as slots:
        for slot, name in zip(slots, NAMES, strict=True):
            reader = open_reader(name)
            card = VirtualM1(bytes.fromhex("04A1B2C3"))
            slot.insert(card)
            assert wait(reader).uid == card.uid
            reader.close()


def test_a_running_service_is_used_and_left_running(alone):
    daemon = Pcscd()
    daemon.start()
    try:
        # The lock is ours already, so ask as the inside of virtual_readers does.
        slots = (VpcdSlot(OWN_PORTS[0]), VpcdSlot(OWN_PORTS[1]))
        pcscd._prove(slots, CLOCK)
        assert service_answers()
    finally:
        daemon.stop()
    assert not service_answers()


def test_only_one_user_at_a_time(alone):
    with pytest.raises(DeviceFault) as busy, virtual_readers():
        pass
    assert busy.value.code == "bench.readers_busy"
    program = "from onecard.bench.pcscd import virtual_readers\nwith virtual_readers(): pass"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "bench.readers_busy" in other.stderr


def test_a_taken_port_is_said_clearly(alone):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", OWN_PORTS[1]))
        taken.listen()
        with pytest.raises(DeviceFault) as refused:
            Pcscd().start()
    assert (refused.value.code, refused.value.params) == ("bench.port_taken", {"port": OWN_PORTS[1]})


def test_no_program_no_guess(alone, monkeypatch, tmp_path):
    monkeypatch.setattr(pcscd, "DRIVER", tmp_path / "libifdvpcd.so")
    with pytest.raises(DeviceFault) as refused:
        Pcscd().start()
    assert refused.value.code == "bench.not_installed"


def test_the_driver_survives_a_restart_of_the_service(alone):
    """Reader and service vanish under a card, and come back: one clear error, then work goes on."""
    daemon = Pcscd()
    reader = open_reader(NAMES[0])
    slot = VpcdSlot(OWN_PORTS[0])
    with pytest.raises(DeviceGone):
        reader.poll()
    daemon.start()
    try:
        card = VirtualM1(bytes.fromhex("04A1B2C3"))
        slot.insert(card)
        storage = wait(reader)
        daemon.stop()
        with pytest.raises(CardGone):
            storage.read(4)
        for _ in range(3):
            with pytest.raises(DeviceGone):
                reader.poll()
        slot.remove()
        daemon.start()
        assert reader.poll() is None
        slot.insert(card)
        again = wait(reader)
        assert again is not storage
        again.authenticate(4, "A", b"\xff" * 6)
        assert again.read(4) == bytes(16)
    finally:
        slot.remove()
        reader.close()
        daemon.stop()


def test_nothing_to_lay_a_card_on(alone):
    slot = VpcdSlot(OWN_PORTS[0])
    with pytest.raises(DeviceGone):
        slot.insert(VirtualM1(bytes.fromhex("04A1B2C3")))
    assert slot.cards == ()
