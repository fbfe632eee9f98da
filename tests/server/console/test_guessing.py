"""Goal: who holds every permission, but for one branch or one owner only, meets nothing of the others on any
page, whatever number he types; and what he posts at their numbers changes nothing. F: H2

Method: the application's own list of routes is walked with the numbers of everything in a two-branch day.
"""

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from server.books.tables import entry
from server.exceptions.tables import exception
from server.members import draft
from server.migrations import whole_metadata
from server.operators import permission, service
from server.organisation import service as organisation
from server.organisation.scope import Scope
from server.tabular import read
from tests.server.console.day import NAMES, Day
from tests.server.office import PASSWORD, Browser, Office

#: Tables that change whenever somebody looks or tries.
RESTLESS = {
    *("operation_log", "operation_head", "console_session", "attempt", "contact", "document"),
    "counter",  # a form that is shown again takes a new id for what it may ask
}
#: His own: whatever is posted there concerns himself alone.
#: A new role is a word of the unit; what may be in it is tried elsewhere.
OWN = ("/roles/new", "/log-out", "/password", "/confirm", "/log-in", "/language")


class Others:
    """What belongs to branch 1 and owner 1, by the first word of the path it is found under."""

    def __init__(self, office: Office, day: Day) -> None:
        west = office.operator("west", 5, branch=1)
        list_ = office.write(
            lambda c: draft.keep(c, Scope.whole(1), read("编号,姓名\nS77,外人".encode()), 1, True, 0, 1)
        )
        office.write(lambda c: organisation.change_branch(c, 1, 1, "甲区本部", 0))
        doubt = {
            "unit_id": 1, "exception": 900, "terminal": day.first.terminal, "kind": "cash_doubt",
            "subject": "x", "card": 0, "issue": 0, "fen": 1, "detail": "{}", "at": 1, "closed_by": 0,
            "note": "",
        }  # fmt: skip
        office.write(lambda c: c.execute(exception.insert().values(doubt)))
        elsewhere = sa.select(entry.c.entry).where(entry.c.kind == "sale", entry.c.outlet == 1)
        sales = office.read(lambda c: c.execute(elsewhere.limit(3)).scalars().all())
        self.numbers = {
            "members": [key for at, key in enumerate(day.members) if at % 3],
            "cards": [one.card for at, one in enumerate(day.cards) if at % 3],
            "terminals": [day.first.terminal, day.kiosk.terminal],
            "operators": [west, 1],
            "organisation": [1],
            "exceptions": [900],
            "import": [list_],
            "calendars": [1],
            "sales": sales,
        }
        self.words = {"甲区本部", "一号网点", "本单位", "一食堂 1 号机", "大厅自助机", "west 姓名", "外人"}
        self.people = {name for at, name in enumerate(NAMES) if at % 3}


def routes(office: Office) -> Iterator[tuple[str, str]]:
    for route in office.server.console.routes:
        for method in getattr(route, "methods", ()):
            if method in ("GET", "POST") and not route.path.startswith(("/static", "/health", *OWN)):
                yield method, route.path


def filled(path: str, others: Others) -> list[str]:
    """A declared path with each foreign number in its place."""
    first = path.split("/")[1]
    plain = path.replace("{kind:str}", "csv").replace("{command:int}", "1")
    if path.startswith("/members/import"):
        first = "import"
    numbers = others.numbers.get(first, [1, 2])[:3]
    if "{" not in plain:
        return [plain]
    return [
        re.sub(r"\{\w+:int\}", str(number), plain.replace("{issue:int}", "1"), count=1).replace(
            "{line:int}", "1"
        )
        for number in numbers
    ]


@pytest.fixture
def office(after_a_day: tuple[Office, Day]) -> Office:
    return after_a_day[0]


@pytest.fixture
def day(after_a_day: tuple[Office, Day]) -> Day:
    return after_a_day[1]


@pytest.fixture(params=["branch", "owner"])
def visitor(request: pytest.FixtureRequest, office: Office, day: Day) -> tuple[str, Browser]:
    """Everything that can be allowed, in branch 2 or for owner 2."""
    place = (day.branch, 0) if request.param == "branch" else (0, 2)

    def make(c: sa.Connection) -> None:
        role = service.add_role(c, 1, "alles", permission.ALL)
        from server.operators import secret

        service.add_operator(
            c, 1, 0, login="all", name="全权", grants=((role, *place),), password=secret.verifier(PASSWORD)
        )

    office.write(make)
    browser = office.browser()
    browser.log_in("all", PASSWORD)
    return request.param, browser


def state(office: Office) -> dict[str, list[str]]:
    """Every row of every table that nobody's looking changes."""

    def dump(c: sa.Connection) -> dict[str, list[str]]:
        return {
            name: sorted(repr(tuple(row)) for row in c.execute(sa.select(table)))
            for name, table in whole_metadata().tables.items()
            if name not in RESTLESS
        }

    return dict(office.read(dump))


def test_no_page_says_anything_of_the_others(office: Office, day: Day, visitor: tuple[str, Browser]) -> None:
    kind, browser = visitor
    others = Others(office, day)
    hidden = others.words | (others.people if kind == "branch" else set(NAMES))
    asked = 0
    for method, declared in routes(office):
        if method != "GET":
            continue
        for path in filled(declared, others):
            reply = browser.get(path)
            asked += 1
            # Roles and card types are words of the whole unit; all else with a number belongs somewhere.
            if ":int" in declared and not declared.startswith(("/roles", "/types")):
                assert reply.status in (303, 422), (path, reply.status)
            assert reply.status in (200, 303, 422), (path, reply.status)
            if reply.headers.get("content-type", "").startswith("application/vnd"):
                continue
            text = reply.body.decode("utf-8", "replace")
            assert not [word for word in hidden if word in text], path
    assert asked > 40


def test_searches_and_exports_find_nobody_else(
    office: Office, day: Day, visitor: tuple[str, Browser]
) -> None:
    kind, browser = visitor
    others = Others(office, day)
    seen = browser.get("/members/export/csv").text
    for at, name in enumerate(NAMES):
        assert (name in seen) == (kind == "branch" and at % 3 == 0), name
    for text in ("S0001", "0001", NAMES[1], str(day.cards[1].card)):
        for page in ("/members", "/cards"):
            found = browser.get(f"{page}?q={text}").text
            assert NAMES[1] not in found.replace(f'value="{text}"', ""), (page, text)
    assert others.people
    log = browser.get("/log?q=1").text
    assert "west" not in log


def test_what_is_posted_at_their_numbers_changes_nothing(
    office: Office, day: Day, visitor: tuple[str, Browser]
) -> None:
    _, browser = visitor
    others = Others(office, day)
    before = state(office)
    token = browser.form_token("/password")
    fields = {
        "form_token": token, "name": "偷改", "branch": "1", "owner": "1", "number": "S0001", "note": "看过",
        "pin": "246813", "role0": "1", "branch0": "0", "owner0": "0", "department": "行政部", "to": "偷",
        "told": "3", "deed": "move", "outlet": "1", "kind": "pos", "new": "1", "changed": "0", "bad": "0",
        "role": "1", "login": "thief", "console.view": "1", "day_starts": "01:00", "console": "1",
    }  # fmt: skip
    for method, declared in routes(office):
        if method != "POST":
            continue
        for path in filled(declared, others):
            reply = browser.post(path, **fields)
            assert reply.status not in (500, 200, 201), (path, reply.status)
            changed = {name for name, rows in state(office).items() if rows != before[name]}
            assert not changed, (path, reply.status, changed)
