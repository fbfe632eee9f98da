"""Goal: an installation starts step by step, a test is emptied by two and never once money is real, and an
old system comes in on two people's word. F: H4 H8

Method: the real pages in this process, by two administrators.
"""

import pytest
import sqlalchemy as sa

from server.cards.tables import card
from server.members import service as members
from server.migrations import whole_metadata
from server.operators import log
from server.organisation import snapshot
from server.organisation.scope import Scope
from server.terminals import service as terminals
from tests.server.console.day import Day
from tests.server.console.test_people import post_file
from tests.server.office import PASSWORD, Browser, Office

NAME = "一卡通 OneCard"
LIST = "学号,姓名,余额,UID\nS1,李雷,12.50,01020304\nS2,韩梅梅,100,\n"


@pytest.fixture
def first(office: Office) -> Browser:
    return office.administrator()


@pytest.fixture
def second(office: Office, first: Browser) -> Browser:
    office.operator("boss", 1, password=PASSWORD)
    browser = office.browser()
    browser.log_in("boss", PASSWORD)
    return browser


def rows(office: Office, table: sa.Table) -> int:
    return int(office.read(lambda c: c.execute(sa.select(sa.func.count()).select_from(table)).scalar()))


def revoke_all(office: Office) -> None:
    def write(c: sa.Connection) -> None:
        for row in terminals.terminals(c, Scope.whole(1)):
            if row["state"] == "enrolled":
                terminals.revoke(c, 1, row["terminal"], 0, 1)

    office.write(write)


def test_the_steps_are_told_and_ticked(office: Office, first: Browser) -> None:
    for language, words in (
        ("zh", ("第二位管理员", "试用阶段")),
        ("en", ("A second administrator", "On trial")),
    ):
        first.get(f"/language/{language}?back=/")
        text = first.get("/system").text
        assert all(word in text for word in words)
    before = first.get("/system").text.count("state done")
    office.operator("boss", 1, password=PASSWORD, pin="246813")
    assert first.get("/system").text.count("state done") == before + 2


def test_two_people_empty_a_test_after_a_snapshot(office: Office, first: Browser, second: Browser) -> None:
    Day(office)
    unit_name = "华东示范集团"
    assert first.post("/system/reset-ask", "/system").status == 422  # terminals are enrolled
    revoke_all(office)
    assert second.post("/system/reset", "/system", name=unit_name).status == 422  # nobody has asked
    assert first.post("/system/reset-ask", "/system").status == 303
    assert first.post("/system/reset", "/system", name=unit_name).status == 422  # himself
    assert second.post("/system/reset", "/system", name="别的单位").status == 422
    office.clock.advance(3_601)
    second.log_in("boss", PASSWORD)
    assert second.post("/system/reset", "/system", name=unit_name).status == 422  # an hour is over
    first.log_in("admin", PASSWORD)
    assert first.post("/system/reset-ask", "/system").status == 303
    entries = rows(office, whole_metadata().tables["entry"])
    assert entries > 20
    assert second.post("/system/reset", "/system", name=unit_name).status == 303
    for name in ("entry", "posting", "fact", "record", "card", "member", "wallet", "exception", "load"):
        assert rows(office, whole_metadata().tables[name]) == 0, name
    assert rows(office, whole_metadata().tables["operator"]) == 2
    assert office.read(lambda c: log.check(c, 1)) == []
    (kept,) = (office.folder / "snapshots").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    secret = office.runtime.keys.derived("snapshots")
    saved = snapshot.opened(kept.read_bytes(), secret)
    assert sum(1 for table, _ in saved if table == "entry") == entries
    # The guards stand again, and a new life begins from scratch.
    again = Day(office)
    assert rows(office, card) == 9
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        office.write(lambda c: c.execute(sa.text("DELETE FROM entry")))
    assert again.members


def test_a_live_installation_is_never_emptied(office: Office, first: Browser, second: Browser) -> None:
    assert first.post("/system/reset-ask", "/system").status == 303
    assert first.post("/system/live", "/system", name="x").status == 422
    assert first.post("/system/live", "/system", name=NAME).status == 303
    assert second.post("/system/reset", "/password", name=NAME).status == 422
    assert first.post("/system/reset-ask", "/password").status == 422
    assert first.post("/system/live", "/password", name=NAME).status == 422
    assert "已正式启用" in first.get("/system").text


def test_part_of_the_unit_is_not_enough(office: Office, first: Browser) -> None:
    """F: H2"""
    office.operator("east", 1, branch=2, password=PASSWORD)
    east = office.browser()
    east.log_in("east", PASSWORD)
    assert east.get("/system").status == 422
    for path in ("/system/reset-ask", "/system/live", "/system/reset"):
        assert east.post(path, "/password", name=NAME).status == 422
    assert rows(office, whole_metadata().tables["reset_request"]) == 0


def test_an_old_system_is_taken_over_by_two(office: Office, first: Browser, second: Browser) -> None:
    form = {"name": "旧系统", "branch": "1", "type": "1", "count": "2", "yuan": "112.50"}
    bad = LIST + "S3,,5,\n"
    reply = post_file(first, "/takeover", "/takeover", bad.encode(), **(form | {"count": "3"}))
    assert reply.status == 422
    assert "1 行有误" in reply.text
    assert (
        post_file(first, "/takeover", "/takeover", LIST.encode(), **(form | {"yuan": "112.49"})).status == 422
    )
    for yuan in ("", "x", "-1", "1e9", "NaN", "１２"):
        assert (
            post_file(first, "/takeover", "/takeover", LIST.encode(), **(form | {"yuan": yuan})).status == 422
        )
    assert post_file(first, "/takeover", "/takeover", LIST.encode("gbk"), **form).status == 303
    totals = {"count": "2", "yuan": "112.50"}
    assert first.post("/takeover/1/agree", "/takeover", **totals).status == 422
    shown = second.get("/takeover").text
    assert "112.50" not in shown  # he reads it off the old system's report, not off this page
    assert second.post("/takeover/1/agree", "/takeover", count="2", yuan="112.5").status == 303
    assert second.post("/takeover/1/agree", "/takeover", **totals).status == 422
    assert first.post("/takeover/1/enter", "/takeover").status == 303
    assert "￥112.50" in first.get("/takeover").text
    found = office.read(lambda c: members.find(c, Scope.whole(1), "S1"))
    number = found[0]["cards"][0][0]
    assert "12.50" in first.get(f"/cards/{number}/1").text
    assert first.post("/takeover/1/drop", "/takeover").status == 422
