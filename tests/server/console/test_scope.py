"""Goal: a branch manager sees and changes his branch only, whatever number he types. F: H2

Method: a two-branch day, a manager of the second branch, and the ids of the first one.
"""

import re

import pytest

from onecard.errors import Refused
from server.operators import log, permission, service
from server.organisation.scope import Scope
from tests.server.console.day import NAMES, Day
from tests.server.office import PASSWORD, Browser, Office


@pytest.fixture
def office(after_a_day: tuple[Office, Day]) -> Office:
    return after_a_day[0]


@pytest.fixture
def day(after_a_day: tuple[Office, Day]) -> Day:
    return after_a_day[1]


@pytest.fixture
def manager(office: Office, day: Day) -> Browser:
    office.operator("manager", 5, branch=day.branch, password=PASSWORD)
    browser = office.browser()
    browser.log_in("manager", PASSWORD)
    return browser


def test_lists_hold_the_managers_branch_only(day: Day, manager: Browser) -> None:
    mine = {name for i, name in enumerate(NAMES) if i % 3 == 0}
    members = manager.get("/members").text
    assert all((name in members) == (name in mine) for name in NAMES)
    cards = manager.get("/cards").text
    assert all((str(card.card) in cards) == (i % 3 == 0) for i, card in enumerate(day.cards))
    terminals = manager.get("/terminals").text
    assert "二食堂 1 号机" in terminals
    assert "一食堂 1 号机" not in terminals
    assert "大厅自助机" not in terminals
    for path in ("/", "/transactions", "/exceptions"):
        assert "一食堂 1 号机" not in manager.get(path).text, path


def test_ids_of_the_other_branch_do_not_exist_for_him(day: Day, manager: Browser) -> None:
    foreign, own = day.cards[1].card, day.cards[0].card
    assert manager.get(f"/cards/{own}/1").status == 200
    assert manager.get(f"/cards/{foreign}/1").status == 422
    assert manager.get(f"/cards?q={foreign}").status == 200
    assert manager.get(f"/members/{day.members[1]}").status == 422
    assert manager.get(f"/terminals/{day.first.terminal}").status == 422
    assert manager.get(f"/terminals/{day.second.terminal}").status == 200


def test_he_adds_members_to_his_branch_only(day: Day, manager: Browser) -> None:
    assert manager.post("/members/new", name="新人", branch="1").status == 422
    assert manager.post("/members/new", name="新人", branch=str(day.branch)).status == 303


def test_he_closes_his_own_exceptions_only(office: Office, day: Day, manager: Browser) -> None:
    office.operator("other", 5, branch=1, password=PASSWORD)
    other = office.browser()
    other.log_in("other", PASSWORD)
    mine = re.findall(r'action="(/exceptions/\d+/close)"', manager.get("/exceptions").text)
    theirs = re.findall(r'action="(/exceptions/\d+/close)"', other.get("/exceptions").text)
    assert mine
    assert not set(mine) & set(theirs)
    close = mine[0]
    assert other.post(close, "/members/new", note="看过").status == 422
    assert manager.post(close, "/exceptions", note="").status == 422
    assert manager.post(close, "/exceptions", note="看过").status == 303
    assert manager.post(close, "/exceptions", note="再看").status == 422
    assert "看过" in manager.get("/exceptions?closed=1").text


def test_nobody_hands_out_more_than_he_holds(office: Office, day: Day) -> None:
    """A deputy who may manage operators of one branch cannot make himself an administrator. F: H2"""
    role = office.write(
        lambda c: service.add_role(c, 1, "副手", (permission.VIEW, permission.OPERATOR, permission.SELL))
    )
    office.operator("deputy", role, branch=day.branch, password=PASSWORD)
    browser = office.browser()
    browser.log_in("deputy", PASSWORD)
    base = {"login": "new.one", "name": "新人", "pin": "246813"}
    for role_no, branch in ((1, 0), (1, day.branch), (role, 0), (role, 1), (99, day.branch)):
        reply = browser.post("/operators/new", **base, role=str(role_no), branch=str(branch))
        assert reply.status == 422, (role_no, branch)
    assert browser.post("/operators/new", **base, role=str(role), branch=str(day.branch)).status == 303
    assert browser.post("/operators/1/pin", "/operators/new", pin="135792").status == 422
    assert browser.post("/operators/1/stop", "/operators/new").status == 422


def test_unknown_permissions_make_no_role(office: Office) -> None:
    with pytest.raises(Refused):
        office.write(lambda c: service.add_role(c, 1, "x", ("pos.everything",)))


def test_whoever_types_other_peoples_numbers_stands_in_the_log(
    office: Office, day: Day, manager: Browser
) -> None:
    """Every denial is logged, also one that only says "unknown". F: H3"""

    def denied() -> list[str]:
        rows = office.read(lambda c: log.search(c, Scope.whole(1), log.Wanted(text="console.denied")))
        return [row["subject"] for row in rows]

    foreign = f"/cards/{day.cards[1].card}/1"
    assert manager.get(foreign).status == 422
    assert manager.post("/members/new", name="新人", branch="1").status == 422
    assert manager.get("/operators").status == 403
    assert denied() == ["/operators", "/members/new", foreign]
    administrator = office.administrator()
    assert administrator.get("/cards/99/1").status == 422
    assert len(denied()) == 3
