"""The door that terminals knock on: bare ASGI, because every sale passes it.

Bounds the body, proves the caller before anything is unpacked or decoded, answers with a MAC. Enrolment and
the session handshake are the only questions taken from strangers. What a question means is in ``routes.py``.
"""

import asyncio
import hmac
import zlib
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
import structlog

from onecard.errors import Conflict, OneCardError, Refused
from onecard.wire import messages as m
from onecard.wire import session as wire
from onecard.wire.mac import place
from server.books.lane import Overloaded
from server.db import is_misfit
from server.operators import guard
from server.runtime import Runtime, Session
from server.terminals import fleet, service
from server.terminals.routes import QUESTIONS

_log = structlog.get_logger()

#: What a stranger may send: an enrolment or a handshake is far smaller.
STRANGER_MAX = 4096
#: A client that has not sent its body by then is let go.
BODY_WITHIN_S = 10.0
#: Questions under way at once; beyond it terminals are told to come again.
IN_FLIGHT_MAX = 2_000
PACK_FROM = 4096
STRANGERS = ("/t/enrol", "/t/session")
#: Guesses at codes from one address before it has to wait.
GUESSES_PER_ADDRESS = 20

_TICKET = wire.TICKET_HEADER.encode()
_NUMBER = wire.NUMBER_HEADER.encode()
_MAC = wire.MAC_HEADER.encode()
_SIGNATURE = wire.SIGNATURE_HEADER.encode()

Headers = list[tuple[bytes, bytes]]


class Answer(msgspec.Struct):
    """What goes back."""

    status: int
    body: bytes
    headers: Headers = msgspec.field(default_factory=list)

    def all_headers(self) -> Headers:
        """With those that every answer has."""
        length = str(len(self.body)).encode()
        return [*_EVERY, (b"content-length", length), *self.headers]


Reply = Callable[[Answer], None]
_EVERY = ((b"content-type", b"application/json"), (b"cache-control", b"no-store"))


def problem(status: int, code: str, **params: Any) -> Answer:
    """An error answer: a stable code, and parameters that are numbers or text."""
    plain = {k: v if isinstance(v, int) else str(v) for k, v in params.items()}
    answer = Answer(status, m.encode(m.Problem(code=code, params=plain)))
    if status == 503:
        answer.headers.append((b"retry-after", b"1"))
    return answer


_BUSY = problem(503, "server.busy", retry_after_s=1)


class _Turn:
    """One proven question until its answer is out; what the lane tells is told here."""

    __slots__ = ("_edge", "_number", "_path", "_reply", "_session")

    def __init__(self, edge: "Edge", path: str, session: Session, number: int, reply: Reply) -> None:
        self._edge = edge
        self._path = path
        self._session = session
        self._number = number
        self._reply = reply

    def done(self) -> bool:
        """The lane alone tells it, and once."""
        return False

    def set_result(self, message: msgspec.Struct) -> None:
        """The answer."""
        self._end(Answer(200, m.encode(message)))

    def set_exception(self, error: BaseException) -> None:
        """No answer, and why."""
        self._end(_refusal(error, self._path, self._session.keys.terminal))

    def _end(self, answer: Answer) -> None:
        if len(answer.body) >= PACK_FROM:
            answer.body = zlib.compress(answer.body, 1, wbits=31)
            answer.headers.append((b"content-encoding", b"gzip"))
        mac = self._session.macs.response(self._number, answer.status, answer.body)
        answer.headers.append((_MAC, mac))
        self._edge.leave()
        self._reply(answer)


def _refusal(error: BaseException, path: str, terminal: int) -> Answer:
    """What an error looks like from outside."""
    match error:
        case msgspec.MsgspecError() | RecursionError() | UnicodeDecodeError():
            return problem(400, "request.malformed")
        case Overloaded():
            return problem(503, error.code, **error.params)
        case Conflict():
            return problem(409, error.code, **error.params)
        case Refused():
            status = 403 if error.code.startswith(("terminal.", "session.", "operator.")) else 422
            return problem(status, error.code, **error.params)
        case OneCardError():
            _log.error("question_failed", path=path, terminal=terminal, code=error.code)
            return problem(500, error.code)
    if is_misfit(error):
        _log.warning("question_misfit", path=path, terminal=terminal, error=type(error).__name__)
        return problem(400, "request.malformed")
    _log.error("question_failed", path=path, terminal=terminal, exc_info=error)
    return problem(500, "server.error")


class Edge:
    """The ASGI application below ``/t/``; ``door.py`` is a shorter way to the same answers."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._in_flight = 0
        kinds = {path: kind for path, (kind, _) in (QUESTIONS | fleet.QUESTIONS).items()}
        self._decoders = {path: msgspec.json.Decoder(kind) for path, kind in kinds.items()}
        self._places = {path: place("POST", path) for path in kinds}
        self._tasks: set[asyncio.Task[None]] = set()
        #: What a terminal with a session may ask.
        self.paths = tuple(self._decoders)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One exchange."""
        answer = await self._answer(scope, receive)
        start = {"type": "http.response.start", "status": answer.status, "headers": answer.all_headers()}
        await send(start)
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Any, receive: Any) -> Answer:
        path: str = scope["path"]
        if path not in self._decoders and path not in STRANGERS:
            return problem(404, "request.unknown")
        if scope["method"] != "POST":
            return problem(405, "request.method")
        if self._in_flight >= IN_FLIGHT_MAX:
            return _BUSY
        self._in_flight += 1
        try:
            headers = dict(scope["headers"])
            most = STRANGER_MAX if path in STRANGERS else wire.MAX_BODY
            try:
                body = await _body(headers, receive, most)
            except TimeoutError:
                return problem(408, "request.slow")
            except Refused as no:
                return problem(413, no.code, **no.params)
            if path in STRANGERS:
                return await self._stranger(path, body, scope)
        finally:
            self._in_flight -= 1
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.ask(path, headers, body, lambda told: None if answer.done() else answer.set_result(told))
        return await answer

    # ---- terminals with a session

    def ask(self, path: str, headers: dict[bytes, bytes], body: bytes, reply: Reply) -> None:
        """One of ``paths``; ``reply`` is called once with the answer, now or later. Never raises."""
        if self._in_flight >= IN_FLIGHT_MAX:
            reply(_BUSY)
            return
        try:
            session, number = self._session(path, headers, body)
        except Refused as no:
            reply(problem(401, no.code))
            return
        self._in_flight += 1
        turn = _Turn(self, path, session, number, reply)
        try:
            self._asked(path, headers, body, session, number, turn)
        except Exception as error:
            turn.set_exception(error)

    def leave(self) -> None:
        """A question was answered."""
        self._in_flight -= 1

    def _session(self, path: str, headers: dict[bytes, bytes], body: bytes) -> tuple[Session, int]:
        """Who asks, proven by ticket and MAC; raises ``Refused``."""
        digits = headers.get(_NUMBER, b"")
        if not (0 < len(digits) <= 12 and digits.isdigit()):
            raise Refused("session.unknown")
        number = int(digits)
        session = self._runtime.session(headers.get(_TICKET, b"").decode("latin-1"))
        expected = session.macs.request(number, self._places[path], body)
        if not hmac.compare_digest(expected, headers.get(_MAC, b"")):
            raise Refused("session.mac")
        return session, number

    def _asked(
        self,
        path: str,
        headers: dict[bytes, bytes],
        body: bytes,
        session: Session,
        number: int,
        turn: _Turn,
    ) -> None:
        """See that a proven question is answered; raises what makes that impossible."""
        runtime = self._runtime
        who = runtime.known(session.keys.terminal)
        if not session.take(number):
            raise Refused("session.replayed")
        question = self._decoders[path].decode(_unpacked(headers, body))
        _, answer = QUESTIONS.get(path) or fleet.QUESTIONS[path]
        asked = answer(runtime, who, question)
        if isinstance(asked, Coroutine):
            task = asyncio.get_running_loop().create_task(self._waited(asked, turn))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            runtime.lane.put(asked, turn)

    async def _waited(self, asked: Coroutine[Any, Any, msgspec.Struct], turn: _Turn) -> None:
        try:
            message = await asked
        except BaseException as error:
            turn.set_exception(error)
            if not isinstance(error, Exception):
                raise
        else:
            turn.set_result(message)

    # ---- strangers

    async def _stranger(self, path: str, body: bytes, scope: Any) -> Answer:
        kind: type[m.Enrol] | type[m.SessionRequest] = m.Enrol if path == "/t/enrol" else m.SessionRequest
        try:
            question = msgspec.json.decode(body, type=kind)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return problem(400, "request.malformed")
        try:
            if isinstance(question, m.Enrol):
                return await self._enrol(question, scope)
            return Answer(200, m.encode(self._grant(question)))
        except Refused as no:
            answer = problem(429 if no.code == "attempt.locked" else 403, no.code, **no.params)
            if answer.status == 429:
                answer.headers.append((b"retry-after", str(no.params["seconds"]).encode()))
        except Exception:
            _log.exception("handshake_failed", path=path)
            answer = problem(500, "server.error")
        signature = self._runtime.keys.signing.sign(wire.refusal_message(question, answer.body))
        answer.headers.append((_SIGNATURE, signature.hex().encode()))
        return answer

    def _grant(self, question: m.SessionRequest) -> m.SessionGrant:
        runtime = self._runtime
        if question.unit != runtime.unit:
            raise Refused("terminal.unknown")
        who = runtime.known(question.terminal)
        return wire.grant(
            question, who.public_key, runtime.keys.signing, runtime.box, runtime.entropy, runtime.clock.now()
        )

    async def _enrol(self, question: m.Enrol, scope: Any) -> Answer:
        """Counted before it is checked, per terminal number and per address; forgiven when it succeeds."""
        runtime = self._runtime
        if not 0 < question.terminal < 1 << 16:
            raise Refused("enrol.code")
        now = runtime.clock.now()
        address = scope["client"][0] if scope.get("client") else "unknown"
        targets = ((f"enrol:{question.terminal}", guard.ALLOWED), (f"from:{address}", GUESSES_PER_ADDRESS))

        def count(connection: Any) -> None:
            for target, allowed in targets:
                guard.begin(connection, runtime.unit, target, now, allowed)

        await runtime.db.write(count)

        def enrol(connection: Any) -> m.Enrolled:
            done = service.enrol(
                connection,
                runtime.unit,
                question,
                now,
                runtime.code_secret,
                runtime.keys.signing.public,
            )
            for target, _ in targets:
                guard.forgive(connection, runtime.unit, target)
            return done

        enrolled = await runtime.db.write(enrol)
        await runtime.look()
        return Answer(200, m.encode(enrolled))


async def _body(headers: dict[bytes, bytes], receive: Any, most: int) -> bytes:
    """The whole body. Raises ``Refused("request.too_large")`` before reading more than it takes."""
    said = headers.get(b"content-length", b"0")
    if not said.isdigit() or len(said) > 12 or int(said) > most:
        raise Refused("request.too_large", most=most)
    body = bytearray()
    async with asyncio.timeout(BODY_WITHIN_S):
        while True:
            event = await receive()
            if event["type"] == "http.disconnect":
                raise TimeoutError
            body += event.get("body", b"")
            if len(body) > most:
                raise Refused("request.too_large", most=most)
            if not event.get("more_body", False):
                return bytes(body)


def _unpacked(headers: dict[bytes, bytes], body: bytes) -> bytes:
    """A packed body, unpacked up to its bound: a bomb stops at 4 MiB and is refused."""
    encoding = headers.get(b"content-encoding", b"")
    if not encoding:
        return body
    if encoding != b"gzip":
        raise Refused("request.malformed")
    try:
        unpacker = zlib.decompressobj(wbits=31)
        out = unpacker.decompress(body, wire.MAX_UNPACKED)
    except zlib.error:
        raise Refused("request.malformed") from None
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise Refused("request.too_large", most=wire.MAX_UNPACKED)
    return out
