"""Goal: no page without a log-in, none without the right, none with a script; every page in both languages.

Method: the application's own list of routes is walked, so a route added tomorrow is tried too.
"""

import re
from pathlib import Path

import pytest

from onecard.wire.session import MAX_BODY
from server.auth import FRESH_S
from server.console.page import CSP
from server.operators import permission
from tests.server.console.day import Day
from tests.server.office import PASSWORD, Browser, Office

TEMPLATES = Path(__file__).resolve().parents[3] / "server" / "console" / "templates"
#: What a stranger may see, and nothing else.
PUBLIC = {"/log-in", "/language/{code:str}", "/static/{name:str}", "/health"}


def routes(office: Office) -> list[tuple[str, str, str]]:
    """(path as declared, path to ask, method)"""
    found = []
    for route in office.server.console.routes:
        path = re.sub(r"\{\w+:int\}", "1", re.sub(r"\{\w+:str\}", "x", route.path))
        for method in getattr(route, "methods", ()):
            if method in ("GET", "POST"):
                found.append((route.path, path, method))
    return found


def test_a_stranger_gets_nowhere(office: Office) -> None:
    asked = routes(office)
    assert len(asked) > 25
    for declared, path, method in asked:
        if declared in PUBLIC:
            continue
        if method == "GET":
            reply = office.browser().get(path)
            assert (reply.status, reply.headers["location"]) == (303, "/log-in"), path
        else:
            stranger = office.browser()
            stranger.form_token("/log-in")
            reply = stranger.post(path, "/log-in")
            assert reply.status == 401, path


def test_an_operator_without_console_rights_sees_no_page(office: Office) -> None:
    office.operator("cashier", 3, password=PASSWORD)
    browser = office.browser()
    browser.log_in("cashier", PASSWORD)
    free = PUBLIC | {"/password", "/confirm", "/log-out"}
    for declared, path, method in routes(office):
        if declared in free:
            continue
        reply = browser.get(path) if method == "GET" else browser.post(path, "/confirm")
        assert reply.status == 403, (path, reply.status)


def test_every_page_of_a_full_day_is_drawn_in_both_languages(office: Office) -> None:
    day, browser = Day(office), office.administrator()
    card = day.cards[0].card
    pages = {
        "/": ("概览", "Overview"),
        "/members": ("会员", "Members"),
        "/members?q=%E5%BC%A0": ("张敏", "张敏"),
        "/members?page=99": ("没有", "No"),
        f"/members/{day.members[0]}": ("会员资料", "Member"),
        "/members/new": ("新增会员", "New member"),
        "/cards": ("卡片", "Cards"),
        "/cards?q=S0001": ("李雷", "李雷"),
        f"/cards/{card}/1": ("余额为什么是", "Why is the balance"),
        "/transactions": ("交易流水", "Transactions"),
        "/transactions?kind=sale": ("消费", "Sale"),
        "/transactions?kind=%3Cb%3E": ("交易流水", "Transactions"),
        "/terminals": ("终端", "Terminals"),
        f"/terminals/{day.first.terminal}": ("上报情况", "What it reported"),
        "/terminals/new": ("新增终端", "New terminal"),
        "/exceptions": ("待办异常", "Exceptions"),
        "/exceptions?closed=1": ("还没有处理过", "Nothing was closed"),
        "/operators": ("操作员", "Operators"),
        "/operators/new": ("新增操作员", "New operator"),
        "/password": ("修改密码", "Change password"),
        "/confirm": ("请再次输入密码", "Enter your password again"),
    }
    for language, at in (("zh", 0), ("en", 1)):
        browser.get(f"/language/{language}?back=/")
        for path, words in pages.items():
            reply = browser.get(path)
            assert reply.status == 200, (path, reply.text[-500:])
            assert words[at] in reply.text, path
            assert f'lang="{"zh-CN" if at == 0 else "en"}"' in reply.text


def test_unknown_numbers_are_not_found_and_not_an_error(office: Office) -> None:
    browser = office.administrator()
    for path in (
        "/members/999",
        "/members/0",
        f"/members/{10**30}",
        "/cards/1/1",
        f"/cards/{10**30}/1",
        "/cards/10001/999",
        "/terminals/9",
        f"/terminals/{10**30}",
    ):
        assert browser.get(path).status == 422, path
    for path in ("/members/x", "/cards/1", "/nothing", "/static/../app.py", "/static/x"):
        assert browser.get(path).status in (404, 422), path


def test_pages_carry_headers_that_allow_no_script(office: Office) -> None:
    for path in ("/log-in", "/nothing", "/"):
        headers = office.browser().get(path).headers
        assert headers["content-security-policy"] == CSP
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
    assert "unsafe" not in CSP
    assert "script-src" not in CSP
    assert CSP.startswith("default-src 'none'")


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_templates_hold_nothing_inline_and_nothing_from_elsewhere(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"<script|\bstyle=|<[^>{]*\son\w+=|https?://|javascript:|\|\s*safe", text)
    for form in re.findall(r'<form[^>]*method="post".*?</form>', text, re.S):
        assert "token()" in form or "form_token" in form or "keyed(key)" in form
    for kind, name in re.findall(
        r'<(input|select)(?![^>]*type="(?:hidden|checkbox)")[^>]*\bid="([^"]+)"', text
    ):
        assert f'for="{name}"' in text, f"{kind} {name} has no label"


def test_static_files_are_the_listed_ones(office: Office) -> None:
    for name, kind in (
        ("console.css", "text/css"),
        ("logo.svg", "image/svg+xml"),
        ("regular.otf", "font/otf"),
        ("bold.otf", "font/otf"),
        ("icons.ttf", "font/ttf"),
    ):
        reply = office.http("GET", f"/static/{name}")
        assert reply.status == 200
        assert reply.headers["content-type"].startswith(kind)
    assert b'"ok"' in office.http("GET", "/health").body


def test_a_huge_body_is_refused_on_every_form(office: Office) -> None:
    browser = office.administrator()
    assert browser.raw("/members/new", b"x" * (MAX_BODY + 1)).status == 413


def test_every_permission_a_page_asks_for_exists(office: Office) -> None:
    for route in office.server.console.routes:
        for handler in getattr(route, "route_handlers", ()):
            assert handler.opt.get("permission", permission.VIEW) in permission.ALL


def test_a_browser_chooses_its_language_by_itself_at_first(office: Office) -> None:
    reply = office.http("GET", "/log-in", headers={"accept-language": "en-US,en;q=0.9"})
    assert "Log in" in reply.text
    assert "登录" in office.http("GET", "/log-in", headers={"accept-language": "de"}).text
    assert Browser(office).get("/language/xx").status == 422


@pytest.mark.parametrize(
    ("language", "said"), [("zh", ("退菜退货", "批准")), ("en", ("Goods returned", "Allowed by"))]
)
def test_the_list_says_why_something_was_taken_back_and_who_allowed_it(
    office: Office, language: str, said: tuple[str, str]
) -> None:
    """C7"""
    Day(office)
    browser = office.administrator()
    browser.get(f"/language/{language}?back=/")
    page = browser.get("/transactions?kind=void").text
    assert all(words in page for words in said)


def test_an_empty_office_says_what_to_do(office: Office) -> None:
    admin = office.administrator()
    for path in ("/approvals", "/adjustments", "/slips", "/issuing", "/gifts", "/rewards", "/centres"):
        page = admin.get(path)
        assert page.status == 200, path
        assert 'class="empty"' in page.text, path


def test_where_money_moves_the_password_is_asked_for_again(office: Office) -> None:
    """One rule for all pages, whatever each says of itself: an unlocked desk is not enough."""
    admin = office.administrator()
    token = admin.form_token("/password")
    office.clock.advance(FRESH_S + 1)
    asked = 0
    for route in office.server.console.routes:
        for handler in getattr(route, "route_handlers", ()):
            if handler.opt.get("permission") not in permission.MONEY:
                continue
            path = re.sub(r"\{\w+:int\}", "1", re.sub(r"\{\w+:str\}", "x", route.path))
            for method in handler.http_methods & {"GET", "POST"}:
                asked += 1
                reply = admin.get(path) if method == "GET" else admin.post(path, form_token=token)
                assert (reply.status, reply.headers["location"][:8]) == (303, "/confirm"), (method, path)
    assert asked > 40
    assert admin.post("/settlement/1/settled", form_token=token).headers["location"] == "/confirm?next=%2F"
