"""Goal: a pulled cable looks to a station like a pulled cable, and a plugged one like none.

Method: a small echo server behind the relay, real sockets.
"""

import socket
import threading

import pytest

from onecard.bench.network import NetworkCable


@pytest.fixture
def echo():
    """Address of a server that says everything back."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(peer,), daemon=True).start()

    def answer(peer: socket.socket) -> None:
        with peer:
            while data := peer.recv(100):
                peer.sendall(data)

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()
    listener.close()


@pytest.fixture
def cable(echo):
    cable = NetworkCable(echo)
    yield cable
    cable.close()


def ask(cable: NetworkCable, words: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", cable.port), 3) as station:
        station.settimeout(3)
        station.sendall(words)
        return station.recv(100)


# F: C10
def test_plugged_in_it_carries_bytes_both_ways_and_counts_them(cable) -> None:
    assert ask(cable, b"hello") == b"hello"
    assert (cable.bytes_up, cable.bytes_down) == (5, 5)


# F: C10
def test_pulled_out_open_connections_die_and_new_ones_find_nobody(cable) -> None:
    with socket.create_connection(("127.0.0.1", cable.port), 3) as station:
        station.settimeout(3)
        station.sendall(b"one")
        assert station.recv(10) == b"one"
        cable.pull()
        with pytest.raises(ConnectionError):
            if station.recv(10) == b"":
                raise ConnectionResetError
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", cable.port), 3)


# F: C10
def test_plugged_in_again_it_is_the_same_address(cable) -> None:
    port = cable.port
    cable.pull()
    cable.pull()
    cable.plug()
    cable.plug()
    assert cable.port == port
    assert ask(cable, b"again") == b"again"


# F: C10
def test_without_a_server_behind_it_the_connection_ends_at_once(echo) -> None:
    nobody = socket.create_server(("127.0.0.1", 0))
    address = nobody.getsockname()
    nobody.close()
    cable = NetworkCable(address)
    with socket.create_connection(("127.0.0.1", cable.port), 3) as station:
        station.settimeout(3)
        assert station.recv(10) == b""
    cable.close()
