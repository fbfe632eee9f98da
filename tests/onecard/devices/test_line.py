"""Goal: any cable is the same four operations, and says ``DeviceGone`` when it is away. Method: real ends.

Serial lines are tried on a pseudo-terminal, TCP on a socket of this machine, memory on its damage switches.
"""

import socket
import time

import pytest

from onecard.devices import cable
from onecard.devices.cable import Cable
from onecard.devices.line import Line, open_line
from onecard.errors import DeviceGone


def read_some(line: Line, count: int) -> bytes:
    """Poll until ``count`` bytes came; two seconds at most."""
    got, end = b"", time.monotonic() + 2
    while len(got) < count and time.monotonic() < end:
        got += line.read_available()
        time.sleep(0.001)
    return got


@pytest.mark.parametrize(
    "url",
    [
        "serial:",
        "tcp:nohost",
        "usb:1",
        "",
        "serial:/dev/null?parity=X",
        "serial:/dev/null?speed=9600",
        "serial:/dev/null?baud",
    ],
)
def test_a_malformed_url_is_an_error_of_the_setting(url):
    with pytest.raises(ValueError):
        open_line(url)


# -- serial ------------------------------------------------------------------------------------------------


def test_a_pseudo_terminal_carries_every_byte_both_ways(tmp_path):
    device = open_line(f"pty:{tmp_path}/acceptor")
    host = open_line(f"serial:{tmp_path}/acceptor?baud=9600&parity=E")
    every = bytes(range(256))  # among them XON, XOFF, CR, LF, ^C and ^D
    host.write(every)
    assert read_some(device, 256) == every
    device.write(every)
    assert read_some(host, 256) == every
    assert host.read_available() == b""
    host.close()
    host = open_line(f"serial:{tmp_path}/acceptor")  # and again: the device outlives its host
    host.write(b"x")
    assert read_some(device, 1) == b"x"
    host.close()
    device.close()


def test_a_serial_port_is_ours_alone(tmp_path):
    device = open_line(f"pty:{tmp_path}/port")
    first = open_line(f"serial:{tmp_path}/port")
    with pytest.raises(DeviceGone):
        open_line(f"serial:{tmp_path}/port")
    first.close()
    device.close()


def test_an_unplugged_serial_device_is_gone(tmp_path):
    device = open_line(f"pty:{tmp_path}/port")
    host = open_line(f"serial:{tmp_path}/port")
    device.close()
    with pytest.raises(DeviceGone):
        read_some(host, 1)
    with pytest.raises(DeviceGone):
        for _ in range(3):
            host.write(b"x")
    host.close()
    with pytest.raises(DeviceGone):
        open_line(f"serial:{tmp_path}/port")


def test_a_device_whose_host_does_not_read_goes_on(tmp_path):
    device = open_line(f"pty:{tmp_path}/port")
    for _ in range(100):
        device.write(bytes(1000))
    assert device.read_available() == b""
    device.close()
    with pytest.raises(DeviceGone):
        device.write(b"x")


# -- tcp ---------------------------------------------------------------------------------------------------


def test_tcp_carries_bytes_and_tells_when_the_device_closes():
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = open_line(f"tcp:127.0.0.1:{server.getsockname()[1]}")
        device, _ = server.accept()
        host.write(b"\x10\x04\x01")
        assert device.recv(10) == b"\x10\x04\x01"
        assert host.read_available() == b""
        device.sendall(b"\x12")
        assert read_some(host, 1) == b"\x12"
        device.close()
        with pytest.raises(DeviceGone):
            read_some(host, 1)
        host.close()
        with pytest.raises(DeviceGone):
            host.read_available()


def test_nobody_listening_is_gone():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(DeviceGone):
        open_line(f"tcp:127.0.0.1:{port}")


def test_a_device_that_takes_no_more_bytes_is_stalled_not_waited_for(monkeypatch):
    monkeypatch.setattr("onecard.devices.line.WRITE_TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = open_line(f"tcp:127.0.0.1:{server.getsockname()[1]}")
        device, _ = server.accept()
        with pytest.raises(DeviceGone) as gone:
            host.write(bytes(20_000_000))
        assert gone.value.code == "device.stalled"
        device.close()
        host.close()


# -- memory ------------------------------------------------------------------------------------------------


def test_a_memory_cable_keeps_order_and_is_opened_by_name():
    joined = Cable("till-1")
    host = open_line("mem:till-1")
    host.write(b"ab")
    host.write(b"cd")
    assert joined.device.read_available() == b"abcd"
    joined.device.write(b"ok")
    assert host.read_available() == b"ok"
    host.close()
    with pytest.raises(DeviceGone):
        host.write(b"x")
    open_line("mem:till-1").write(b"again")
    assert joined.device.read_available() == b"again"
    with pytest.raises(DeviceGone):
        open_line("mem:nowhere")


def test_damage_is_what_it_says():
    joined = Cable()
    for damage, arrives in [
        (cable.drop, b""),
        (cable.flip(1, 0x03), b"\x01\x01\x03"),
        (cable.flip(-1), b"\x01\x02\x02"),
        (cable.flip(7), b"\x01\x02\x03"),
        (cable.truncate(2), b"\x01\x02"),
        (None, b"\x01\x02\x03"),
    ]:
        joined.to_device.damage = damage
        joined.host.write(b"\x01\x02\x03")
        assert joined.device.read_available() == arrives


def test_a_delay_holds_bytes_back_in_order():
    joined = Cable()
    joined.to_host.delay_reads = 2
    joined.device.write(b"a")
    joined.to_host.delay_reads = 0
    joined.device.write(b"b")
    assert [joined.host.read_available() for _ in range(3)] == [b"", b"", b"ab"]


def test_a_cut_cable_is_gone_at_both_ends_and_loses_what_was_on_it():
    joined = Cable("cut-1")
    joined.host.write(b"lost")
    joined.cut()
    for end in (joined.host, joined.device):
        with pytest.raises(DeviceGone):
            end.read_available()
        with pytest.raises(DeviceGone):
            end.write(b"x")
    with pytest.raises(DeviceGone):
        open_line("mem:cut-1")
    joined.mend()
    assert joined.device.read_available() == b""
