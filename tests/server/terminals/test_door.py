"""Goal: a question is answered once, in time and in order, however its bytes arrive. F: E1

Method: a real uvicorn with the door on a free port and raw sockets; the edge behind it repeats what it heard.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
import uvicorn

from onecard.wire.session import MAX_BODY
from server.terminals import door as doors
from server.terminals.door import door
from server.terminals.edge import Answer, Edge, Reply


class _Echo:
    """Stands for the edge: answers with what it was asked, when it may."""

    paths = ("/t/sale",)

    def __init__(self) -> None:
        self.may = asyncio.Event()
        self.may.set()

    def ask(self, path: str, headers: dict[bytes, bytes], body: bytes, reply: Reply) -> None:
        answer = Answer(200, path.encode() + b" " + body, [(b"x-name", headers[b"user-agent"])])
        if self.may.is_set():
            reply(answer)
        else:
            self._later = asyncio.create_task(self._wait(reply, answer))

    async def _wait(self, reply: Reply, answer: Answer) -> None:
        await self.may.wait()
        reply(answer)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        said = b"long way"
        headers = [(b"content-length", b"%d" % len(said))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": said})


@asynccontextmanager
async def _running() -> AsyncIterator[tuple[_Echo, uvicorn.Server, int]]:
    echo = _Echo()
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        echo, http=door(cast(Edge, echo)), lifespan="off", log_level="critical", timeout_graceful_shutdown=5
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server._serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.005)
    try:
        yield echo, server, listening.getsockname()[1]
    finally:
        server.should_exit = True
        await running


def _question(body: bytes = b"{}", path: str = "/t/sale", more: str = "") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: t\r\nUser-Agent: one\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


async def _read(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    lines = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)).decode().split("\r\n")
    headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines[1:] if line)}
    return int(lines[0].split()[1]), headers, await reader.readexactly(int(headers["content-length"]))


def test_questions_on_one_connection_are_answered_in_turn() -> None:
    async def ask() -> None:
        async with _running() as (_, _, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for n in range(3):
                writer.write(_question(b"%d" % n))
                status, headers, body = await _read(reader)
                assert (status, body, headers["x-name"]) == (200, b"/t/sale %d" % n, "one")
                assert headers["cache-control"] == "no-store"
                assert "date" in headers
            writer.write(_question(path="/other"))
            assert (await _read(reader))[2] == b"long way"
            writer.write(_question(b"again"))
            assert (await _read(reader))[2] == b"/t/sale again"
            writer.close()

    asyncio.run(ask())


def test_a_question_may_come_byte_by_byte() -> None:
    async def ask() -> None:
        async with _running() as (_, _, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for question, answer in (
                (_question(b"slowly"), b"long way"),  # a head in pieces is unusual
                (_question(b"slow body"), b"/t/sale slow body"),
                (_question(b""), b"/t/sale "),
            ):
                whole = question.index(b"\r\n\r\n") + 4 if answer != b"long way" else 0
                writer.write(question[:whole])
                for byte in question[whole:]:
                    await asyncio.sleep(0.001)
                    writer.write(bytes([byte]))
                assert (await _read(reader))[2] == answer
            writer.close()

    asyncio.run(ask())


def test_a_body_that_never_ends_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "BODY_WITHIN_S", 0.05)

    async def ask() -> None:
        async with _running() as (_, _, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(_question(b"half of it")[:-4])
            status, headers, _ = await _read(reader)
            assert (status, headers["connection"]) == (408, "close")
            assert await asyncio.wait_for(reader.read(), 5) == b""
            writer.close()

    asyncio.run(ask())


@pytest.mark.parametrize(
    "question",
    [
        _question(path="/t/sale?x=1"),
        _question().replace(b"POST", b"GET"),
        _question().replace(b"Content-Length: 2", b"Content-Length: %d" % (MAX_BODY + 1)),
        _question().replace(b"Content-Length: 2", b"Transfer-Encoding: chunked")[:-2]
        + b"2\r\n{}\r\n0\r\n\r\n",
        _question(more="Expect: 100-continue\r\n"),
        _question(more="Transfer-Encoding: identity\r\n"),
        _question(more="Accept: a\nExpect: b\r\n"),
        _question(more="Accept: a\r\n  b\r\n"),
        _question(more="Accept : a\r\n"),
        _question(more="Content-Length: 2\r\n"),
        _question(more="Connection: close\r\n"),
        _question().replace(b"1.1", b"1.0"),
    ],
    ids=[
        "query",
        "method",
        "too_large",
        "chunked",
        "expects",
        "unknown",
        "bare",
        "folded",
        "space",
        "twice",
        "close",
        "old",
    ],
)
def test_what_is_not_plain_takes_the_long_way(question: bytes) -> None:
    async def ask() -> None:
        async with _running() as (_, _, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(question)
            status, _, body = await _read(reader)
            assert body == b"long way" or (status, body) == (400, b"Invalid HTTP request received.")
            writer.close()

    asyncio.run(ask())


def test_who_asks_again_before_the_answer_is_hung_up_on() -> None:
    async def ask() -> None:
        async with _running() as (echo, _, port):
            echo.may.clear()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(_question(b"1") + _question(b"2"))
            assert await asyncio.wait_for(reader.read(), 5) == b""
            echo.may.set()
            writer.close()

    asyncio.run(ask())


def test_what_is_being_asked_is_answered_before_the_end() -> None:
    async def ask() -> None:
        async with _running() as (echo, server, port):
            echo.may.clear()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(_question(b"last"))
            await asyncio.sleep(0.05)
            server.should_exit = True
            await asyncio.sleep(0.3)
            echo.may.set()
            _, headers, body = await _read(reader)
            assert (body, headers["connection"]) == (b"/t/sale last", "close")
            writer.close()

    asyncio.run(ask())


def test_a_client_that_leaves_disturbs_nobody() -> None:
    async def ask() -> None:
        async with _running() as (echo, _, port):
            echo.may.clear()
            for question in (_question(b"gone"), _question(b"gone")[:-2]):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(question)
                await asyncio.sleep(0.02)
                writer.transport.abort()
            echo.may.set()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(_question(b"here"))
            assert (await _read(reader))[2] == b"/t/sale here"
            writer.close()

    asyncio.run(ask())
