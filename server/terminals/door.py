"""How terminals' questions reach the edge: uvicorn's HTTP protocol with a short way past ASGI.

A plain question (POST to a known path, usual headers, length given) is taken apart here and answered with one
write; a parser's callbacks and ASGI's events cost more than all the checks of a sale. Whatever is unusual in
the least takes uvicorn's own way, untouched. Knows HTTP connections only; what a question means and who may
ask it is the edge's business.
"""

import asyncio
from typing import Any, ClassVar, NamedTuple

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from onecard.wire.session import MAC_HEADER, MAX_BODY, NUMBER_HEADER, TICKET_HEADER
from server.terminals.edge import BODY_WITHIN_S, Answer, Edge, problem

#: Headers that ask for nothing but what every question gets.
_PLAIN = {
    b"host",
    b"user-agent",
    b"accept",
    b"accept-encoding",
    b"connection",
    b"content-type",
    b"content-length",
    b"content-encoding",
    *(name.encode() for name in (TICKET_HEADER, NUMBER_HEADER, MAC_HEADER)),
}
_HEAD_MAX = 4096


class Question(NamedTuple):
    """A plain head. ``length``: of the body."""

    path: str
    headers: dict[bytes, bytes]
    length: int


def plain(head: bytes, paths: dict[bytes, str]) -> Question | None:
    """The head of a request without its empty line, if nothing about it is unusual.

    Strict on purpose: what another parser might read differently is not taken here.
    """
    lines = head.split(b"\r\n")
    path = paths.get(lines[0])
    if path is None or not head.isascii() or head.count(b"\n") + head.count(b"\r") != 2 * len(lines) - 2:
        return None
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(b": ")
        headers[name.lower()] = value
    length = headers.get(b"content-length", b"")
    if (
        len(headers) != len(lines) - 1  # one came twice
        or not headers.keys() <= _PLAIN
        or headers.get(b"connection", b"keep-alive").lower() != b"keep-alive"
        or not (length.isdigit() and len(length) <= 12 and int(length) <= MAX_BODY)
        or b"host" not in headers
        or b"\0" in head
    ):
        return None
    return Question(path, headers, int(length))


class Door(HttpToolsProtocol):
    """One connection."""

    edge: ClassVar[Edge]
    paths: ClassVar[dict[bytes, str]]
    #: The headers that uvicorn gives every answer (the date), as bytes; made anew when they change.
    _given: ClassVar[tuple[object, bytes]] = (None, b"")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._between = True  # no request is half in uvicorn's parser
        self._question: Question | None = None  # that is coming in, or being answered
        self._body = bytearray()
        self._slow: asyncio.TimerHandle | None = None
        self._answering = False
        self._last = False
        self._idle_since = 0.0

    # ---- coming in

    def data_received(self, data: bytes) -> None:
        if self._answering:
            # Questions change the books, so no client may send one before the last was answered.
            self.transport.close()
            return
        if self._question is not None:
            self._more(data)
            return
        if self._between and self._is_free():
            end = data.find(b"\r\n\r\n", 0, _HEAD_MAX)
            if end > 0 and (question := plain(data[:end], self.paths)) is not None:
                self._begin(question, data, end + 4)
                return
        super().data_received(data)

    def _is_free(self) -> bool:
        most = self.limit_concurrency
        return (self.cycle is None or self.cycle.response_complete) and (
            most is None or (len(self.connections) < most and len(self.tasks) < most)
        )

    def _begin(self, question: Question, data: bytes, at: int) -> None:
        self._question = question
        came = len(data) - at
        if came == question.length:
            self._ask(question, data[at:])
        elif came > question.length:
            self.transport.close()
        else:
            # Only a question that did not come in one piece is timed.
            self._body = bytearray(data[at:])
            self._slow = self.loop.call_later(BODY_WITHIN_S, self._too_slow)

    def _more(self, data: bytes) -> None:
        question = self._question
        assert question is not None
        self._body += data
        if len(self._body) < question.length:
            return
        self._in_time()
        if len(self._body) > question.length:
            self.transport.close()
            return
        body, self._body = bytes(self._body), bytearray()
        self._ask(question, body)

    def _ask(self, question: Question, body: bytes) -> None:
        self._answering = True
        self.edge.ask(question.path, question.headers, body, self._write)

    def _in_time(self) -> None:
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None

    def _too_slow(self) -> None:
        self._slow, self._last = None, True
        self._write(problem(408, "request.slow"))

    # ---- uvicorn's own way

    def on_message_begin(self) -> None:
        self._between = False
        super().on_message_begin()

    def on_message_complete(self) -> None:
        self._between = True
        super().on_message_complete()

    # ---- going out

    def _write(self, answer: Answer) -> None:
        self._answering = False
        self._question = None
        transport = self.transport
        if transport.is_closing():
            return
        self.server_state.total_requests += 1
        head = [STATUS_LINE[answer.status], self._default_headers()]
        for name, value in answer.all_headers():
            head += (name, b": ", value, b"\r\n")
        head.append(b"connection: close\r\n\r\n" if self._last else b"\r\n")
        head.append(answer.body)
        transport.write(b"".join(head))
        if self._last:
            transport.close()
            return
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._watch(self.timeout_keep_alive)

    def _default_headers(self) -> bytes:
        given, made = Door._given
        now = self.server_state.default_headers
        if given is not now:
            made = b"".join(name + b": " + value + b"\r\n" for name, value in now)
            Door._given = (now, made)
        return made

    def pause_writing(self) -> None:
        """The client does not read: nothing more is taken from it either."""
        self.flow.pause_writing()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        self.flow.resume_writing()
        self.transport.resume_reading()

    # ---- its end

    def _watch(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def timeout_keep_alive_handler(self) -> None:
        """One timer for many questions: it looks how long nothing was asked, instead of being set anew."""
        self.timeout_keep_alive_task = None
        rest = self.timeout_keep_alive - (self.loop.time() - self._idle_since)
        if self._question is not None:
            self._watch(self.timeout_keep_alive)
        elif rest > 0.01:
            self._watch(rest)
        elif not self.transport.is_closing():
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._question = None
        self._in_time()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """The server ends: what is being asked is answered first."""
        if self._question is not None:
            self._last = True
        else:
            super().shutdown()


def door(edge: Edge) -> type[Door]:
    """The protocol of a server whose questions this edge answers."""
    paths = {f"POST {path} HTTP/1.1".encode(): path for path in edge.paths}
    return type("Door", (Door,), {"edge": edge, "paths": paths})
