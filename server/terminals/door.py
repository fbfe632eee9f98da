"""How terminals' questions reach the edge: uvicorn's HTTP protocol with a short way past ASGI.

A question that is whole and plain (POST to a known path, length given) is answered by one task and one write;
ASGI's events cost more than all the checks of a sale. Everything else takes uvicorn's own way. Knows HTTP
connections only; what a question means and who may ask it is the edge's business.
"""

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from onecard.wire.session import MAX_BODY
from server.terminals.edge import BODY_WITHIN_S, Answer, Edge, problem


class Door(HttpToolsProtocol):
    """One connection."""

    edge: ClassVar[Edge]
    paths: ClassVar[dict[bytes, str]]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._path = ""  # of the question that is coming in; "" = none
        self._body = bytearray()
        self._slow: asyncio.TimerHandle | None = None
        self._answering = False
        self._last = False

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._path and self._slow is None:
            # Only a question that did not come in one piece is timed.
            self._slow = self.loop.call_later(BODY_WITHIN_S, self._too_slow)

    def on_headers_complete(self) -> None:
        if self._answering:
            # Questions change the books, so no client may send one before the last was answered.
            self.transport.close()
            return
        path = self.paths.get(self.url)
        if path is not None and self._is_plain():
            self._path = path
            self._body = bytearray()
        else:
            super().on_headers_complete()

    def _is_plain(self) -> bool:
        """Nothing about this request needs more than its path, its headers and its body."""
        length = dict(self.headers).get(b"content-length", b"")
        most = self.limit_concurrency
        return (
            self.parser.get_method() == b"POST"
            and (length.isdigit() and len(length) <= 12 and int(length) <= MAX_BODY)
            and not self.expect_100_continue
            and not self.parser.should_upgrade()
            and (self.cycle is None or self.cycle.response_complete)
            and (most is None or (len(self.connections) < most and len(self.tasks) < most))
        )

    def on_body(self, body: bytes) -> None:
        if self._path:
            self._body += body
        elif not self._answering:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._path:
            if not self._answering:
                super().on_message_complete()
            return
        path, self._path = self._path, ""
        self._in_time()
        self._answering = True
        if self.parser.get_http_version() == "1.0" or not self.parser.should_keep_alive():
            self._last = True
        task = self.loop.create_task(self._answer(path, dict(self.headers), bytes(self._body)))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    async def _answer(self, path: str, headers: dict[bytes, bytes], body: bytes) -> None:
        try:
            answer = await self.edge.answer(path, headers, body)
        except BaseException:
            self.transport.close()
            raise
        if self.flow.write_paused and not self.transport.is_closing():
            await self.flow.drain()
        self._answering = False
        self._write(answer)

    def _write(self, answer: Answer) -> None:
        if self.transport.is_closing():
            return
        self.server_state.total_requests += 1
        head = [STATUS_LINE[answer.status]]
        for name, value in (*self.server_state.default_headers, *answer.all_headers()):
            head += (name, b": ", value, b"\r\n")
        head.append(b"connection: close\r\n\r\n" if self._last else b"\r\n")
        head.append(answer.body)
        self.transport.write(b"".join(head))
        if self._last:
            self.transport.close()
            return
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )

    def _in_time(self) -> None:
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None

    def _too_slow(self) -> None:
        self._path, self._slow, self._last = "", None, True
        self._write(problem(408, "request.slow"))

    def connection_lost(self, exc: Exception | None) -> None:
        self._path = ""
        self._in_time()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """The server ends: what is being asked is answered first."""
        if self._answering or self._path:
            self._last = True
        else:
            super().shutdown()


def door(edge: Edge) -> type[Door]:
    """The protocol of a server whose questions this edge answers."""
    paths = {path.encode(): path for path in edge.paths}
    return type("Door", (Door,), {"edge": edge, "paths": paths})
