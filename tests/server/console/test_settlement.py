"""Goal: finance closes a day and settles with everybody in a browser; nobody sees another's. F: G1 G2

Method: a real day with trouble in it, closed by two people; an owner and a cashier look at what is theirs.
"""

import re

import pytest
from sqlalchemy import update

from server.exceptions.tables import exception
from server.operators import permission, service
from tests.server.console.day import Day
from tests.server.office import PASSWORD, Browser, Office


@pytest.fixture
def office(after_a_day: tuple[Office, Day]) -> Office:
    return after_a_day[0]


@pytest.fixture
def day(after_a_day: tuple[Office, Day]) -> Day:
    return after_a_day[1]


@pytest.fixture
def finance(office: Office, day: Day) -> Browser:
    """The administrator's browser; everything that happened has somebody in charge."""
    office.write(lambda c: c.execute(update(exception).values(in_charge=1)))
    office.operator("chief", 1, password=PASSWORD)
    return office.administrator()


def today(browser: Browser) -> str:
    found = re.search(r'name="day" type="date" value="([0-9-]+)"', browser.get("/settlement").text)
    assert found is not None
    return found[1]


def close(browser: Browser) -> None:
    """Whatever does not tie out, the chief lets through."""
    when = today(browser)
    reply = browser.post("/settlement/close", "/settlement", day=when)
    if reply.status == 422:
        reply = browser.post(
            "/settlement/close", "/settlement", day=when, second="chief", second_password=PASSWORD
        )
    assert reply.status == 303, reply.text


def test_a_day_is_closed_once_and_only_with_everything_in_somebodys_hands(
    office: Office, day: Day, finance: Browser
) -> None:
    office.write(lambda c: c.execute(update(exception).values(in_charge=0)))
    reply = finance.post("/settlement/close", "/settlement", day=today(finance))
    assert reply.status == 422
    assert "没有负责人" in reply.text
    office.write(lambda c: c.execute(update(exception).values(in_charge=1)))
    when = today(finance)
    close(finance)
    assert when in finance.get("/settlement").text
    again = finance.post("/settlement/close", "/settlement", day=when)
    assert again.status == 422


@pytest.mark.parametrize("day_text", ["", "tomorrow", "2026-13-01", "9999-01-01"])
def test_a_day_that_is_none_is_refused(day: Day, finance: Browser, day_text: str) -> None:
    assert finance.post("/settlement/close", "/settlement", day=day_text).status == 422


def test_an_owners_statement_goes_through_every_hand(office: Office, day: Day, finance: Browser) -> None:
    close(finance)
    drafted = finance.post("/settlement/draft", "/settlement", kind="owner", subject="2")
    assert drafted.status == 303
    path = drafted.headers["location"]
    assert finance.post(f"{path}/checked", path, note="核对无误").status == 303
    same = finance.post(f"{path}/confirmed", path, note="")
    assert same.status == 422
    owner_role = office.write(lambda c: service.add_role(c, 1, "东方餐饮老板", (permission.VIEW,)))
    number = office.operator("owner", owner_role, password=PASSWORD)
    narrow(office, number, owner_role, 2)
    owner = office.browser()
    owner.log_in("owner", PASSWORD)
    assert owner.post(f"{path}/confirmed", path, note="同意").status == 303
    assert owner.post(f"{path}/paid", path).status == 422
    assert finance.post(f"{path}/paid", path).status == 303
    assert finance.post(f"{path}/settled", path, note="").status == 303
    page = finance.get(path).text
    assert all(word in page for word in ("核对无误", "同意", "已结清"))


def narrow(office: Office, operator: int, role: int, owner: int) -> None:
    """He holds the role as this owner only."""
    from server.operators.tables import grant

    def write(c) -> None:
        c.execute(
            update(grant)
            .where(grant.c.operator == operator, grant.c.role == role)
            .values(branch=0, owner=owner)
        )

    office.write(write)


def test_an_owner_sees_his_own_statement_and_no_other(office: Office, day: Day, finance: Browser) -> None:
    close(finance)
    paths = [
        finance.post("/settlement/draft", "/settlement", kind="owner", subject=str(owner)).headers["location"]
        for owner in (1, 2)
    ]
    role = office.write(lambda c: service.add_role(c, 1, "业主甲", (permission.VIEW,)))
    narrow(office, office.operator("owner", role, password=PASSWORD), role, 2)
    owner = office.browser()
    owner.log_in("owner", PASSWORD)
    assert owner.get(paths[1]).status == 200
    assert owner.get(paths[0]).status == 422
    assert paths[0] not in owner.get("/settlement").text
    for action in ("checked", "dropped", "paid", "settled"):
        assert owner.post(f"{paths[1]}/{action}", "/settlement").status == 422, action
    for path, fields in (("close", {"day": today(finance)}), ("draft", {"kind": "owner", "subject": "2"})):
        assert owner.post(f"/settlement/{path}", "/settlement", **fields).status == 403


def test_paying_in_another_amount_takes_a_second_password(office: Office, day: Day, finance: Browser) -> None:
    close(finance)
    path = finance.post("/settlement/draft", "/settlement", kind="operator", subject="1").headers["location"]
    finance.post(f"{path}/checked", path, note="")
    chief = office.browser()
    chief.log_in("chief", PASSWORD)
    assert chief.post(f"{path}/confirmed", path, note="").status == 303
    for second, password in (("", ""), ("chief", "wrong-password-1"), ("admin", PASSWORD)):
        reply = finance.post(f"{path}/paid", path, paid="1.00", second=second, second_password=password)
        assert reply.status == 422, second
    paid = finance.post(f"{path}/paid", path, paid="1.00", second="chief", second_password=PASSWORD)
    assert paid.status == 303, paid.text
    assert "已付款" in finance.get(path).text
