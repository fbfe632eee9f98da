"""Goal: nothing but a proven question of the right shape reaches the books; all else has its answer.

Method: the real edge, each byte of the proof and of the question spoiled in turn.
"""

import asyncio
import gzip
import json
import zlib
from typing import Any

import msgspec
import pytest

from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.wire import messages as m
from onecard.wire import session as wire
from onecard.wire.signing import SigningKey
from server.terminals import edge as edges
from server.terminals.edge import STRANGERS
from server.terminals.routes import QUESTIONS
from tests.server.office import Journal, Office, Till

FETCH = m.encode(m.Fetch(have={}))


@pytest.fixture
def till(office: Office) -> Till:
    made = office.till()
    made.shake()
    return made


def test_every_path_refuses_who_proves_nothing(office: Office) -> None:
    for path in (*QUESTIONS, *STRANGERS):
        for body in (b"", b"{}", FETCH, b"\xff" * 10):
            assert office.http("POST", path, body).status in (400, 401), path
        assert office.http("GET", path).status == 405


def test_unknown_paths_are_not_found(till: Till) -> None:
    reply = till.office.http("POST", "/t/secret", FETCH, till.headers("/t/secret", FETCH))
    assert (reply.status, reply.code) == (404, "request.unknown")


def test_a_session_proves_each_question(till: Till) -> None:
    got = till.ask("/t/fetch", m.Fetch(have={}), m.Fetched)
    assert got.now == till.office.clock.now()
    assert (got.epoch, got.received, got.head) == (1, 0, "")


def test_a_mac_fits_this_question_only(till: Till) -> None:
    good = till.headers("/t/fetch", FETCH)
    wrong: list[tuple[str, bytes, dict[str, str]]] = [
        ("/t/upload", FETCH, good),
        ("/t/fetch", FETCH + b" ", good),
        ("/t/fetch", FETCH, good | {wire.NUMBER_HEADER: "2"}),
        ("/t/fetch", FETCH, good | {wire.NUMBER_HEADER: "-1"}),
        ("/t/fetch", FETCH, good | {wire.NUMBER_HEADER: "9" * 40}),
        ("/t/fetch", FETCH, good | {wire.NUMBER_HEADER: "١"}),
        ("/t/fetch", FETCH, good | {wire.MAC_HEADER: "00" * 32}),
        ("/t/fetch", FETCH, good | {wire.MAC_HEADER: "卡"}),
        ("/t/fetch", FETCH, good | {wire.MAC_HEADER: ""}),
        ("/t/fetch", FETCH, good | {wire.TICKET_HEADER: "AAAA"}),
        ("/t/fetch", FETCH, good | {wire.TICKET_HEADER: "A" * 100_000}),
    ]
    for path, body, headers in wrong:
        reply = till.office.http("POST", path, body, headers)
        assert reply.status == 401, headers
        assert wire.MAC_HEADER not in reply.headers
    assert till.office.http("POST", "/t/fetch", FETCH, good).status == 200


def test_the_answers_mac_belongs_to_the_question(till: Till) -> None:
    reply = till.office.http("POST", "/t/fetch", FETCH, till.headers("/t/fetch", FETCH))
    assert till.keys is not None
    assert reply.headers[wire.MAC_HEADER] == wire.response_mac(till.keys, 1, 200, reply.body)
    assert reply.headers[wire.MAC_HEADER] != wire.response_mac(till.keys, 2, 200, reply.body)


def test_a_request_number_is_taken_once_but_may_come_out_of_order(till: Till) -> None:
    sent = [till.headers("/t/fetch", FETCH) for _ in range(70)]

    def ask(index: int) -> int:
        return till.office.http("POST", "/t/fetch", FETCH, sent[index]).status

    assert [ask(i) for i in (0, 2, 1)] == [200, 200, 200]
    assert [ask(i) for i in (0, 1, 2)] == [403, 403, 403]
    assert ask(69) == 200
    assert ask(69) == 403
    assert ask(68) == 200
    assert ask(3) == 403  # too far back to be remembered


def test_a_ticket_lives_an_hour_by_the_servers_clock(till: Till) -> None:
    till.office.clock.advance(3599)
    assert till.send("/t/fetch", FETCH).status == 200
    till.office.clock.advance(1)
    reply = till.office.http("POST", "/t/fetch", FETCH, till.headers("/t/fetch", FETCH))
    assert (reply.status, reply.code) == (401, "session.expired")


def test_a_terminal_with_any_clock_gets_in_and_learns_the_time(office: Office) -> None:
    till = office.till()  # a handshake carries no time of the terminal at all
    reply = till.shake()
    assert msgspec.json.decode(reply.body, type=m.SessionGrant).now == office.clock.now()


def test_another_terminals_key_opens_nothing(office: Office) -> None:
    mine, other = office.till(), office.till()
    forged = Till(office, mine.terminal, other.key)
    assert forged.shake().code == "session.signature"
    stranger = Till(office, mine.terminal, SigningKey(b"\x09" * 32))
    assert stranger.shake().code == "session.signature"
    never = office.add_terminal()
    assert Till(office, never, mine.key).shake().code == "terminal.unknown"
    assert Till(office, 9, mine.key).shake().code == "terminal.unknown"


def test_a_handshake_for_another_unit_is_refused(office: Office) -> None:
    till = office.till()
    offer = wire.Offer(2, till.terminal, till.key, office.entropy)
    assert office.http("POST", "/t/session", m.encode(offer.request)).code == "terminal.unknown"


def test_a_terminal_speaks_for_itself_only(office: Office) -> None:
    mine, other = office.till(), office.till()
    foreign = RecordId(other.terminal, 1, 5)
    for path, question in (
        ("/t/cancel", m.Cancel(of=foreign)),
        ("/t/issue", m.ReserveIssue(id=foreign, type=1, member=1, uid="00", operator=1)),
        ("/t/member/new", m.NewMember(id=foreign, name="x", operator=1)),
        ("/t/loss", m.ReportLoss(id=foreign, card=10_001, issue=1, operator=1)),
    ):
        reply = mine.send(path, m.encode(question))
        assert (reply.status, reply.code) == (422, "request.not_yours"), path
    journal = Journal(mine)
    journal.terminal = other.terminal
    sale = journal.account_sale(10_001, 100)
    assert mine.send("/t/sale", m.encode(m.AccountSale(body=msgspec.Raw(m.encode(sale))))).status == 422


@pytest.mark.parametrize(("epoch", "seq"), [(-1, 5), (256, 5), (1, -1), (1, 1 << 24)])
def test_an_id_out_of_range_is_refused(till: Till, epoch: int, seq: int) -> None:
    question = json.dumps({"t": "cancel/1", "of": [till.terminal, epoch, seq]}).encode()
    assert till.send("/t/cancel", question).status in (400, 422)


MALFORMED: list[bytes] = [
    b"",
    b"null",
    b"[]",
    b"{",
    b"\xff\xfe",
    b'{"t":"fetch/1"}',
    b'{"t":"fetch/2","have":{}}',
    b'{"t":"fetch/1","have":{},"surprise":1}',
    b'{"t":"fetch/1","have":{"types":1.5}}',
    b'{"t":"fetch/1","have":{"types":"1"}}',
    b'{"t":"fetch/1","have":[]}',
    b'{"t":"fetch/1","have":{},"pending":NaN}',
    b'{"t":"fetch/1","have":{},"app":"' + b"x" * 65 + b'"}',
    b'{"t":"fetch/1","have":' + b"[" * 100_000,
    b'{"t":"fetch/1","have":' + b'{"a":' * 100_000,
    b"[" * 100_000,
]


def test_a_malformed_question_is_named_so(till: Till) -> None:
    for body in MALFORMED:
        reply = till.send("/t/fetch", body)
        assert (reply.status, reply.code) == (400, "request.malformed"), body[:60]


@pytest.mark.parametrize(
    "change",
    [
        {"have": {"types": 10**300}},
        {"have": {"types": -(10**300)}},
        {"have": {"stops": -5, "loads": -5, "members": -5}},
        {"have": {"x" * 1000: 1}},
        {"pending": -(10**40)},
        {"pending": 10**40},
        {"health": {"reader": "卡\u0000'\"<script>"}},
    ],
)
def test_a_wild_but_well_formed_heartbeat_hurts_nobody(till: Till, change: dict[str, Any]) -> None:
    said = json.dumps({"t": "fetch/1", "have": {}} | change).encode()
    assert till.send("/t/fetch", said).status in (200, 400, 422)
    till.office.run(till.office.runtime.keep_contacts())
    assert till.send("/t/fetch", FETCH).status == 200


def test_a_heartbeat_that_talks_too_much_is_refused(till: Till) -> None:
    many = {f"n{i}": 1 for i in range(65)}
    assert till.send("/t/fetch", m.encode(m.Fetch(have=many))).code == "request.malformed"
    long = m.Fetch(have={}, health={"reader": "x" * 257})
    assert till.send("/t/fetch", m.encode(long)).code == "request.malformed"


def test_packed_questions_are_taken_and_bombs_are_not(till: Till) -> None:
    packed = gzip.compress(FETCH)
    assert till.send("/t/fetch", packed, {"content-encoding": "gzip"}).status == 200
    bomb = gzip.compress(b'{"t":"fetch/1","have":{}' + b" " * (40 << 20) + b"}", 9)
    assert len(bomb) < wire.MAX_BODY
    reply = till.send("/t/fetch", bomb, {"content-encoding": "gzip"})
    assert (reply.status, reply.code) == (422, "request.too_large")
    for body, encoding in (
        (b"not gzip", "gzip"),
        (packed[:-4], "gzip"),
        (packed, "br"),
        (zlib.compress(FETCH), "gzip"),
    ):
        assert till.send("/t/fetch", body, {"content-encoding": encoding}).status == 422


def test_a_body_beyond_a_mebibyte_is_not_read(till: Till) -> None:
    body = b" " * (wire.MAX_BODY + 1)
    reply = till.office.http("POST", "/t/fetch", body, till.headers("/t/fetch", body))
    assert (reply.status, reply.code) == (413, "request.too_large")
    lying = till.headers("/t/fetch", body) | {"content-length": "10"}
    assert till.office.http("POST", "/t/fetch", body, lying).status == 413
    assert till.office.http("POST", "/t/enrol", b" " * 5000).status == 413
    for length in ("-1", "x", "9" * 30):
        assert till.office.http("POST", "/t/enrol", b"{}", {"content-length": length}).status == 413


def test_a_client_that_never_finishes_its_body_is_let_go(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edges, "BODY_WITHIN_S", 0.05)

    async def slow() -> int:
        sent: list[Any] = []

        async def receive() -> Any:
            await asyncio.sleep(60)

        async def send(event: Any) -> None:
            sent.append(event)

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/t/fetch",
            "headers": [(b"content-length", b"10")],
            "client": ("10.0.0.1", 1),
        }
        await office.server(scope, receive, send)
        return int(sent[0]["status"])

    assert office.run(slow()) == 408


def test_too_many_at_once_are_told_to_come_again(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edges, "IN_FLIGHT_MAX", 0)
    reply = till.office.http("POST", "/t/fetch", FETCH, till.headers("/t/fetch", FETCH))
    assert (reply.status, reply.code, reply.headers["retry-after"]) == (503, "server.busy", "1")


def test_a_full_lane_is_a_proven_come_again(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.books.lane.QUEUE", -1)
    office = till.office
    question = m.encode(m.Cancel(of=RecordId(till.terminal, 1, 5)))

    async def both() -> list[int]:
        first, second = (till.headers("/t/cancel", question) for _ in range(2))
        replies = await asyncio.gather(
            office.asked("POST", "/t/cancel", question, first),
            office.asked("POST", "/t/cancel", question, second),
        )
        return [reply.status for reply in replies]

    assert sorted(office.run(both())) == [200, 503]


def test_an_error_of_ours_says_nothing_about_our_inside(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> Any:
        raise RuntimeError("secret words")

    monkeypatch.setitem(QUESTIONS, "/t/fetch", (m.Fetch, broken))
    reply = till.send("/t/fetch", FETCH)
    assert (reply.status, reply.code) == (500, "server.error")
    assert b"secret" not in reply.body


def test_a_log_that_cannot_be_written_costs_no_answer(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard error is gone with whoever read it; a question that goes wrong inside is answered still."""
    import io
    import sys

    import structlog

    from server.__main__ import set_up_logging

    async def broken(*_: Any) -> Any:
        raise RuntimeError("no matter")

    monkeypatch.setitem(QUESTIONS, "/t/fetch", (m.Fetch, broken))
    gone = io.StringIO()
    gone.close()
    monkeypatch.setattr(sys, "stderr", gone)
    try:
        set_up_logging()
        reply = till.send("/t/fetch", FETCH)
    finally:
        structlog.reset_defaults()
    assert (reply.status, reply.code) == (500, "server.error")


# ---- decisions ---------------------------------------------------------------------------------


def test_an_account_sale_is_decided_once_under_its_types_limits(office: Office) -> None:
    """Same id and bytes: the same answer; other bytes: a conflict; a cancel tells what was decided. F: A1"""
    from onecard.books import accounts
    from server.books.tables import wallet
    from server.cards.tables import card, issue
    from server.catalogue import service as catalogue

    till, now = office.till(), office.clock.now()
    terms = m.CardType(type=1, name="账户卡", purse_on_card=False, sale_limit_fen=2_000)

    def prepare(c: Any) -> None:
        catalogue.put_card_type(c, 1, terms, now)
        c.execute(
            card.insert().values(unit_id=1, card=20_001, issue=1, type=1, member=0, state="active", since=now)
        )
        c.execute(
            issue.insert().values(
                unit_id=1, card=20_001, issue=1, uid="01020304", until_day=60_000, deposit_fen=0, fee_fen=0
            )
        )
        c.execute(wallet.insert().values(unit_id=1, account=accounts.account(20_001, "main"), fen=5_000))

    office.write(prepare)
    office.run(office.runtime.look())
    journal = Journal(till)

    def ask(body: bytes) -> m.Answer:
        return till.ask("/t/sale", m.AccountSale(body=msgspec.Raw(body)), m.Answer)

    first = journal.account_sale(20_001, 1_500)
    body = m.encode(first)
    answer = ask(body)
    assert (answer.result.status, answer.balance_fen) == (m.Status.CREATED, 3_500)
    assert ask(body) == answer
    other = m.encode(msgspec.structs.replace(first, at=first.at + 1))
    assert ask(other).result.status is m.Status.CONFLICT
    assert till.ask("/t/cancel", m.Cancel(of=first.id), m.Answer).result == answer.result
    refused = ask(m.encode(journal.account_sale(20_001, 2_001)))
    assert (refused.result.status, refused.result.reason) == (m.Status.REFUSED, "limit.sale")
    late = journal.account_sale(20_001, 100)
    till.ask("/t/cancel", m.Cancel(of=late.id), m.Answer)
    assert ask(m.encode(late)).result.reason == "cancelled"


# ---- uploads -----------------------------------------------------------------------------------


def test_an_upload_must_be_signed_by_the_terminals_own_key(office: Office) -> None:
    till, other = office.till(), office.till()
    journal = Journal(till)
    journal.credit(5_000, 1)
    good = journal.upload()
    forger = Journal(Till(office, till.terminal, other.key))
    forger.records = journal.records
    for bad in (forger.upload(), msgspec.structs.replace(good, signature="00" * 64)):
        reply = till.send("/t/upload", m.encode(bad))
        assert (reply.status, reply.code) == (422, "upload.bad_signature")
    answer = till.ask("/t/upload", good, m.Uploaded)
    assert answer.received == 1
    assert till.ask("/t/fetch", m.Fetch(have={}), m.Fetched).received == 1


def test_a_fetch_tells_how_far_the_newest_life_of_a_journal_has_arrived(office: Office) -> None:
    """So a terminal learns that restored books have lost records, or that its own disk is an old one."""
    till = office.till()
    first, later = Journal(till), Journal(till)
    later.epoch = 3
    for journal, notes in ((first, 2), (later, 1)):
        for cycle in range(1, notes + 1):
            journal.credit(5_000, cycle)
        journal.sync()
        got = till.ask("/t/fetch", m.Fetch(have={}), m.Fetched)
        assert (got.epoch, got.received, got.head) == (journal.epoch, notes, journal.records[-1].hash)


def test_a_thousand_records_fit_one_upload(office: Office) -> None:
    till = office.till()
    journal = Journal(till)
    for cycle in range(1000):
        journal.credit(5_000, cycle)
    body = gzip.compress(m.encode(journal.upload()), 1)
    reply = till.send("/t/upload", body, {"content-encoding": "gzip"})
    assert reply.status == 200, reply.text
    assert msgspec.json.decode(reply.body, type=m.Uploaded).received == 1000


# ---- revocation --------------------------------------------------------------------------------


def test_a_revoked_terminal_gets_no_answer_but_that(office: Office) -> None:
    from server.terminals import service

    till = office.till()
    till.shake()
    office.write(lambda c: service.revoke(c, 1, till.terminal, office.clock.now(), 1))
    office.run(office.runtime.look())
    reply = till.send("/t/fetch", FETCH)  # proven, so the terminal may believe it
    assert (reply.status, reply.code) == (403, "terminal.revoked")
    assert till.shake().code == "terminal.revoked"
    with pytest.raises(Refused):
        office.write(lambda c: service.revoke(c, 1, 9999, office.clock.now(), 1))


def test_revocation_reaches_another_process_within_two_seconds(office: Office) -> None:
    """A second runtime over the same database, looking by itself as it does at work."""
    from server.app import Server
    from server.bootstrap import opened
    from server.terminals import service

    till = office.till()
    till.shake()

    async def elsewhere() -> float:
        runtime, _ = await opened(office.folder, None, office.clock, office.entropy)
        await runtime.start()
        server = await Server.make(runtime)
        here, office.server = office.server, server
        try:
            before = await office.asked("POST", "/t/fetch", FETCH, till.headers("/t/fetch", FETCH))
            assert before.status == 200
            await office.runtime.db.write(
                lambda c: service.revoke(c, 1, till.terminal, office.clock.now(), 1)
            )
            loop = asyncio.get_running_loop()
            began = loop.time()
            while True:
                reply = await office.asked("POST", "/t/fetch", FETCH, till.headers("/t/fetch", FETCH))
                if reply.status == 403:
                    return loop.time() - began
                assert loop.time() - began < 10
                await asyncio.sleep(0.05)
        finally:
            office.server = here
            await runtime.stop()

    assert office.run(elsewhere()) < 2.0
