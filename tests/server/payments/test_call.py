"""A question to a gateway over a real socket: what is an answer, and what is none. F: D4"""

import asyncio

import pytest

from onecard.errors import Unreachable
from server.payments.call import Caller

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


async def ask(answer: bytes, within_s: float = 5.0) -> tuple[dict[str, object], bytes]:
    """What the caller makes of these bytes, and what it sent; a gateway that says nothing keeps the line."""
    heard = bytearray()

    async def serve(reader, writer):
        heard.extend(await reader.readuntil(b"\r\n\r\n"))
        heard.extend(await reader.read(1 << 16))
        writer.write(answer)
        await writer.drain()
        await asyncio.sleep(0 if answer else 30)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        caller = Caller(f"http://127.0.0.1:{port}/v1/", within_s)
        return await caller.post("/pay/ask", {"number": "7"}), bytes(heard)
    finally:
        server.close()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(OK + b'Content-Length: 16\r\n\r\n{"state":"paid"}', id="in one piece"),
        pytest.param(
            OK + b'Transfer-Encoding: chunked\r\n\r\n9\r\n{"state":\r\n7\r\n"paid"}\r\n0\r\n\r\n',
            id="in chunks",
        ),
    ],
)
def test_an_answer_is_read_however_it_is_sent(answer: bytes) -> None:
    told, sent = asyncio.run(ask(answer))
    assert told == {"state": "paid"}
    assert sent.startswith(b"POST /v1/pay/ask HTTP/1.1\r\n")
    assert sent.endswith(b'{"number":"7"}')


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"HTTP/1.1 503 Away\r\nContent-Length: 16\r\n\r\n" + b'{"state":"paid"}', id="an error"),
        pytest.param(OK + b"Content-Length: 3\r\n\r\nyes", id="no JSON"),
        pytest.param(OK + b"Content-Length: 2\r\n\r\n[]", id="no table"),
        pytest.param(OK + b'Content-Length: 99\r\n\r\n{"state":"paid"}', id="cut short"),
        pytest.param(b"SSH-2.0-other\r\n\r\n", id="another protocol"),
    ],
)
def test_anything_else_is_no_answer(answer: bytes) -> None:
    with pytest.raises(Unreachable):
        asyncio.run(ask(answer, within_s=0.3))


def test_nobody_there_is_no_answer() -> None:
    with pytest.raises(Unreachable):
        asyncio.run(Caller("http://127.0.0.1:1").post("/pay/ask", {}))


@pytest.mark.parametrize("base", ["gateway", "ftp://gateway", "http://"])
def test_a_gateway_has_a_web_address(base: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        Caller(base)
