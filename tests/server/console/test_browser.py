"""Goal: a person gets from the address to "why is my balance X" with keyboard and mouse. F: A11 E1

Method: the system's Chromium drives the real server over a folder that holds a day of a unit.
"""

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.console.day import Day
from tests.server.console.shots import ARGUMENTS, CHROMIUM, log_in, prepared, too_wide
from tests.server.office import Office
from tests.server.process import ServerProcess

NEW = "a password of my own"


@pytest.fixture
def unit(tmp_path: Path) -> Iterator[tuple[ServerProcess, Day, str]]:
    """A running server with a day behind it, and the administrator's first password."""
    office = Office(tmp_path / "server", now=int(time.time()))
    day = Day(office)
    office.close()
    assert office.first is not None
    running = ServerProcess(tmp_path / "server").start()
    yield running, day, office.first.password
    running.stop()


@pytest.fixture
def page() -> Iterator["object"]:
    if not CHROMIUM.exists():
        pytest.skip("no Chromium on this machine")
    assert shutil.which(str(CHROMIUM))
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        opened = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        opened.set_default_timeout(45_000)
        yield opened
        browser.close()


def test_from_the_address_to_why_is_my_balance(unit: tuple[ServerProcess, Day, str], page) -> None:
    server, day, password = unit
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    page.goto(server.url)
    assert page.url.endswith("/log-in")
    page.wait_for_selector("input:focus")  # the first field has the focus, as soon as the page is there
    page.keyboard.type("admin")
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")

    page.wait_for_url("**/password")
    page.fill("#old", password)
    page.fill("#new", NEW)
    page.fill("#again", NEW)
    page.keyboard.press("Enter")
    page.wait_for_url(server.url + "/")
    assert page.locator("h1").inner_text() == "概览"

    page.click("nav >> text=卡片")
    page.fill("#q", str(day.cards[0].card))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cards/{day.cards[0].card}/1")
    why = page.locator("#why")
    assert "余额为什么是" in why.inner_text()
    assert str(day.hidden) in why.inner_text()

    page.click("text=English")
    page.wait_for_url(f"**/cards/{day.cards[0].card}/1")
    assert "Why is the balance" in page.locator("#why").inner_text()

    page.goto(f"{server.url}/terminals/{day.sleeping}")
    page.click("text=Make a code")
    code = page.locator(".code").inner_text()
    assert re.fullmatch(r"[A-Z2-9]{8}", code)
    page.go_back()
    assert page.locator(".code").count() == 0

    page.click("text=Log out")
    page.wait_for_url("**/log-in")
    page.goto(f"{server.url}/cards")
    assert page.url.endswith("/log-in")
    assert complaints == []
    # Everything fits the window: nothing is clipped or pushed out sideways.
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture
def settled(tmp_path: Path) -> Iterator[tuple[ServerProcess, dict[str, str]]]:
    """The same with the administrator's password changed already. Asked for before ``page``: Playwright's
    loop runs in this thread from then on."""
    paths = prepared(tmp_path / "server")
    running = ServerProcess(tmp_path / "server").start()
    yield running, paths
    running.stop()


SMALL = """
[...document.querySelectorAll("button, .button, select, input:not([type=hidden]):not([type=checkbox])")]
    .filter(e => e.offsetParent && e.getBoundingClientRect().height < 24).map(e => e.outerHTML)
"""


def test_every_page_fits_its_window_in_both_languages(
    settled: tuple[ServerProcess, dict[str, str]], page
) -> None:
    """From a tablet to a usual desk; and everything that can be pressed is large enough."""
    server, paths = settled
    log_in(page, server.url)
    for language, widths in (("zh", (1440, 640)), ("en", (1024, 640))):
        page.goto(f"{server.url}/language/{language}?back=/")
        for name, path in paths.items():
            page.goto(server.url + path)
            # The window is still as wide as for the page before: to change it costs as much as a page.
            widths = widths[::-1]
            for width in widths:
                page.set_viewport_size({"width": width, "height": 900})
                assert too_wide(page) <= 0, (name, language, width)
            assert page.evaluate(SMALL) == [], name
