"""``python -m tests.server.console.shots``: every console page × zh/en × light/dark into build/shots.

Draws a day of a unit with the system's Chromium; ends with 1 when a page is wider than its window.
"""

import html
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from onecard.clock import business_day, card_day
from server.settlement import close, line, statement
from tests.server.console.day import Day
from tests.server.office import PASSWORD, Office
from tests.server.process import ROOT, ServerProcess

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
SCHEMES = ("light", "dark")
SIZE = (1440, 900)


def pages(day: Day) -> dict[str, str]:
    """Name of the picture → path."""
    return {
        "dashboard": "/",
        "members": "/members",
        "member": f"/members/{day.members[0]}",
        "member-new": "/members/new",
        "member-change": f"/members/{day.members[0]}/change",
        "member-erase": f"/members/{day.members[9]}/erase",
        "member-import": "/members/import",
        "members-many": "/members/many?department=%E8%A1%8C%E6%94%BF%E9%83%A8",
        "statistics": "/statistics",
        "organisation": "/organisation",
        "system": "/system",
        "takeover": "/takeover",
        "roles": "/roles",
        "role": "/roles/5",
        "cards": "/cards",
        "card": f"/cards/{day.cards[0].card}/1",
        "transactions": "/transactions",
        "terminals": "/terminals",
        "terminal": f"/terminals/{day.first.terminal}",
        "terminal-new": "/terminals/new",
        "exceptions": "/exceptions",
        "operators": "/operators",
        "operator-new": "/operators/new",
        "settlement": "/settlement",
        "statement": "/settlement/1",
        "tokens": "/tokens",
        "log": "/log",
        "password": "/password",
    }


def settled(c: Any, office: Office) -> None:
    """The day is closed, and the first owner has a statement of it."""
    now = office.clock.now()
    today = card_day(business_day(now))
    close.make(c, office.unit, today, close.Checked((), 0), 1, now)
    statement.draft(c, office.unit, line.OWNER, 1, 1, now)


def prepared(folder: Path) -> Day:
    """A folder with a day of a unit and an administrator whose password is known."""
    office = Office(folder, now=int(time.time()))
    day = Day(office)
    office.administrator()
    office.write(lambda c: settled(c, office))
    office.close()
    return day


def too_wide(page: Any) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def log_in(page: Any, url: str) -> None:
    """As the administrator."""
    page.goto(url + "/log-in")
    page.fill("#login", "admin")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(url + "/")


def draw(out: Path) -> list[str]:
    """All pictures, and what is wrong with them."""
    from playwright.sync_api import sync_playwright

    out.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="onecard-shots-"))
    wrong: list[str] = []
    names: list[str] = []
    day = prepared(folder / "server")
    server = ServerProcess(folder / "server").start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
            for language, locale in LANGUAGES.items():
                for scheme in SCHEMES:
                    page = browser.new_page(
                        viewport={"width": SIZE[0], "height": SIZE[1]}, color_scheme=scheme, locale=locale
                    )
                    page.goto(server.url + "/log-in")
                    page.screenshot(path=out / f"console-log-in-{language}-{scheme}.png")
                    log_in(page, server.url)
                    for name, path in {"log-in": "", **pages(day)}.items():
                        picture = f"console-{name}-{language}-{scheme}.png"
                        names.append(picture)
                        if not path:
                            continue
                        page.goto(server.url + path)
                        page.evaluate("document.fonts.ready")
                        page.screenshot(path=out / picture, full_page=True)
                        if too_wide(page) > 0:
                            wrong.append(f"{picture} is {too_wide(page)} px too wide")
                    page.close()
            browser.close()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    _index(out, names)
    return wrong


def _index(out: Path, names: list[str]) -> None:
    figures = "".join(
        f'<figure><a href="{name}"><img loading="lazy" src="{name}"></a><figcaption>{html.escape(name)}'
        "</figcaption></figure>"
        for name in sorted(names)
    )
    style = "body{font:15px sans-serif;display:flex;flex-wrap:wrap;gap:16px}img{width:440px}figure{margin:0}"
    (out / "console.html").write_text(
        f"<!doctype html><meta charset=utf-8><title>Console</title><style>{style}</style>{figures}",
        encoding="utf-8",
    )


if __name__ == "__main__":
    found = draw(ROOT / "build" / "shots")
    print("\n".join(found) or "console: every page fits")
    sys.exit(1 if found else 0)
