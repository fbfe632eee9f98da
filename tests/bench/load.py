"""Clients that ask as fast as they are answered: one socket each, one request under way, one thread for all.

Requests are bytes made beforehand, so that what is measured is the server and not this program.
"""

import selectors
import socket
import time
from dataclasses import dataclass, field

_END = b"\r\n\r\n"


@dataclass
class Load:
    """What came of it: seconds in all, seconds of each request, and answers that were not as wanted."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    wrong: list[bytes] = field(default_factory=list)
    #: Of each client its answers' bodies, in the order of its questions.
    answers: list[list[bytes]] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds


class _Client:
    def __init__(self, port: int, requests: list[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests = iter(requests)
        self.answers: list[bytes] = []
        self._buffer = b""
        self._asked = 0.0

    def ask(self) -> bool:
        """Send the next request; False when there is none left."""
        request = next(self._requests, None)
        if request is None:
            return False
        self._buffer = b""
        self._asked = time.perf_counter()
        self.socket.sendall(request)
        return True

    def hear(self) -> tuple[float, bytes] | None:
        """The whole answer and how long it took, or None while it is incomplete."""
        data = self.socket.recv(65_536)
        if not data:
            raise ConnectionError("the server hung up")
        self._buffer += data
        end = self._buffer.find(_END)
        if end < 0:
            return None
        at = self._buffer.lower().find(b"content-length:")
        length = int(self._buffer[at + 15 : self._buffer.find(b"\r", at)])
        if len(self._buffer) < end + 4 + length:
            return None
        self.answers.append(self._buffer[end + 4 :])
        return time.perf_counter() - self._asked, self._buffer


def run(port: int, requests: list[list[bytes]], wanted: bytes) -> Load:
    """One client per list. ``wanted`` must stand in every answer."""
    load = Load()
    selector = selectors.DefaultSelector()
    clients = [_Client(port, mine) for mine in requests]
    began = time.perf_counter()
    busy = 0
    for client in clients:
        selector.register(client.socket, selectors.EVENT_READ, client)
        busy += client.ask()
    while busy:
        for key, _ in selector.select(10):
            heard = key.data.hear()
            if heard is None:
                continue
            latency, answer = heard
            load.latencies.append(latency)
            if wanted not in answer:
                load.wrong.append(answer)
            busy -= not key.data.ask()
    load.seconds = time.perf_counter() - began
    load.answers = [client.answers for client in clients]
    for client in clients:
        client.socket.close()
    return load
