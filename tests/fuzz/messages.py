"""Everything that goes over the network or by stick: messages, documents, uploads, sessions, bundles."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from onecard.errors import OneCardError, Refused, Unreachable
from onecard.ids import RecordId, SeededEntropy
from onecard.wire import bundle, client
from onecard.wire import messages as m
from onecard.wire.session import SessionKeys, TicketBox
from onecard.wire.signing import SigningKey, sign_document, verify_document
from tests.fuzz.target import Feed, Target
from tests.onecard.wire.test_messages import EXAMPLES, GOLDEN, READERS

_WORDS = (
    *(
        b'"',
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"null",
        b"true",
        b"-1",
        b"1e400",
        b"0.5",
        b"\\u0000",
        b"\xff",
    ),
    *(b"9" * 20, b"16777216", b'"t":"sale/1"', b"\\ud800", b"[" * 40, b"0", b"00", b" "),
)
_SHAPE = (msgspec.DecodeError,)
_BODIES = [m.encode(e) for e in EXAMPLES if isinstance(e, m.Intent | m.OutcomeRecord)]
_DOCUMENTS = [
    m.encode(e)
    for e in EXAMPLES
    if isinstance(e, m.DocumentBody.__args__)  # type: ignore[attr-defined]
]
OFFICE, OTHER = (SigningKey.make(SeededEntropy(seed)) for seed in (5, 6))


def _same(decode: Callable[[bytes], msgspec.Struct]) -> Callable[[], Feed]:
    """What was read is written, and reads the same again."""

    def fresh() -> Feed:
        seen = set[bytes]()

        def feed(data: bytes) -> bool:
            message = decode(data)
            raw = m.encode(message)
            if raw not in seen:
                again = decode(raw)
                assert again == message or m.encode(again) == raw, raw  # NaN never equals itself
                seen.add(raw)
                if len(seen) > 10_000:
                    seen.clear()
            return True

        return feed

    return fresh


def _by_tag(truths: Iterable[bytes]) -> Callable[[], Feed]:
    """Each message by the class that reads its tag, or by another where there is none."""
    readers: list[type[msgspec.Struct]] = []
    for raw in truths:
        kind = READERS[msgspec.json.decode(raw)["t"]]
        if kind not in readers:
            readers.append(kind)

    def fresh() -> Feed:
        turn = 0

        def feed(data: bytes) -> bool:
            nonlocal turn
            turn += 1
            start = data.find(b'"t":"') + 5
            tag = data[start : data.find(b'"', start)].decode("latin-1") if start > 4 else ""
            kind = READERS.get(tag) or readers[turn % len(readers)]
            message = m.decode(data, kind)
            assert type(message) is kind
            raw = m.encode(message)
            assert m.encode(m.decode(raw, kind)) == raw
            return True

        return feed

    return fresh


def _answers() -> Feed:
    """What a terminal takes for its server's answer: a captive portal may answer anything."""

    asked = {b"uploaded": m.Uploaded, b"fetched": m.Fetched, b"problem": m.Problem}

    def feed(data: bytes) -> bool:
        kind: Any = next((one for tag, one in asked.items() if tag in data), m.Answer)
        client._problem(400 + len(data) % 200, data)
        return client._decoded(data, kind) is not None

    return feed


def _unpacked() -> Feed:
    return lambda data: len(client._unpacked(data)) <= client.MAX_ANSWER_UNPACKED


def _signed() -> Feed:
    """A document whose bytes were changed is read or not, and is never the office's."""
    true = m.decode(_SIGNED, m.Document)

    def feed(data: bytes) -> bool:
        document = m.decode(data, m.Document)
        if (document.name, document.version, document.effective_from) == ("stops", 8, 0) and bytes(
            document.body
        ) == bytes(true.body):
            return True
        return _refused(document)

    return feed


def _refused(document: m.Document) -> bool:
    try:
        verify_document(OFFICE.public, document)
    except Refused:
        return False
    raise AssertionError("a changed document passed for the office's")


def _record_id() -> Feed:
    def feed(data: bytes) -> bool:
        text = data.decode("latin-1")
        assert str(RecordId.parse(text)) == text
        return True

    return feed


_BOX = TicketBox(bytes(32), SeededEntropy(3))
_KEYS = SessionKeys(7, 1001, 1_790_000_000, bytes(32), bytes(range(32)))
_TICKET = _BOX.seal(_KEYS).encode()


def _ticket() -> Feed:
    def feed(data: bytes) -> bool:
        assert _BOX.open(data.decode("latin-1")) == _KEYS
        return True

    return feed


_CONTENT = bundle.BundleUp(uploads=(), have={"stops": 7}, app="0.1.0")
_FILE = bundle.seal(
    "up",
    _CONTENT,
    unit=7,
    terminal=1001,
    number=42,
    made_at=1_790_000_000,
    key=OFFICE,
    to=OTHER.public,
    entropy=SeededEntropy(6),
)


def _bundle() -> Feed:
    known = {"bundle.damaged", "bundle.unknown", "bundle.signature", "bundle.sealed"}
    opened = 0

    def feed(data: bytes) -> bool:
        nonlocal opened
        if data == _FILE and opened > 100:
            return True  # the true one costs a key agreement each time
        opened += data == _FILE
        try:
            content = bundle.unseal(data, made_by=OFFICE.public, key=OTHER, kind=bundle.BundleUp)
        except Refused as no:
            if no.code not in known:
                raise ValueError(no.code) from no
            raise
        assert content == _CONTENT
        assert data == _FILE, "a changed file was read"
        return True

    return feed


_STOPS = m.encode(m.StopsDocument(base=3, stops=(m.Stop(10_001, 1, "lost", 7),)))
_SIGNED = m.encode(sign_document(OFFICE, "stops", 8, 0, _STOPS))
_ALL = list(GOLDEN.values())
TARGETS = (
    Target("journal bodies", _BODIES, _same(m.decode_body), _SHAPE, _WORDS),
    Target("document bodies", _DOCUMENTS, _same(m.decode_document_body), _SHAPE, _WORDS),
    Target("every message", _ALL, _by_tag(_ALL), _SHAPE, _WORDS),
    Target(
        "answers of a server",
        [GOLDEN[name] for name in ("uploaded/1", "fetched/1", "answer/1", "problem/1")],
        _answers,
        (Unreachable,),
        _WORDS,
    ),
    Target("answers, packed", [__import__("gzip").compress(_ALL[0], mtime=0)], _unpacked, (Unreachable,)),
    Target(
        "signed document",
        [_SIGNED],
        _signed,
        (msgspec.DecodeError, ValueError),
        _WORDS,
        share=0.25,
        why="one in five costs an Ed25519 verification",
    ),
    Target(
        "record id", [b"1001-1-42", b"0-0-0", b"65535-255-16777215"], _record_id, (ValueError,), (b"-", b"0")
    ),
    Target("session ticket", [_TICKET], _ticket, (OneCardError,), (b"-", b"=", b"_")),
    Target("usb bundle", [_FILE], _bundle, (Refused,), (b'"', b"{", b"[" * 40, b"9" * 30)),
)
