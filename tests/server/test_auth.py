"""Goal: only the operator gets into the console, and only from the browser that he logged in with.

Method: the real pages on a false clock; log-ins that are wrong, parallel, replayed, fixed or oversized.
"""

import asyncio
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from server.operators import log, service
from server.operators.tables import console_session, operation_log, operator
from tests.server.office import PASSWORD, Browser, Office


def into(office: Office) -> str:
    assert office.first is not None
    return office.first.password


def actions(office: Office) -> list[str]:
    return office.read(
        lambda c: c.execute(sa.select(operation_log.c.action).order_by(operation_log.c.seq)).scalars().all()
    )


# ---- the first log-in ----------------------------------------------------------------------------


def test_the_one_time_password_opens_only_the_page_that_changes_it(office: Office) -> None:
    browser = office.browser()
    assert browser.log_in("admin", into(office)).headers["location"] == "/"
    for path in ("/", "/members", "/terminals/new", "/confirm"):
        assert browser.get(path).headers["location"] == "/password", path
    done = browser.post("/password", old=into(office), new=PASSWORD, again=PASSWORD)
    assert done.headers["location"] == "/"
    assert browser.get("/").status == 200
    again = office.browser()
    assert again.log_in("admin", into(office)).status == 422
    assert again.log_in("admin", PASSWORD).status == 303


def test_the_one_time_password_expires(office: Office) -> None:
    office.clock.advance(7 * 86_400)
    reply = office.browser().log_in("admin", into(office))
    assert reply.status == 422


@pytest.mark.parametrize(
    ("new", "again"),
    [
        ("", ""),
        ("short", "short"),
        ("aaaaaaaaaaaa", "aaaaaaaaaaaa"),
        ("my ADMIN password", "my ADMIN password"),
        ("x" * 10**4, "x" * 10**4),
        (PASSWORD, PASSWORD + "x"),
    ],
)
def test_a_weak_or_mistyped_new_password_is_refused(office: Office, new: str, again: str) -> None:
    browser = office.browser()
    browser.log_in("admin", into(office))
    assert browser.post("/password", old=into(office), new=new, again=again).status == 422
    assert browser.get("/").headers["location"] == "/password"


def test_the_old_password_is_no_new_one_and_must_be_right(office: Office) -> None:
    browser = office.browser()
    browser.log_in("admin", into(office))
    old = into(office)
    assert browser.post("/password", old=old, new=old, again=old).status == 422
    assert browser.post("/password", old="wrong", new=PASSWORD, again=PASSWORD).status == 422


# ---- guessing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("", ""),
        ("admin", ""),
        ("nobody", "password"),
        ("admin' or 1=1 --", "x"),
        ("<script>alert(1)</script>", "x"),
        ("管理员", "密码"),
        ("admin\u202e", "x"),
        ("a" * 5000, "x"),
        ("admin", "x" * 20_000),
    ],
)
def test_a_wrong_log_in_says_the_same_whatever_was_wrong(office: Office, login: str, password: str) -> None:
    browser = office.browser()
    wrong = browser.log_in("admin", "wrong password")
    reply = browser.log_in(login, password)
    assert reply.status == wrong.status == 422
    said = wrong.text.split('role="alert"')[1].split("</p>")[0]
    assert said in reply.text
    assert "<script>alert" not in reply.text


def test_a_password_of_a_million_characters_is_not_even_read(office: Office) -> None:
    browser = office.browser()
    reply = browser.log_in("admin", "x" * 10**6)
    assert reply.status == 413


def test_five_failures_lock_for_one_five_and_fifteen_minutes(office: Office) -> None:
    browser = office.browser()
    for minutes in (1, 5, 15, 15):
        for _ in range(5):
            assert browser.log_in("admin", "wrong password").status == 422
        assert browser.log_in("admin", into(office)).status == 429
        office.clock.advance(60 * minutes - 1)
        assert browser.log_in("admin", into(office)).status == 429
        office.clock.advance(1)
        browser.address = f"192.168.1.{minutes}"
    assert browser.log_in("admin", into(office)).status == 303


def test_parallel_guesses_are_not_more_guesses(office: Office) -> None:
    browser = office.browser()
    fields = {"login": "admin", "password": "wrong password", "form_token": browser.form_token("/log-in")}
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "cookie": f"onecard={browser.cookies['onecard']}",
    }

    async def all_at_once() -> list[int]:
        body = urlencode(fields).encode()
        replies = await asyncio.gather(*(office.asked("POST", "/log-in", body, headers) for _ in range(12)))
        return [reply.status for reply in replies]

    statuses = office.run(all_at_once())
    assert statuses.count(422) == 5
    assert statuses.count(429) == 7
    assert "console.log_in_failed" in actions(office)


# ---- sessions ------------------------------------------------------------------------------------


def test_a_cookie_planted_before_the_log_in_is_worth_nothing_after_it(office: Office) -> None:
    """Session fixation."""
    victim, attacker = office.browser(), office.browser()
    planted = "ab" * 32
    victim.cookies["onecard"] = planted
    victim.log_in("admin", into(office))
    assert victim.cookies["onecard"] != planted
    attacker.cookies["onecard"] = planted
    assert attacker.get("/").headers["location"] == "/log-in"


def test_each_log_in_and_each_new_password_has_a_new_session(office: Office) -> None:
    browser = office.browser()
    browser.log_in("admin", into(office))
    first = browser.cookies["onecard"]
    browser.post("/password", old=into(office), new=PASSWORD, again=PASSWORD)
    assert browser.cookies["onecard"] != first
    old = office.browser()
    old.cookies["onecard"] = first
    assert old.get("/").headers["location"] == "/log-in"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(office: Office) -> None:
    browser = office.browser()
    token = browser.form_token("/log-in")
    body = urlencode({"login": "admin", "password": into(office), "form_token": token}).encode()
    reply = browser.raw("/log-in", body)
    told = reply.headers["set-cookie"].lower()
    assert "httponly" in told
    assert "samesite=strict" in told
    assert "path=/" in told


def test_over_tls_the_cookie_never_goes_out_in_clear(office: Office) -> None:
    inner, browser = office.server, office.browser()

    async def tls(scope, receive, send) -> None:
        await inner({**scope, "scheme": "https"}, receive, send)

    office.server = tls
    reply = browser.log_in("admin", into(office))
    assert reply.status == 303
    assert "secure" in reply.headers["set-cookie"].lower()


def test_a_replayed_log_in_form_is_a_new_log_in_with_the_same_secret_or_none(office: Office) -> None:
    """The one-time password was used up by its change; the same form sent again opens nothing."""
    browser = office.browser()
    fields = {"login": "admin", "password": into(office), "form_token": browser.form_token("/log-in")}
    kept = dict(browser.cookies)
    assert browser.raw("/log-in", urlencode(fields).encode()).status == 303
    browser.post("/password", old=into(office), new=PASSWORD, again=PASSWORD)
    thief = office.browser()
    thief.cookies = kept
    assert thief.raw("/log-in", urlencode(fields).encode()).status == 422
    assert thief.get("/").headers["location"] == "/log-in"


def test_parallel_changes_of_a_one_time_password_leave_one_owner(office: Office) -> None:
    """Whoever comes second proves himself with a password that is none any more."""
    one, other = office.browser(), office.browser()
    one.log_in("admin", into(office))
    other.log_in("admin", into(office))
    mine = {"old": into(office), "new": PASSWORD, "again": PASSWORD}
    theirs = {"old": into(office), "new": "another horse battery", "again": "another horse battery"}
    assert one.post("/password", **mine).status == 303
    reply = other.get("/password")
    assert reply.headers["location"] == "/log-in"  # his session ended with the old password
    assert other.post("/password", "/log-in", **theirs).status == 401
    assert office.browser().log_in("admin", "another horse battery").status == 422


def test_a_session_ends_when_idle_at_night_and_at_log_out(office: Office) -> None:
    browser = office.administrator()
    office.clock.advance(29 * 60)
    assert browser.get("/").status == 200
    office.clock.advance(29 * 60)
    assert browser.get("/").status == 200  # it was used in between
    office.clock.advance(31 * 60)
    assert browser.get("/").headers["location"] == "/log-in"
    browser.log_in("admin", PASSWORD)
    for _ in range(12 * 3):
        office.clock.advance(20 * 60 + 1)
        browser.get("/")
    assert browser.get("/").headers["location"] == "/log-in"
    browser.log_in("admin", PASSWORD)
    stolen = dict(browser.cookies)
    browser.post("/log-out", "/")
    thief = office.browser()
    thief.cookies = stolen
    assert thief.get("/").headers["location"] == "/log-in"


def test_the_database_holds_no_usable_session(office: Office) -> None:
    browser = office.administrator()
    rows = office.read(lambda c: c.execute(sa.select(console_session)).all())
    assert browser.cookies["onecard"] not in repr(rows)


def test_a_stopped_operator_is_out_at_once(office: Office) -> None:
    from server.operators import secret

    number = office.operator("boss", 1, password=PASSWORD)
    browser = office.browser()
    browser.log_in("boss", PASSWORD)
    assert browser.get("/").status == 200
    office.write(lambda c: service.stop(c, 1, number, office.clock.now(), 1))
    assert browser.get("/").headers["location"] == "/log-in"
    assert browser.log_in("boss", PASSWORD).status == 422
    kept = office.read(lambda c: c.execute(sa.select(operator.c.password)).scalars().all())
    assert all(one.startswith("$argon2id$") for one in kept)
    assert secret.matches(kept[1], PASSWORD)


# ---- forms ---------------------------------------------------------------------------------------


def test_a_form_without_our_token_does_nothing(office: Office) -> None:
    """Forged CSRF."""
    browser, other = office.administrator(), office.browser()
    foreign = other.form_token("/log-in")
    good = browser.form_token("/members/new")
    fields = {"name": "x", "branch": "1"}
    for forged in ("", foreign, "0" * 64, good[:-1], "卡"):
        assert browser.post("/members/new", form_token=forged, **fields).status == 403, forged
    body = urlencode({**fields, "form_token": good}).encode()
    assert browser.raw("/members/new", body, **{"sec-fetch-site": "cross-site"}).status == 403
    assert browser.raw("/members/new", body, **{"content-type": "application/json"}).status == 400
    assert browser.raw("/members/new", body, **{"content-type": "multipart/form-data"}).status == 400
    assert "共 0 人" in browser.get("/members").text
    assert browser.raw("/members/new", body, **{"sec-fetch-site": "same-origin"}).status == 303
    assert actions(office).count("console.denied") == 6


@pytest.mark.parametrize(
    "body", [b"", b"&" * 1000, b"a=%00&form_token=x", b"\xff=\xff", b"a=" + b"x" * 40_000]
)
def test_a_form_of_no_form_is_refused(office: Office, body: bytes) -> None:
    assert office.browser().raw("/log-in", body).status in (400, 403, 413)


def test_rights_and_keys_ask_for_the_password_again(office: Office) -> None:
    browser = office.administrator()
    assert browser.get("/operators/new").status == 200
    office.clock.advance(10 * 60 + 1)
    asked = browser.get("/operators/new")
    assert asked.headers["location"] == "/confirm?next=%2Foperators%2Fnew"
    assert browser.post("/confirm", next="/operators/new", password="wrong").status == 422
    done = browser.post("/confirm", next="/operators/new", password=PASSWORD)
    assert done.headers["location"] == "/operators/new"
    assert browser.get("/operators/new").status == 200


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example", "/\\evil", "evil", "/a\r\nx: y"]
)
def test_nobody_is_sent_to_another_site(office: Office, where: str) -> None:
    browser = office.administrator()
    done = browser.post("/confirm", next=where, password=PASSWORD)
    assert done.headers["location"] == "/"
    from urllib.parse import quote

    assert browser.get(f"/language/en?back={quote(where)}").headers["location"] == "/"


def test_the_operation_log_verifies_after_all_this(office: Office) -> None:
    """F: H3"""
    office.administrator()
    Browser(office).log_in("admin", "wrong password")
    assert office.read(lambda c: log.check(c, 1)) == []
    assert len(actions(office)) == 4
