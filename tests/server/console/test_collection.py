"""The page of emptied kiosk boxes: this month, any days, a file, and nobody else's. F: D7 G4 H2"""

from typing import Any

import pytest

from onecard.clock import local
from onecard.wire import messages as m
from server.operators import permission
from server.operators import service as operators
from server.organisation import service as organisation
from tests.server.office import PASSWORD, Browser, Journal, Office


@pytest.fixture
def admin(office: Office) -> Browser:
    """A kiosk was short by one yuan, another right."""
    organised = office.write(lambda c: organisation.add_branch(c, office.unit, "北区"))
    outlet = int(office.write(lambda c: organisation.add_outlet(c, office.unit, "北区大厅", organised, 1)))
    for place, name, counted in ((1, "大厅机", 4_900), (outlet, "北区机", 5_000)):
        journal = Journal(office.till("kiosk", place, name))
        journal.append(m.Credit(**journal.head(), acceptor="A1", boot=1, cycle=1, value_fen=5_000))
        said: dict[str, Any] = {"counted": (m.Notes(100, counted // 100),), "metered": (m.Notes(5_000, 1),)}
        journal.append(m.Collection(**journal.head(), acceptor="A1", **said))
        journal.sync()
    return office.administrator()


def test_this_month_in_both_languages_with_its_sums(office: Office, admin: Browser) -> None:
    for language, word in (("zh", "共 2 次取款，1 次有差异"), ("en", "2 collections, 1 with a difference")):
        admin.cookies["onecard_language"] = language
        text = admin.get("/collections").text
        assert word in text
        assert "-￥1.00" in text
        assert "￥99.00" in text  # counted in all
        assert "console." not in text.replace("/console.css", "")
        assert 'href="/collections"' in admin.get("/settlement").text
    alone = admin.get("/collections?differing=1").text
    assert "大厅机" in alone
    assert "北区机" not in alone
    today = local(office.clock.now()).date().isoformat()
    assert "大厅机" not in admin.get("/collections?first=2020-01-01&last=2020-02-01").text
    assert "大厅机" in admin.get(f"/collections?first={today}&last={today}").text


def test_the_file_has_the_same_lines_and_sums_to_calculate_with(admin: Browser) -> None:
    admin.cookies["onecard_language"] = "en"
    reply = admin.get("/collections/csv")
    lines = reply.body.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("When,Branch,Outlet,Kiosk,Name,Box,Expected,Counted,Difference")
    assert any(",50.00,49.00,-1.00,50.00," in line for line in lines[1:])
    assert admin.get("/collections/xlsx").body.startswith(b"PK")
    assert admin.get("/collections/pdf").status == 422
    assert admin.get("/collections?first=2026-02-01&last=2026-01-01").status == 422
    assert admin.get("/collections?first=soon").status == 422


def test_a_branch_sees_its_own_and_an_owner_none(office: Office, admin: Browser) -> None:
    role = office.write(lambda c: operators.add_role(c, office.unit, "看", (permission.VIEW,)))
    office.operator("north", role, 2, password=PASSWORD)
    browser = office.browser()
    browser.log_in("north", PASSWORD)
    for path in ("/collections", "/collections/csv"):
        text = browser.get(path).text
        assert "北区机" in text
        assert "大厅机" not in text
