"""``python -m tests.server.console.shots [WORD …]``: every console page × zh/en × light/dark × wide/narrow.

They go to build/shots; with words only the pictures that have one in their names are made.

Draws a day of a unit with the system's Chromium; ends with 1 when a page is wider than its window.
"""

import html
import shutil
import sys
import tempfile
import time
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select

from onecard.clock import business_day, card_day
from server.books.tables import entry
from server.settlement import close, line, statement
from tests.server.console.day import Day
from tests.server.console.stock import Stock
from tests.server.office import PASSWORD, Office
from tests.server.process import ROOT, ServerProcess

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
SCHEMES = ("light", "dark")
SIZES = {"wide": (1440, 900), "narrow": (480, 900)}


def pages(day: Day, stock: Stock, sale: int) -> dict[str, str]:
    """Name of the picture → path."""
    card = f"/cards/{day.cards[0].card}/1"
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
        "management": "/management",
        "roles": "/roles",
        "role": "/roles/5",
        "cards": "/cards",
        "card": card,
        "card-account": f"/cards/{stock.account}/1",
        "handover": f"{card}/handover",
        "handover-account": f"/cards/{stock.account}/1/handover",
        "loads": f"/cards/{day.cards[5].card}/1/loads",
        "issuing": "/issuing",
        "issuing-list": f"/issuing/{stock.issue_list}",
        "counts": f"/counts?card={stock.account}",
        "transactions": "/transactions",
        "sale": f"/sales/{sale}",
        "terminals": "/terminals",
        "terminal": f"/terminals/{day.first.terminal}",
        "terminal-new": "/terminals/new",
        "settings": "/terminals/settings",
        "sticks": "/sticks",
        "exceptions": "/exceptions",
        "exception": "/exceptions/1",
        "approvals": "/approvals",
        "adjustments": "/adjustments",
        "slips": "/slips",
        "recharge": f"/recharge?card={stock.account}&amount=500",
        "promotions": "/promotions",
        "gifts": "/gifts",
        "rewards": f"/rewards?card={stock.account}",
        "salespeople": "/salespeople",
        "subsidies": "/subsidies",
        "subsidy": "/subsidies/1",
        "holds": "/holds",
        "credit": "/credit",
        "bill": "/credit/bills/1",
        "centres": "/centres",
        "types": "/types",
        "type": "/types/9",
        "type-new": "/types/new",
        "products": "/products",
        "product": f"/products/{stock.product}",
        "calendars": "/calendars",
        "calendar": "/calendars/0",
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
    checked = msgspec.structs.replace(close.check(c, office.unit, today), unowned=0)
    close.make(c, office.unit, today, checked, 1, now)
    statement.draft(c, office.unit, line.OWNER, 1, 1, now)


def prepared(folder: Path) -> dict[str, str]:
    """A folder with a day of a unit and an administrator whose password is known; its pages."""
    office = Office(folder, now=int(time.time()))
    day = Day(office)
    office.administrator()
    stock = Stock(office, day)
    office.write(lambda c: settled(c, office))
    query = select(entry.c.entry).where(entry.c.kind == "sale").order_by(entry.c.entry)
    sale = office.read(lambda c: c.execute(query.limit(1)).scalar_one())
    office.close()
    return pages(day, stock, sale)


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


def draw(out: Path, only: tuple[str, ...] = ()) -> list[str]:
    """All pictures, or those with one of ``only`` in their names; and what is wrong with them."""
    from playwright.sync_api import sync_playwright

    out.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="onecard-shots-"))
    wrong: list[str] = []
    names: list[str] = []
    paths = prepared(folder / "server")
    server = ServerProcess(folder / "server").start()

    def wanted(picture: str) -> bool:
        return not only or any(one in picture for one in only)

    def shoot(page: Any, name: str, path: str, tail: str) -> None:
        picture = f"console-{name}-{tail}.png"
        if not wanted(picture):
            return
        names.append(picture)
        page.goto(server.url + path)
        page.evaluate("document.fonts.ready")
        page.screenshot(path=out / picture, full_page=True)
        if too_wide(page) > 0:
            wrong.append(f"{picture} is {too_wide(page)} px too wide")

    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
            for language, scheme, size in product(LANGUAGES, SCHEMES, SIZES):
                tail = f"{language}-{scheme}-{size}"
                if not any(wanted(f"console-{name}-{tail}.png") for name in ("log-in", *paths)):
                    continue
                width, height = SIZES[size]
                page = browser.new_page(
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,
                    locale=LANGUAGES[language],
                )
                shoot(page, "log-in", "/log-in", tail)
                log_in(page, server.url)
                for name, path in paths.items():
                    shoot(page, name, path, tail)
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
    found = draw(ROOT / "build" / "shots", tuple(sys.argv[1:]))
    print("\n".join(found) or "console: every page fits")
    sys.exit(1 if found else 0)
