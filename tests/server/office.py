"""The whole server in this process on a false clock, asked as ASGI; and the terminals and browsers asking."""

import asyncio
import copy
import re
import zlib
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec

from onecard.clock import FalseClock, card_day, local
from onecard.ids import SeededEntropy
from onecard.wire import messages as m
from onecard.wire import session as wire
from onecard.wire.signing import SigningKey, sign_head
from server.app import Server
from server.bootstrap import FirstStart, opened
from server.operators import secret
from server.operators import service as operators
from server.organisation.service import unit_name
from server.runtime import Runtime
from server.terminals import service as terminals
from server.terminals.edge import Edge
from tests.server.books.station import Station

T = TypeVar("T")
NOW = 1_790_000_000
PASSWORD = "correct horse battery"


class Reply(msgspec.Struct):
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes
    cookies: dict[str, str]

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def code(self) -> str:
        return msgspec.json.decode(self.body, type=m.Problem).code


class Built:
    """The pages and the open API, put together once per process: that takes longer than most tests. They
    know their server by its state alone, which is set before each question."""

    _kept: Server | None = None

    @classmethod
    async def server(cls, runtime: Runtime) -> Server:
        if cls._kept is None:
            cls._kept = await Server.make(runtime)
        made = copy.copy(cls._kept)
        made.runtime, made.edge = runtime, Edge(runtime)
        return made


class Office:
    """A server with its event loop."""

    def __init__(
        self,
        folder: Path,
        now: int = NOW,
        seed: int = 1,
        first: FirstStart | None = None,
        db: str | None = None,
    ) -> None:
        """``first``: what the first start over this folder had told, if that is past."""
        self.runner = asyncio.Runner()
        self.clock = FalseClock(now)
        self.entropy = SeededEntropy(seed)
        self.folder = folder
        self.runtime, told = self.run(opened(folder, db, self.clock, self.entropy))
        self.first = told or first
        self.server = self.run(Built.server(self.runtime))
        self._apps = (self.server.console, self.server.api)
        self.unit = self.runtime.unit
        self._name = self.read(lambda c: unit_name(c, self.unit))
        self._known_to_pages()

    def _known_to_pages(self) -> None:
        for app in self._apps:
            app.state.update({"runtime": self.runtime, "unit_name": self._name})

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def close(self) -> None:
        self.run(self.runtime.stop())
        self.runner.close()

    def read(self, work: Any) -> Any:
        return self.run(self.runtime.db.read(work))

    def write(self, work: Any) -> Any:
        return self.run(self.runtime.db.write(work))

    def http(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        address: str = "127.0.0.1",
    ) -> Reply:
        return self.run(self.asked(method, path, body, headers, address))

    async def asked(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        address: str = "127.0.0.1",
    ) -> Reply:
        """One exchange through the ASGI application."""
        self._known_to_pages()
        plain, _, query = path.partition("?")
        sent: list[dict[str, Any]] = []
        told = {"host": "127.0.0.1", "content-length": str(len(body)), **(headers or {})}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": plain,
            "raw_path": plain.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(k.lower().encode(), v.encode("utf-8")) for k, v in told.items()],
            "client": (address, 50_000),
            "server": ("127.0.0.1", 80),
        }
        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            if waiting:
                return waiting.pop(0)
            await asyncio.sleep(3600)
            raise AssertionError

        async def send(event: dict[str, Any]) -> None:
            sent.append(event)

        await self.server(scope, receive, send)
        self._name = self._apps[0].state.unit_name  # a page may have changed it
        cookies = {}
        plain_headers = {}
        for name, value in sent[0]["headers"]:
            if name == b"set-cookie":
                key, _, rest = value.decode().partition("=")
                cookies[key] = rest.split(";")[0]
            plain_headers[name.decode()] = value.decode()
        content = b"".join(event.get("body", b"") for event in sent[1:])
        return Reply(sent[0]["status"], plain_headers, content, cookies)

    # ---- terminals

    def add_terminal(self, kind: str = "pos", outlet: int = 1, name: str = "1 号机") -> int:
        now = self.clock.now()
        return int(
            self.write(
                lambda c: terminals.add_terminal(c, self.unit, now, kind=kind, name=name, outlet_no=outlet)
            )
        )

    def make_code(self, terminal: int, minutes: int = 30) -> str:
        now = self.clock.now()
        return str(
            self.write(
                lambda c: terminals.make_code(
                    c,
                    self.unit,
                    terminal,
                    now,
                    self.runtime.code_secret,
                    self.entropy,
                    minutes=minutes,
                )
            )
        )

    def enrol(self, terminal: int, code: str, key: SigningKey, address: str = "10.0.0.1") -> Reply:
        question = m.Enrol(code=code, terminal=terminal, public_key=key.public.hex())
        return self.http("POST", "/t/enrol", m.encode(question), address=address)

    def till(self, kind: str = "pos", outlet: int = 1, name: str = "1 号机") -> "Till":
        """A freshly enrolled terminal."""
        number = self.add_terminal(kind, outlet, name)
        key = SigningKey.make(self.entropy)
        reply = self.enrol(number, self.make_code(number), key)
        assert reply.status == 200, reply.text
        return Till(self, number, key)

    # ---- people

    def operator(self, login: str, role: int, branch: int = 0, pin: str = "", password: str = "") -> int:
        now = self.clock.now()
        return int(
            self.write(
                lambda c: operators.add_operator(
                    c,
                    self.unit,
                    now,
                    login=login,
                    name=f"{login} 姓名",
                    grants=((role, branch),),
                    pin=secret.verifier(pin) if pin else "",
                    password=secret.verifier(password) if password else "",
                )
            )
        )

    def browser(self) -> "Browser":
        return Browser(self)

    def administrator(self) -> "Browser":
        """A browser in which the administrator has logged in and set his own password."""
        assert self.first is not None
        browser = self.browser()
        browser.log_in("admin", self.first.password)
        browser.post("/password", old=self.first.password, new=PASSWORD, again=PASSWORD)
        return browser


class Till:
    """A terminal's side of the wire, without HTTP: every byte of a question can be spoiled."""

    def __init__(self, office: Office, terminal: int, key: SigningKey) -> None:
        self.office = office
        self.terminal = terminal
        self.key = key
        self.server_key = office.runtime.keys.signing.public
        self.keys: wire.SessionKeys | None = None
        self.ticket = ""
        self.number = 0

    def __deepcopy__(self, known: dict[int, Any]) -> "Till":
        """The same terminal at a copy of its office, where it has to shake hands."""
        made = known[id(self)] = Till(copy.deepcopy(self.office, known), self.terminal, self.key)
        return made

    def shake(self) -> Reply:
        """A handshake; the session is used from here on."""
        offer = wire.Offer(self.office.unit, self.terminal, self.key, self.office.entropy)
        reply = self.office.http("POST", "/t/session", m.encode(offer.request))
        if reply.status == 200:
            granted = msgspec.json.decode(reply.body, type=m.SessionGrant)
            self.keys = offer.accept(granted, self.server_key)
            self.ticket = granted.ticket
            self.number = 0
        return reply

    def headers(self, path: str, body: bytes, method: str = "POST") -> dict[str, str]:
        if self.keys is None:
            self.shake()
        assert self.keys is not None
        self.number += 1
        mac = wire.request_mac(self.keys, self.ticket, self.number, method, path, body)
        return {
            wire.TICKET_HEADER: self.ticket,
            wire.NUMBER_HEADER: str(self.number),
            wire.MAC_HEADER: mac,
        }

    def send(self, path: str, body: bytes, extra: dict[str, str] | None = None) -> Reply:
        """A proven question; the answer's MAC is checked."""
        headers = self.headers(path, body)
        number = self.number
        reply = self.office.http("POST", path, body, {**headers, **(extra or {})})
        assert self.keys is not None
        mac = wire.response_mac(self.keys, number, reply.status, reply.body)
        assert reply.headers[wire.MAC_HEADER] == mac
        if reply.headers.get("content-encoding") == "gzip":
            reply.body = zlib.decompress(reply.body, wbits=31)
        return reply

    def ask(self, path: str, question: msgspec.Struct, kind: type[T]) -> T:
        reply = self.send(path, m.encode(question))
        assert reply.status == 200, reply.text
        return msgspec.json.decode(reply.body, type=kind)

    def fetch(self, **have: int) -> dict[str, m.DocumentBody]:
        """Newer documents by name."""
        got = self.ask("/t/fetch", m.Fetch(have=have), m.Fetched)
        return {one.name: m.decode_document_body(one.body) for one in got.documents}


class Journal(Station):
    """A station whose uploads are signed as the real ones are, on the office's clock."""

    def __init__(self, till: Till) -> None:
        super().__init__(till.terminal, at=till.office.clock.now())
        self.till = till

    def head(self) -> dict[str, Any]:
        day = card_day(local(self.at).date())
        return {"unit": 1, "id": self.next_id, "at": self.at, "day": day, "shift": 1, "operator": 1}

    def upload(self, start: int = 0, stop: int | None = None) -> m.Upload:
        some = tuple(self.records[start:stop])
        last = some[-1]
        signature = sign_head(self.till.key, 1, self.terminal, self.epoch, last.seq, last.hash)
        return m.Upload(epoch=self.epoch, records=some, signature=signature)

    def sync(self) -> m.Uploaded:
        """Everything that is new."""
        answer = self.till.ask("/t/upload", self.upload(self.sent), m.Uploaded)
        self.sent = answer.received
        return answer


class Browser:
    """Cookies and form tokens, as a browser keeps them."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.cookies: dict[str, str] = {}
        self.address = "192.168.0.9"

    def _headers(self) -> dict[str, str]:
        if not self.cookies:
            return {}
        return {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _kept(self, reply: Reply) -> Reply:
        self.cookies |= reply.cookies
        return reply

    def get(self, path: str) -> Reply:
        return self._kept(self.office.http("GET", path, headers=self._headers(), address=self.address))

    def form_token(self, path: str) -> str:
        found = re.search(r'name="form_token" value="([0-9a-f]{64})"', self.get(path).text)
        assert found, path
        return found[1]

    def post(self, path: str, _from: str | None = None, **fields: str) -> Reply:
        """A form as the page ``_from`` (else ``path``) gave it."""
        if "form_token" not in fields:
            fields["form_token"] = self.form_token(_from or path)
        return self.raw(path, urlencode(fields).encode())

    def raw(self, path: str, body: bytes, **headers: str) -> Reply:
        told = {"content-type": "application/x-www-form-urlencoded", **self._headers(), **headers}
        return self._kept(self.office.http("POST", path, body, told, self.address))

    def log_in(self, login: str, password: str) -> Reply:
        return self.post("/log-in", login=login, password=password)
