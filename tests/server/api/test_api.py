"""Goal: the open API answers as its document says, to whom it says, about nothing else. F: M3 A13

Method: the document's own list of routes is walked with no token, a wrong one and one of too few scopes; then
schemathesis asks every route whatever the document allows and much that it forbids.
"""

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from onecard.errors import Refused
from server.api import cursor, token
from server.api.app import BASE, DOCUMENT
from server.operators.rights import rights
from tests.server.console.day import Day
from tests.server.office import Office, Reply
from tests.server.process import ServerProcess

EVERYWHERE = (0, 0)
EXAMPLES = int(os.environ.get("ONECARD_FUZZ_EXAMPLES", "40"))
ALL = frozenset(token.SCOPES)


@pytest.fixture
def office(after_a_day: tuple[Office, Day]) -> Office:
    return after_a_day[0]


@pytest.fixture
def day(after_a_day: tuple[Office, Day]) -> Day:
    return after_a_day[1]


def make(
    office: Office,
    scopes: frozenset[str] = ALL,
    place: tuple[int, int] = EVERYWHERE,
    life_s: int = token.LIFE_S,
) -> str:
    """A new token of the administrator's."""

    def write(c: Any) -> str:
        mine = rights(c, office.unit, 1)
        assert mine is not None
        now = office.clock.now()
        return token.make(c, mine, "门禁", scopes, place, now, office.entropy, life_s)[1]

    return office.write(write)


def ask(office: Office, path: str, secret: str = "", method: str = "GET", said: Any = None) -> Reply:
    headers = {"authorization": f"Bearer {secret}"} if secret else {}
    body = b"" if said is None else json.dumps(said).encode()
    if body:
        headers["content-type"] = "application/json"
    return office.http(method, BASE + path, body, headers)


def document(office: Office) -> Any:
    reply = ask(office, DOCUMENT)
    assert reply.status == 200
    return json.loads(reply.body)


def routes(office: Office) -> list[tuple[str, str]]:
    """(method, path with numbers filled in)"""
    return [
        (method.upper(), re.sub(r"\{\w+\}", "10001", path).removeprefix(BASE))
        for path, methods in document(office)["paths"].items()
        for method in methods
    ]


def problem(reply: Reply) -> tuple[int, str]:
    """Status and stable code of what has to be a problem."""
    assert reply.headers["content-type"].startswith("application/problem+json"), reply.text
    return reply.status, json.loads(reply.body)["code"]


def test_nobody_asks_without_a_good_token(office: Office) -> None:
    asked = routes(office)
    assert len(asked) >= 7
    expired = make(office, life_s=10)
    revoked = make(office)
    mine = office.read(lambda c: rights(c, office.unit, 1))
    office.write(lambda c: token.revoke(c, mine, 2, office.clock.now()))
    office.clock.advance(11)
    for method, path in asked:
        for secret in ("", "x", token.PREFIX + "0" * 64, expired, revoked, "oc_" + "ü" * 10):
            reply = ask(office, path, secret, method, {"uid": "0a0b0c0d"} if method == "POST" else None)
            assert problem(reply) == (401, "token.needed")
            assert reply.headers["www-authenticate"] == "Bearer"


def test_a_token_does_what_its_scopes_say_and_no_more(office: Office, day: Day) -> None:
    needed = {
        "/members": "members", "/members/1": "members", f"/cards/{day.cards[0].card}": "cards",
        "/entries": "entries",
    }  # fmt: skip
    for scope in ALL:
        secret = make(office, frozenset({scope}))
        for path, wanted in needed.items():
            reply = ask(office, path, secret)
            if scope == wanted:
                assert reply.status == 200, (scope, path)
            else:
                assert problem(reply) == (403, "token.scope")
        assert ask(office, "/unit", secret).status == 200


def test_a_token_of_one_branch_learns_nothing_of_another(office: Office, day: Day) -> None:
    secret = make(office, place=(day.branch, 0))
    own, foreign = day.cards[0].card, day.cards[1].card
    assert ask(office, f"/cards/{own}", secret).status == 200
    assert problem(ask(office, f"/cards/{foreign}", secret)) == (404, "card.unknown")
    assert problem(ask(office, f"/members/{day.members[1]}", secret)) == (404, "member.unknown")
    assert problem(ask(office, f"/cards/{foreign}/loss", secret, "POST")) == (404, "card.unknown")
    listed = json.loads(ask(office, "/members?limit=500", secret).body)["items"]
    assert {one["branch"] for one in listed} == {day.branch}
    sold = json.loads(ask(office, "/entries?limit=500", secret).body)["items"]
    assert sold
    assert {one["outlet"] for one in sold} <= {0, day.outlet}


def test_pages_hold_everything_once(office: Office, day: Day) -> None:
    secret = make(office)
    whole = json.loads(ask(office, "/entries?limit=500", secret).body)
    seen: list[int] = []
    after = cursor.encode(0)
    while True:
        got = json.loads(ask(office, f"/entries?limit=7&after={after}", secret).body)
        if not got["items"]:
            break
        seen += [one["entry"] for one in got["items"]]
        after = got["next"]
    assert seen == [one["entry"] for one in whole["items"]]
    day.first.sale(day.cards[5], 100, outlet=1, owner=1).done()
    day.first.sync()
    fresh = json.loads(ask(office, f"/entries?after={after}", secret).body)["items"]
    assert [(one["kind"], one["fen"]) for one in fresh] == [("sale", -100)]


def test_who_is_it_sells_nothing_and_is_logged(office: Office, day: Day) -> None:
    secret = make(office, frozenset({"identity"}))
    entries = office.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM entry").scalar())
    reply = ask(office, "/identity", secret, "POST", {"uid": "01020304"})
    assert reply.status == 200
    assert json.loads(reply.body)["name"]
    assert problem(ask(office, "/identity", secret, "POST", {"uid": "ffffffff"})) == (404, "card.unknown")
    assert office.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM entry").scalar()) == entries
    logged = office.read(
        lambda c: c.exec_driver_sql("SELECT action FROM operation_log ORDER BY seq DESC").scalar()
    )
    assert logged == "api.identity"


def test_a_loss_report_is_safe_to_repeat(office: Office, day: Day) -> None:
    secret = make(office, frozenset({"loss"}))
    path = f"/cards/{day.cards[6].card}/loss"
    first, second = (ask(office, path, secret, "POST") for _ in range(2))
    assert first.status == second.status == 200
    assert first.body == second.body


@pytest.mark.parametrize(
    ("path", "code", "status"),
    [
        ("/entries?after=%00", "request.malformed", 400),
        ("/entries?after=AAAA", "request.malformed", 400),
        ("/entries?limit=0", "request.malformed", 400),
        ("/entries?limit=99999", "request.malformed", 400),
        ("/cards/0", "request.malformed", 400),
        ("/cards/x", "page.unknown", 404),
        ("/nowhere", "page.unknown", 404),
    ],
)
def test_a_malformed_question_has_a_stable_code(office: Office, path: str, code: str, status: int) -> None:
    assert problem(ask(office, path, make(office))) == (status, code)


def test_a_problem_speaks_the_readers_language(office: Office) -> None:
    zh, en = (
        json.loads(office.http("GET", BASE + "/unit", b"", {"accept-language": one}).body)["title"]
        for one in ("zh-CN", "en")
    )
    assert zh != en
    assert re.search("[一-鿿]", zh)


@pytest.mark.parametrize("scopes", [frozenset(), frozenset({"everything"}), ALL | {"x"}])
def test_a_token_without_sense_is_refused(office: Office, scopes: frozenset[str]) -> None:
    with pytest.raises(Refused) as refused:
        make(office, scopes)
    assert refused.value.code == "token.no_scope"


def test_nobody_makes_a_token_wider_than_himself(office: Office) -> None:
    number = office.operator("cashier", 3)
    held = office.read(lambda c: rights(c, office.unit, number))
    for scope in token.SCOPES:
        with pytest.raises(Refused) as refused:
            office.write(
                lambda c, scope=scope: token.make(
                    c, held, "x", frozenset({scope}), EVERYWHERE, office.clock.now(), office.entropy
                )
            )
        assert refused.value.code == "operator.not_allowed"


@pytest.mark.hypothesis
def test_every_route_answers_as_the_document_says(tmp_path: Path, office: Office, day: Day) -> None:
    """Over the network, from a server with a day in its books."""
    secret = make(office)
    copy = tmp_path / "copy"
    shutil.copytree(office.folder, copy)
    running = ServerProcess(copy).start()
    try:
        schema = schemathesis.openapi.from_url(running.url + BASE + DOCUMENT)
        operations = [found.ok() for found in schema.get_all_operations()]
        assert len(operations) == len(routes(office))
        for operation in operations:

            @given(case=operation.as_strategy())
            @settings(
                max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
            )
            def whatever(case: schemathesis.Case) -> None:
                case.call_and_validate(headers={"Authorization": f"Bearer {secret}"})

            whatever()
    finally:
        running.stop()


def test_the_console_makes_a_token_shows_it_once_and_revokes_it(office: Office) -> None:
    browser = office.administrator()
    assert browser.post("/tokens", name="门禁").status == 422
    made = browser.post("/tokens", name="门禁", cards="1", entries="1")
    found = re.search(rf"{token.PREFIX}[0-9a-f]{{64}}", made.text)
    assert found is not None
    assert ask(office, "/entries", found[0]).status == 200
    assert problem(ask(office, "/members", found[0])) == (403, "token.scope")
    assert found[0] not in browser.get("/tokens").text
    assert browser.post("/tokens/1/revoke", "/tokens").status == 303
    assert problem(ask(office, "/entries", found[0])) == (401, "token.needed")
