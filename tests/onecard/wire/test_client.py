"""Goal: a terminal believes only its own server, never waits long, and knows what it does not know.

Method: the real client against real sockets: a silent server, a portal, a liar, a drip; and the real server.
"""

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from onecard.clock import FalseClock, SystemClock
from onecard.errors import Conflict, Refused, Unreachable
from onecard.ids import RecordId, SeededEntropy, SystemEntropy
from onecard.wire import client as clients
from onecard.wire import messages as m
from onecard.wire import session as wire
from onecard.wire.client import Identity, ServerClient
from onecard.wire.signing import SigningKey, sign_document

TERMINAL = SigningKey(b"\x01" * 32)
SERVER = SigningKey(b"\x02" * 32)
NOW = 1_790_000_000
IDENTITY = Identity(unit=1, terminal=1001, epoch=1, seed=TERMINAL.seed.hex(), server_key=SERVER.public.hex())
Answer = tuple[int, dict[str, str], bytes]


class Peer:
    """A server of the test's own making on a real socket: ``answer(path, headers, body)`` decides."""

    def __init__(self) -> None:
        self.box = wire.TicketBox(b"\x03" * 32, SystemEntropy())
        self.answer: Callable[[str, dict[str, str], bytes], Answer | bytes | None] = self.behave
        self.reply: Callable[[str, bytes], tuple[int, msgspec.Struct]] = lambda path, body: (
            200,
            m.Fetched(documents=(), now=NOW, books_epoch=1, epoch=1, received=0, head=""),
        )
        self.asked: list[str] = []
        self.now = NOW
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listening.close()
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            file = connection.makefile("rb")
            while line := file.readline():
                path = line.split()[1].decode()
                headers = {}
                while (header := file.readline().strip()) != b"":
                    name, _, value = header.partition(b":")
                    headers[name.decode().lower()] = value.strip().decode()
                body = file.read(int(headers.get("content-length", 0)))
                self.asked.append(path)
                answer = self.answer(path, headers, body)
                if answer is None:
                    connection.shutdown(socket.SHUT_RDWR)
                    return
                connection.sendall(answer if isinstance(answer, bytes) else self.http(*answer))

    @staticmethod
    def http(status: int, headers: dict[str, str], body: bytes) -> bytes:
        told = {"content-length": str(len(body)), **headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        return f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode() + body

    def behave(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """As the real one does."""
        if path == "/t/session":
            request = msgspec.json.decode(body, type=m.SessionRequest)
            granted = wire.grant(request, TERMINAL.public, SERVER, self.box, SystemEntropy(), self.now)
            return 200, {}, m.encode(granted)
        keys = self.box.open(headers[wire.TICKET_HEADER])
        if keys.expires <= self.now:
            return 401, {}, m.encode(m.Problem(code="session.expired"))
        number = int(headers[wire.NUMBER_HEADER])
        mac = wire.request_mac(keys, headers[wire.TICKET_HEADER], number, "POST", path, body)
        assert mac == headers[wire.MAC_HEADER]
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        status, message = self.reply(path, body)
        raw = m.encode(message)
        return status, {wire.MAC_HEADER: wire.response_mac(keys, number, status, raw)}, raw


@pytest.fixture
def peer() -> Iterator[Peer]:
    made = Peer()
    yield made
    made.close()


@pytest.fixture
def client(peer: Peer) -> ServerClient:
    return ServerClient(peer.url, IDENTITY, SystemClock(), SystemEntropy())


FETCH = m.Fetch(have={})


def test_one_handshake_serves_many_questions_over_one_connection(peer: Peer, client: ServerClient) -> None:
    for _ in range(5):
        assert client.fetch(FETCH).now == NOW
    assert peer.asked == ["/t/session"] + ["/t/fetch"] * 5
    assert len(peer._open) == 1


def test_the_servers_time_is_learned_with_any_clock_of_our_own(peer: Peer) -> None:
    clock = FalseClock(0)  # 1970
    client = ServerClient(peer.url, IDENTITY, clock, SystemEntropy())
    client.fetch(FETCH)
    assert client.offset_s == NOW


def test_a_session_is_renewed_by_monotonic_time_before_it_ends(peer: Peer) -> None:
    clock = FalseClock(NOW)
    client = ServerClient(peer.url, IDENTITY, clock, SystemEntropy())
    client.fetch(FETCH)
    clock.step(10**8)  # somebody set the wall clock: no reason to do anything
    client.fetch(FETCH)
    assert peer.asked.count("/t/session") == 1
    clock.advance(3600 - clients.RENEW_BEFORE_S)
    client.fetch(FETCH)
    assert peer.asked.count("/t/session") == 2


def test_a_session_the_server_has_ended_is_renewed_once(peer: Peer, client: ServerClient) -> None:
    client.fetch(FETCH)
    peer.now += 4000
    client.fetch(FETCH)
    assert peer.asked == ["/t/session", "/t/fetch", "/t/fetch", "/t/session", "/t/fetch"]


def refuse(status: int, code: str) -> Callable[[str, bytes], tuple[int, msgspec.Struct]]:
    return lambda path, body: (status, m.Problem(code=code, params={"n": 1}))


def test_what_a_proven_answer_says_is_believed(peer: Peer, client: ServerClient) -> None:
    peer.reply = refuse(422, "member.unknown")
    with pytest.raises(Refused) as no:
        client.fetch(FETCH)
    assert (no.value.code, no.value.params) == ("member.unknown", {"n": 1})
    peer.reply = refuse(409, "record.conflict")
    with pytest.raises(Conflict):
        client.cancel(RecordId(1001, 1, 1))
    peer.reply = refuse(403, "terminal.revoked")
    with pytest.raises(Refused):
        client.ask_card(10_001, 1)
    for status in (500, 503):
        peer.reply = refuse(status, "server.busy")
        with pytest.raises(Unreachable):
            client.fetch(FETCH)


@pytest.mark.parametrize(
    "status",
    [m.Status.CREATED, m.Status.EXISTS, m.Status.REFUSED, m.Status.CONFLICT, m.Status.QUARANTINED],
)
def test_what_was_decided_about_a_sale_is_an_answer_whatever_it_is(
    peer: Peer, client: ServerClient, status: m.Status
) -> None:
    """Only what was decided may close a sale; what is raised leaves it as open as it was."""
    id = RecordId(1001, 1, 1)
    answer = m.Answer(result=m.Result(id=id, status=status, reason="card.stopped"))
    peer.reply = lambda path, body: (200, answer)
    assert client.account_sale(b"{}") == answer
    assert client.cancel(id) == answer
    peer.reply = refuse(403, "terminal.revoked")
    with pytest.raises(Refused):
        client.account_sale(b"{}")


def portal(path: str, headers: dict[str, str], body: bytes) -> Answer:
    return 200, {"content-type": "text/html"}, b"<html>Welcome! Please log in</html>"


def redirect(path: str, headers: dict[str, str], body: bytes) -> Answer:
    return 302, {"location": "http://127.0.0.1:1/"}, b""


def revoked(path: str, headers: dict[str, str], body: bytes) -> Answer:
    return 403, {}, m.encode(m.Problem(code="terminal.revoked"))


def locked_out(path: str, headers: dict[str, str], body: bytes) -> Answer:
    return 401, {}, m.encode(m.Problem(code="session.expired"))


def deep(path: str, headers: dict[str, str], body: bytes) -> Answer:
    return 200, {}, b"[" * 100_000


@pytest.mark.parametrize("stranger", [portal, redirect, revoked, locked_out, deep])
@pytest.mark.parametrize("before", [True, False], ids=["at the handshake", "in a session"])
def test_nothing_is_believed_that_is_not_proven(
    peer: Peer, client: ServerClient, stranger: Callable[..., Answer], before: bool
) -> None:
    """A captive portal, or anybody else in the server's place, looks like no network."""
    if not before:
        client.fetch(FETCH)
    peer.answer = stranger
    with pytest.raises(Unreachable) as no:
        client.fetch(FETCH)
    assert no.value.code == "server.foreign"
    peer.answer = peer.behave
    assert client.fetch(FETCH).now == NOW


def test_a_signed_refusal_of_a_session_is_believed(peer: Peer, client: ServerClient) -> None:
    def answer(path: str, headers: dict[str, str], body: bytes) -> Answer:
        request = msgspec.json.decode(body, type=m.SessionRequest)
        raw = m.encode(m.Problem(code="terminal.revoked"))
        signature = SERVER.sign(wire.refusal_message(request, raw)).hex()
        return 403, {wire.SIGNATURE_HEADER: signature}, raw

    peer.answer = answer
    with pytest.raises(Refused) as no:
        client.fetch(FETCH)
    assert no.value.code == "terminal.revoked"


def test_another_servers_key_is_another_server(peer: Peer) -> None:
    other = msgspec.structs.replace(IDENTITY, server_key=TERMINAL.public.hex())
    client = ServerClient(peer.url, other, SystemClock(), SystemEntropy())
    with pytest.raises(Unreachable) as no:
        client.fetch(FETCH)
    assert no.value.code == "server.foreign"


def test_an_answer_repeated_for_another_question_does_not_fit(peer: Peer, client: ServerClient) -> None:
    kept: list[Answer] = []

    def answer(path: str, headers: dict[str, str], body: bytes) -> Answer:
        if path == "/t/session":
            return peer.behave(path, headers, body)
        if not kept:
            kept.append(peer.behave(path, headers, body))
        return kept[0]

    peer.answer = answer
    client.fetch(FETCH)
    with pytest.raises(Unreachable):
        client.fetch(FETCH)


def test_a_document_that_the_office_did_not_sign_is_refused(peer: Peer, client: ServerClient) -> None:
    good = sign_document(SERVER, "types", 1, NOW, b'{"t":"types/1","types":[]}')
    forged = msgspec.structs.replace(good, version=2)

    def reply(path: str, body: bytes) -> tuple[int, msgspec.Struct]:
        return 200, m.Fetched(documents=(good, forged), now=NOW, books_epoch=1, epoch=1, received=0, head="")

    peer.reply = reply
    with pytest.raises(Refused) as no:
        client.fetch(FETCH)
    assert no.value.code == "document.signature"


# ---- silence -----------------------------------------------------------------------------------


def test_no_server_is_unreachable_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    client = ServerClient(f"http://127.0.0.1:{port}", IDENTITY, SystemClock(), SystemEntropy())
    began = time.monotonic()
    with pytest.raises(Unreachable):
        client.fetch(FETCH)
    assert time.monotonic() - began < 1


def test_waiting_is_bounded(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes the question and falls silent; one that says a byte now and then."""
    assert (clients.CONNECT_S, clients.READ_S) == (1.0, 5.0)
    monkeypatch.setattr(clients, "READ_S", 0.3)
    monkeypatch.setattr(clients, "WHOLE_ANSWER_S", 0.5)
    silent = threading.Event()
    peer.answer = lambda path, headers, body: silent.wait(5) and None
    client = ServerClient(peer.url, IDENTITY, SystemClock(), SystemEntropy())
    began = time.monotonic()
    with pytest.raises(Unreachable):
        client.fetch(FETCH)
    assert time.monotonic() - began < 2
    silent.set()

    def drip(path: str, headers: dict[str, str], body: bytes) -> None:
        connection = peer._open[-1]
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        for _ in range(50):
            connection.sendall(b" ")
            time.sleep(0.1)

    peer.answer = drip
    began = time.monotonic()
    with pytest.raises(Unreachable):
        client.fetch(FETCH)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n",
    ],
)
def test_broken_http_is_unreachable(peer: Peer, client: ServerClient, raw: bytes) -> None:
    def answer(path: str, headers: dict[str, str], body: bytes) -> None:
        peer._open[-1].sendall(raw)

    peer.answer = answer
    with pytest.raises(Unreachable):
        client.fetch(FETCH)


def test_an_endless_or_exploding_answer_is_cut(
    peer: Peer, client: ServerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "MAX_ANSWER", 100_000)
    peer.answer = lambda path, headers, body: (200, {}, b" " * 1_000_000)
    with pytest.raises(Unreachable):
        client.fetch(FETCH)
    monkeypatch.setattr(clients, "MAX_ANSWER_UNPACKED", 100_000)
    bomb = gzip.compress(b" " * 10_000_000)
    with pytest.raises(Unreachable):
        clients._unpacked(bomb)
    with pytest.raises(Unreachable):
        clients._unpacked(b"not gzip")
    assert clients._unpacked(gzip.compress(b"x" * 99_999)) == b"x" * 99_999


def test_a_question_too_large_is_not_sent(client: ServerClient, peer: Peer) -> None:
    noise = SeededEntropy(1).bytes(1 << 20).hex()
    record = m.Record(seq=1, at=0, mono_ms=0, offset_s=0, body=msgspec.Raw(b"{}"), prev="", hash="")
    many = tuple(
        msgspec.structs.replace(record, body=msgspec.Raw(f'"{noise[i : i + 4000]}"'.encode()))
        for i in range(0, len(noise), 4000)
    )
    with pytest.raises(Refused) as no:
        client.upload(m.Upload(epoch=1, records=many, signature=""))
    assert no.value.code == "request.too_large"
    assert peer.asked == []


def test_without_an_identity_nothing_is_asked(peer: Peer) -> None:
    client = ServerClient(peer.url, None, SystemClock(), SystemEntropy())
    with pytest.raises(Refused) as no:
        client.fetch(FETCH)
    assert no.value.code == "terminal.not_enrolled"
    assert peer.asked == []


def test_an_identity_keeps_its_secret_out_of_logs() -> None:
    assert IDENTITY.seed not in repr(IDENTITY)


def test_no_proxy_of_the_surroundings_is_used(
    peer: Peer, client: ServerClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert client.fetch(FETCH).now == NOW
