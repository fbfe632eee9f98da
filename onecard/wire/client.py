"""A terminal's way to the server, and the only user of ``requests``.

Knows sessions, time-outs and what an answer proves; decides nothing and keeps nothing on disk.
One client per thread. Three ways to fail: ``Unreachable`` (nothing is known about what the server did),
``Refused`` (it said no, with a stable code) and ``Conflict`` (same id, other content).
"""

import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

import msgspec

from onecard.clock import Clock
from onecard.errors import Conflict, Refused, Unreachable
from onecard.ids import Entropy, RecordId
from onecard.wire import lookups as look
from onecard.wire import messages as m
from onecard.wire.beside import AskBeside, PutBeside
from onecard.wire.load_order import AskLoadOrder, LoadOrder
from onecard.wire.meter import Meter
from onecard.wire.session import (
    MAC_HEADER,
    MAX_BODY,
    NUMBER_HEADER,
    SIGNATURE_HEADER,
    TICKET_HEADER,
    Offer,
    SessionKeys,
    refusal_message,
    request_mac,
    response_mac,
    same_mac,
)
from onecard.wire.signing import SigningKey, verifies, verify_document

CONNECT_S = 1.0
READ_S = 5.0
#: The whole answer must be here by then, however slowly it drips.
WHOLE_ANSWER_S = 15.0
#: The largest answer taken, packed and unpacked: a full stop list of a million cards is about 40 MB.
MAX_ANSWER = 16 << 20
MAX_ANSWER_UNPACKED = 128 << 20
#: Bodies from here on travel packed.
PACK_FROM = 4096
#: A session is renewed this long before its ticket ends.
RENEW_BEFORE_S = 120.0

if TYPE_CHECKING:
    import requests

A = TypeVar("A", bound=msgspec.Struct)


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who this terminal is. ``seed`` (hex) is its secret; ``server_key`` (hex) is the server it believes."""

    unit: int
    terminal: int
    epoch: int
    seed: str
    server_key: str

    @property
    def key(self) -> SigningKey:
        return SigningKey(bytes.fromhex(self.seed))

    def __repr__(self) -> str:
        return f"Identity(unit={self.unit}, terminal={self.terminal}, epoch={self.epoch})"


class _Session:
    """One running session: its keys, its ticket, and how long it is still good by monotonic time."""

    def __init__(self, keys: SessionKeys, ticket: str, until: float) -> None:
        self.keys = keys
        self.ticket = ticket
        self.until = until
        self.number = 0


class ServerClient:
    """Ask the server. ``offset_s`` is its time minus ours as last heard, ``None`` before first contact."""

    def __init__(
        self,
        base_url: str,
        identity: Identity | None,
        clock: Clock,
        entropy: Entropy,
        *,
        ca: str | None = None,
        meter: Meter | None = None,
    ) -> None:
        """``ca``: a PEM file with the certificate to trust for https, else those of the system's bundle."""
        self._base = base_url.rstrip("/")
        self.identity = identity
        self._clock = clock
        self._entropy = entropy
        self._session: _Session | None = None
        self.offset_s: int | None = None
        self._ca = ca
        self._meter = meter
        self._http: requests.Session | None = None

    # ---- what can be asked

    def enrol(self, code: str, terminal: int, key: SigningKey) -> Identity:
        """A one-time code → an identity, which this client then uses. Store ``key`` before asking.

        Asked again with the same key the server gives the same answer, so a lost answer costs no code.
        """
        question = m.Enrol(code=code, terminal=terminal, public_key=key.public.hex())
        status, body, _ = self._exchange("POST", "/t/enrol", m.encode(question), {})
        if status != 200:
            # The key that would prove the refusal is not known yet; nothing is done with it but showing it.
            raise _problem(status, body)
        answer = _decoded(body, m.Enrolled)
        self.identity = Identity(
            unit=answer.unit,
            terminal=answer.terminal,
            epoch=answer.epoch,
            seed=key.seed.hex(),
            server_key=answer.server_key,
        )
        self._session = None
        self._heard(answer.now)
        return self.identity

    def upload(self, batch: m.Upload) -> m.Uploaded:
        """Journal records up, watermarks back."""
        answer = self._ask("/t/upload", batch, m.Uploaded)
        self._heard(answer.now)
        return answer

    def fetch(self, have: m.Fetch) -> m.Fetched:
        """Heartbeat, and the documents newer than those we have; each one's signature is verified."""
        answer = self._ask("/t/fetch", have, m.Fetched)
        public = bytes.fromhex(self._who().server_key)
        for document in answer.documents:
            verify_document(public, document)
        self._heard(answer.now)
        return answer

    def account_sale(self, body: bytes) -> m.Answer:
        """The server decides a sale or void; ``body`` is the journaled intent, the same bytes however often.

        Its decision is an answer, a refusal too: it is stored, and the same for ever. What is raised decides
        nothing, since an earlier question may have been posted.
        """
        return self._ask("/t/sale", m.AccountSale(body=msgspec.Raw(body)), m.Answer)

    def cancel(self, of: RecordId) -> m.Answer:
        """Give an online sale up: a tombstone (``refused``, ``cancelled``) or the result it already had."""
        return self._ask("/t/cancel", m.Cancel(of=of), m.Answer)

    def reserve_issue(self, question: m.ReserveIssue) -> m.IssueGrant:
        """A card number for a blank medium; the same id always gets the same one."""
        return self._ask("/t/issue", question, m.IssueGrant)

    def ask_card(self, card: int, issue: int) -> m.CardStatus:
        """What the server knows of a card."""
        return self._ask("/t/card", m.AskCard(card=card, issue=issue), m.CardStatus)

    def find_member(self, text: str, operator: int) -> m.Members:
        """Front desk search: number, name or ending of the phone number."""
        return self._ask("/t/member/find", m.FindMember(text=text, operator=operator), m.Members)

    def new_member(self, question: m.NewMember) -> m.MemberRow:
        """A new member; the same id gives the same member."""
        return self._ask("/t/member/new", question, m.MemberRow)

    def ask_medium(self, uid: str) -> m.CardStatus:
        """Which card a medium is that says no more than its UID (hex). Raises ``Refused("card.unknown")``."""
        return self._ask("/t/medium", m.AskMedium(uid=uid), m.CardStatus)

    def report_loss(self, question: m.ReportLoss) -> m.Answer:
        """Stop a card everywhere."""
        return self._ask("/t/loss", question, m.Answer)

    def load_order(self, question: AskLoadOrder) -> LoadOrder:
        """The order for a CPU card's load. The same intent may ask again, with what the card says then."""
        return self._ask("/t/load", question, LoadOrder)

    def errand(self, question: m.AskErrand) -> m.ErrandAnswer:
        """The office does what was journaled, once; the same answer however often. A refusal is an answer."""
        return self._ask("/t/errand", question, m.ErrandAnswer)

    def sales(self, question: look.AskSales) -> look.Sales:
        """Past sales that may be refunded."""
        return self._ask("/t/sales", question, look.Sales)

    def sold(self, question: look.AskSale) -> look.SoldSale:
        """One of them, line by line."""
        return self._ask("/t/sale/lines", question, look.SoldSale)

    def statement(self, question: look.AskStatement) -> look.CardStatement:
        """What happened to a card's money."""
        return self._ask("/t/statement", question, look.CardStatement)

    def remittance(self, question: look.AskRemittance) -> look.Remittance:
        """An operator's own cash."""
        return self._ask("/t/remittance", question, look.Remittance)

    def identify(self, question: look.Identify) -> look.Identified:
        """Who somebody is; it is logged."""
        return self._ask("/t/identify", question, look.Identified)

    def change_pin(self, question: look.ChangePin) -> m.Answer:
        """A member's new PIN; the same id with the same PIN gives the same answer."""
        return self._ask("/t/pin/change", question, m.Answer)

    def check_pin(self, question: look.CheckPin) -> look.PinChecked:
        """Whether it is his. Raises ``Refused("attempt.locked")`` after too many wrong ones."""
        return self._ask("/t/pin/check", question, look.PinChecked)

    def holds(self, question: look.AskHolds) -> look.Holds:
        """Deposits held at this outlet."""
        return self._ask("/t/holds", question, look.Holds)

    def rewards(self, question: look.AskRewards) -> look.Rewards:
        """What points buy."""
        return self._ask("/t/rewards", question, look.Rewards)

    def ask(self, path: str, question: msgspec.Struct, kind: type[A]) -> A:
        """A question of a family that keeps its paths itself (``wire.fleet``)."""
        return self._ask(path, question, kind)

    def ask_beside(self, question: AskBeside) -> m.CardStatus:
        """Which card was swiped or scanned. Raises ``Refused("card.unknown")``."""
        return self._ask("/t/beside", question, m.CardStatus)

    def put_beside(self, question: PutBeside) -> m.Answer:
        """Note what a plastic carries beside its chip."""
        return self._ask("/t/beside/put", question, m.Answer)

    def close(self) -> None:
        """Let go of the connection."""
        if self._http is not None:
            self._http.close()
        self._session = None

    # ---- how it is asked

    def _who(self) -> Identity:
        if self.identity is None:
            raise Refused("terminal.not_enrolled")
        return self.identity

    def _heard(self, server_now: int) -> None:
        self.offset_s = server_now - self._clock.now()

    def _ask(self, path: str, question: msgspec.Struct, kind: type[A]) -> A:
        """One authenticated question. A session the server no longer takes is renewed once."""
        raw = m.encode(question)
        headers = {}
        if len(raw) >= PACK_FROM:
            raw = zlib.compress(raw, 1, wbits=31)
            headers["content-encoding"] = "gzip"
        if len(raw) > MAX_BODY:
            raise Refused("request.too_large")
        for last in (False, True):
            session = self._open_session()
            session.number += 1
            number = session.number
            headers[TICKET_HEADER] = session.ticket
            headers[NUMBER_HEADER] = str(number)
            headers[MAC_HEADER] = request_mac(session.keys, session.ticket, number, "POST", path, raw)
            status, body, answered = self._exchange("POST", path, raw, headers)
            expected = response_mac(session.keys, number, status, body)
            if same_mac(expected, answered.get(MAC_HEADER, "")):
                if answered.get("content-encoding") == "gzip":
                    body = _unpacked(body)
                if status != 200:
                    raise _problem(status, body)
                return _decoded(body, kind)
            if status == 401 and not last:
                # Not proven, but all it can cost is a new handshake, and that is proven by signature.
                self._session = None
                continue
            # Overload, a captive portal, or another server: nothing that it says is believed.
            raise Unreachable("server.busy" if status == 503 else "server.foreign", status=status)
        raise AssertionError("unreachable")

    def _open_session(self) -> _Session:
        session = self._session
        if session is not None and self._clock.monotonic() < session.until:
            return session
        who = self._who()
        began = self._clock.monotonic()
        offer = Offer(who.unit, who.terminal, who.key, self._entropy)
        status, body, headers = self._exchange("POST", "/t/session", m.encode(offer.request), {})
        server_public = bytes.fromhex(who.server_key)
        if status != 200:
            try:
                signature = bytes.fromhex(headers.get(SIGNATURE_HEADER, ""))
            except ValueError:
                signature = b""
            if verifies(server_public, refusal_message(offer.request, body), signature):
                raise _problem(status, body)
            raise Unreachable("server.busy" if status == 503 else "server.foreign", status=status)
        granted = _decoded(body, m.SessionGrant)
        try:
            keys = offer.accept(granted, server_public)
        except Refused as no:
            # Somebody answers in the server's place; selling goes on offline.
            raise Unreachable("server.foreign", why=no.code) from no
        self._heard(granted.now)
        until = began + (granted.expires - granted.now) - RENEW_BEFORE_S
        self._session = _Session(keys, granted.ticket, until)
        return self._session

    def _exchange(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, bytes, "requests.structures.CaseInsensitiveDict[str]"]:
        """One HTTP exchange → status, body as it travelled, headers. Raises only ``Unreachable``."""
        # Imported by whoever asks first, on a thread of its own: a station does not wait for it to open.
        import requests

        if self._http is None:
            self._http = requests.Session()
            # No proxies, no netrc: what a station talks to is what its set-up says.
            self._http.trust_env = False
            if self._ca is not None:
                self._http.verify = self._ca
        deadline = self._clock.monotonic() + WHOLE_ANSWER_S
        try:
            with self._http.request(
                method,
                self._base + path,
                data=body,
                headers={"content-type": "application/json", "accept-encoding": "gzip", **headers},
                timeout=(CONNECT_S, READ_S),
                allow_redirects=False,
                stream=True,
            ) as answer:
                parts = bytearray()
                try:
                    while chunk := answer.raw.read1(65_536, decode_content=False):
                        parts += chunk
                        if len(parts) > MAX_ANSWER or self._clock.monotonic() > deadline:
                            raise Unreachable("server.unreachable", why="answer too long")
                finally:
                    if self._meter is not None:
                        self._meter.count(_size(answer.request.headers, body), _size(answer.headers, parts))
                return answer.status_code, bytes(parts), answer.headers
        except (requests.RequestException, OSError) as error:
            raise Unreachable(why=type(error).__name__) from error
        except Exception as error:
            # urllib3 raises its own tree while a body is read raw.
            if type(error).__module__.startswith("urllib3"):
                raise Unreachable(why=type(error).__name__) from error
            raise


def _size(headers: Mapping[str, str], body: bytes | bytearray) -> int:
    """As it travels: the first line, every head, the body."""
    return 40 + sum(len(name) + len(value) + 4 for name, value in headers.items()) + len(body)


def _unpacked(body: bytes) -> bytes:
    try:
        unpacker = zlib.decompressobj(wbits=31)
        out = unpacker.decompress(body, MAX_ANSWER_UNPACKED)
    except zlib.error as error:
        raise Unreachable("server.foreign") from error
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise Unreachable("server.foreign")
    return out


def _decoded(body: bytes, kind: type[A]) -> A:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        # A newer server with another tag, or not our server at all.
        raise Unreachable("server.foreign") from error


def _problem(status: int, body: bytes) -> Refused | Conflict | Unreachable:
    try:
        problem = msgspec.json.decode(body, type=m.Problem)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return Unreachable("server.foreign", status=status)
    if status >= 500:
        return Unreachable("server.busy", status=status)
    if status == 409:
        return Conflict(problem.code, **problem.params)
    return Refused(problem.code, **problem.params)
