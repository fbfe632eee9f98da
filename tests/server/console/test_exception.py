"""Goal: a matter is looked into and settled in a browser, by two people, and never by one. F: G6 A14

Method: a real void larger than its sale; two administrators with passwords of their own.
"""

import re

import pytest
from sqlalchemy import select

from onecard.ids import RecordId
from server.books.tables import posting
from server.cards.service import freeze
from server.exceptions.tables import exception
from tests.server.console.day import Day
from tests.server.office import PASSWORD, Browser, Office


@pytest.fixture
def office(after_a_day: tuple[Office, Day]) -> Office:
    return after_a_day[0]


@pytest.fixture
def day(after_a_day: tuple[Office, Day]) -> Day:
    return after_a_day[1]


def first_open(office: Office, kind: str) -> int:
    query = select(exception.c.exception).where(exception.c.kind == kind, exception.c.closed_at.is_(None))
    return office.read(lambda c: c.execute(query).scalars().first())


def another(office: Office) -> Browser:
    office.operator("chief", 1, password=PASSWORD)
    browser = office.browser()
    browser.log_in("chief", PASSWORD)
    return browser


@pytest.fixture
def excess(office: Office, day: Day) -> int:
    """A void of a sale that nobody knows: the till's difference."""

    def put(connection) -> None:
        connection.execute(
            exception.insert().values(
                unit_id=office.unit, exception=9_001, kind="void_excess", subject="1001-1-9", fact=None,
                card=0, issue=0, terminal=day.first.till.terminal, fen=500, detail='{"voids":"1001-1-3"}',
                at=office.clock.now(), closed_by=0, note="", in_charge=0, second=0, settled_by=0,
            )
        )  # fmt: skip

    office.write(put)
    return 9_001


def test_it_is_taken_proposed_and_agreed_to(office: Office, excess: int) -> None:
    one, other = office.administrator(), another(office)
    page = f"/exceptions/{excess}"
    assert "9001" in one.get(page).text
    assert one.post(f"{page}/assign", page).status == 303
    reply = one.post(
        f"{page}/propose", page, action="bear", bearer="unit", who="", amount="5.00", note="miskeyed"
    )
    assert reply.status == 303, reply.text
    again = one.post(f"{page}/propose", page, action="bear", bearer="unit", who="", amount="5.00", note="x")
    assert again.status == 422
    same = one.post("/proposals/1/agree", "/exceptions")
    assert same.status == 422
    assert other.post("/proposals/1/agree", "/exceptions").status == 303
    assert first_open(office, "void_excess") is None
    rows = office.read(lambda c: c.execute(select(posting.c.debit)).scalars().all())
    assert any(name.startswith("loss:terminal:") for name in rows)
    closed = one.get("/exceptions?closed=1").text
    assert "miskeyed" in closed
    assert one.get(page).status == 200


def test_declined_is_open_again(office: Office, excess: int) -> None:
    one, other = office.administrator(), another(office)
    page = f"/exceptions/{excess}"
    one.post(f"{page}/propose", page, action="bear", bearer="unit", who="", amount="5", note="x")
    assert other.post("/proposals/1/decline", "/exceptions").status == 303
    assert other.post("/proposals/1/agree", "/exceptions").status == 422
    assert first_open(office, "void_excess") == excess


@pytest.mark.parametrize(
    "fields",
    [
        {"action": ""},
        {"action": "repair", "body": "{}"},
        {"action": "bear", "amount": "0.001"},
        {"action": "bear", "amount": "١٢"},
        {"action": "bear", "amount": "1e9"},
        {"action": "bear", "amount": "-1"},
        {"action": "bear", "amount": "5", "bearer": "operator", "who": "x"},
        {"action": "bear", "amount": "5", "bearer": "operator", "who": ""},
        {"action": "bear", "amount": "5", "note": ""},
        {"action": "bear", "amount": "5", "note": "x" * 501},
    ],
)
def test_bad_forms_are_refused_and_change_nothing(office: Office, excess: int, fields: dict) -> None:
    browser = office.administrator()
    page = f"/exceptions/{excess}"
    said = {"bearer": "unit", "who": "", "amount": "5", "note": "n", **fields}
    assert browser.post(f"{page}/propose", page, **said).status == 422
    assert "/proposals/" not in browser.get("/exceptions").text


def test_a_terminal_is_given_up_by_two(office: Office, day: Day) -> None:
    one, other = office.administrator(), another(office)
    number = day.second.till.terminal
    assert one.post(f"/terminals/{number}/lost", "/terminals").status == 303
    assert one.post("/terminals/99/lost", "/terminals").status == 422
    assert other.post("/proposals/1/agree", "/exceptions").status == 303


def test_the_card_page_tells_the_history_on_the_stop_list(office: Office, day: Day) -> None:
    """A14: why, where and by whom."""
    card = 10_001
    office.write(
        lambda c: freeze(
            c, office.unit, RecordId(65_000, 1, 9_999_001), card, 1, why="dispute", operator=1,
            now=office.clock.now(), outlets=(1,),
        )
    )  # fmt: skip
    text = office.administrator().get(f"/cards/{card}/1").text
    assert "争议" in text
    assert "冻结" in text


def key_on(browser: Browser, page: str) -> str:
    found = re.search(r'name="key" value="([0-9-]+)"', browser.get(page).text)
    assert found is not None
    return found[1]


def test_a_card_is_frozen_and_given_back_in_the_browser(office: Office, day: Day) -> None:
    """A14: at one outlet, with a reason."""
    browser, page = office.administrator(), "/cards/10001/1"
    key = key_on(browser, page)
    assert browser.post(f"{page}/freeze", page, key=key, why="debt", outlets="1").status == 303
    assert "解除冻结" in browser.get(page).text
    back = key_on(browser, page)
    assert browser.post(f"{page}/unfreeze", page, key=back).status == 303
    assert browser.post(f"{page}/unfreeze", page, key=key_on(browser, page)).status == 422


@pytest.mark.parametrize(
    ("deed", "fields"),
    [
        ("freeze", {"why": "debt", "outlets": "99"}),
        ("freeze", {"why": "debt", "outlets": "x"}),
        ("freeze", {"why": "<script>"}),
        ("refund", {"sale": "' or 1=1"}),
        ("refund", {"sale": "1001-1-999999"}),
        ("collect", {}),
        ("steal", {}),
        ("freeze", {"why": "debt", "key": "1001-1-1"}),
    ],
)
def test_bad_deeds_are_refused(office: Office, day: Day, deed: str, fields: dict) -> None:
    browser, page = office.administrator(), "/cards/10001/1"
    said = {"key": key_on(browser, page), **fields}
    assert browser.post(f"{page}/{deed}", page, **said).status == 422
