"""Goal: lists come in with a preview, people are changed and forgotten, places and roles are arranged, in
both languages and only by who may. F: A10 A12 A16 H1 H2 H3

Method: the real pages in this process, files posted as a browser posts them.
"""

import io

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from onecard.errors import Refused
from server import tabular
from server.books.reconcile import reconcile
from server.cards.tables import card
from server.members import draft, service
from server.migrations import whole_metadata
from server.operators import log
from server.organisation.scope import Scope
from tests.server.console.day import NAMES, Day
from tests.server.office import PASSWORD, Browser, Office, Reply

WHOLE = Scope.whole(1)
JPEG = b"\xff\xd8\xff\xe0" + bytes(100) + b"\xff\xd9"


def post_file(browser: Browser, path: str, source: str, raw: bytes, **fields: str) -> Reply:
    """A form with a file in it, as the page ``source`` gave it."""
    fields.setdefault("form_token", browser.form_token(source))
    edge = "----onecard"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n'
    parts.append(f"{head}Content-Type: text/csv\r\n\r\n".encode() + raw + b"\r\n")
    body = b"".join(parts) + f"--{edge}--\r\n".encode()
    return browser.raw(path, body, **{"content-type": f"multipart/form-data; boundary={edge}"})


@pytest.fixture
def browser(office: Office) -> Browser:
    return office.administrator()


def names(office: Office) -> set[str]:
    return {row["name"] for row in office.read(lambda c: service.find(c, WHOLE, "", 1000))}


LIST = "编号,姓名,电话,鞋码\nS1,李雷,13800000000,42\nS2,,,\nS1,韩梅梅,,\nS3,=cmd(),,\n"


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "gbk"])
def test_a_list_is_shown_before_it_is_taken_over(office: Office, browser: Browser, code: str) -> None:
    shown = post_file(browser, "/members/import", "/members/import", LIST.encode(code), branch="1")
    where = shown.headers["location"]
    for language, words in (
        ("zh", ("姓名须为 1–64 个", "编号与第 2 行相同", "没有用到：鞋码")),
        ("en", ("Same number as in line 2", "not used: 鞋码", "Bad rows")),
    ):
        browser.get(f"/language/{language}?back=/")
        text = browser.get(where).text
        for word in words[1:]:
            assert word in text, (language, word)
    assert names(office) == set()
    reply = browser.post(where, where, new="2", changed="0", bad="1")
    assert reply.status == 422  # not what was shown
    assert browser.post(where, where, new="2", changed="0", bad="2").headers["location"] == "/members"
    assert names(office) == {"李雷", "=cmd()"}
    assert browser.post(where, "/members/import", new="2", changed="0", bad="2").status == 422


def test_bad_rows_come_back_as_a_file_that_can_be_handed_in_again(office: Office, browser: Browser) -> None:
    where = post_file(browser, "/members/import", "/members/import", LIST.encode(), branch="1").headers[
        "location"
    ]
    reply = browser.get(where + "/bad")
    assert reply.headers["content-disposition"] == 'attachment; filename="members-to-correct.csv"'
    lines = tabular.read(reply.body)
    assert [line.cells[0] for line in lines] == ["行", "3", "4"]
    assert office.read(lambda c: draft.plan(c, WHOLE, lines, 1, False)).bad


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "没有内容"), (b"x,y\n1,2", "缺少"), (b"\xff\xff\xff", "编码"), (b"PK\x03\x04", "损坏"),
        (b"\xd0\xcf\x11\xe0", ".xls"), (b"a\n" * 30_000, "行数太多"),
    ],
)  # fmt: skip
def test_a_bad_file_gets_a_clear_word_and_nothing_is_lost(browser: Browser, raw: bytes, said: str) -> None:
    reply = post_file(browser, "/members/import", "/members/import", raw, branch="1")
    assert reply.status == 422
    assert said in reply.text


def test_a_file_needs_a_visitor_a_token_and_a_size(office: Office, browser: Browser) -> None:
    stranger = office.browser()
    stranger.form_token("/log-in")
    reply = post_file(stranger, "/members/import", "/log-in", LIST.encode(), branch="1")
    assert reply.status == 401
    forged = post_file(browser, "/members/import", "/members", LIST.encode(), branch="1", form_token="0" * 64)
    assert forged.status == 403
    large = post_file(browser, "/members/import", "/members/import", b"x" * (5 << 20), branch="1")
    assert large.status == 413
    office.operator("boss", 5, password=PASSWORD)  # sees members, may not carry them away
    boss = office.browser()
    boss.log_in("boss", PASSWORD)
    assert post_file(boss, "/members/import", "/members/new", LIST.encode(), branch="1").status == 403
    assert boss.get("/members/export/csv").status == 403


def test_everybody_is_taken_along_and_no_cell_is_a_formula(office: Office, browser: Browser) -> None:
    where = post_file(browser, "/members/import", "/members/import", LIST.encode(), branch="1").headers[
        "location"
    ]
    browser.post(where, where, new="2", changed="0", bad="2")
    book = load_workbook(io.BytesIO(browser.get("/members/export/xlsx").body))
    assert [cell.value for cell in book.active[2]][:3] == ["S1", "李雷", "13800000000"]
    assert book.active["B3"].data_type == "s"
    raw = browser.get("/members/export/csv").body
    assert b"'=cmd()" in raw
    lines = tabular.read(raw)
    plan = office.read(lambda c: draft.plan(c, WHOLE, lines, 1, False))
    assert [row.deed for row in plan.rows] == [draft.SAME, draft.SAME]
    assert "member.export" in [
        line["action"] for line in office.read(lambda c: log.search(c, WHOLE, log.Wanted()))
    ]


def test_a_person_is_changed_and_forgotten_and_the_log_closes(office: Office, browser: Browser) -> None:
    browser.post("/members/new", name="欧阳寻常", number="S1", phone="13812345678", branch="1", group="学生")
    values = {"name": "欧阳新", "number": "S1", "phone": "13812345678", "department": "研发", "group": "学生"}
    assert browser.post("/members/1/change", **values).status == 303
    assert browser.post("/members/1/change", **(values | {"phone": "12"})).status == 422
    told = browser.get("/log?q=member").text
    assert "欧阳寻常 → 欧阳新" in told
    assert post_file(browser, "/members/1/photo", "/members/1", JPEG).status == 303
    assert browser.get("/members/1/photo").body == JPEG
    for bad in (b"", b"GIF89a", JPEG[:-2], JPEG + bytes(300_000) + b"\xff\xd9"):
        assert post_file(browser, "/members/1/photo", "/members/1", bad).status == 422
    assert browser.post("/members/1/erase", number="S2").status == 422
    assert browser.post("/members/1/erase", number="S1").status == 303
    assert browser.get("/members/1").status == 200
    assert browser.get("/members/1/photo").status == 422
    assert browser.get("/members/1/change").status == 422
    for page in ("/members/1", "/members", "/log?q=member", "/"):
        text = browser.get(page).text
        assert "欧阳" not in text, page
        assert "13812345678" not in text, page
    assert office.read(lambda c: log.check(c, 1)) == []


def test_many_at_once_are_those_that_were_seen(office: Office) -> None:
    day = Day(office)
    browser = office.administrator()
    text = browser.get("/members/many?department=%E8%A1%8C%E6%94%BF%E9%83%A8").text
    assert 'name="told" value="3"' in text
    form = {"department": "行政部", "group": "", "told": "3"}
    back = "/members/many?department=%E8%A1%8C%E6%94%BF%E9%83%A8"
    assert browser.post("/members/many", back, deed="move", to="后勤", **(form | {"told": "2"})).status == 422
    assert browser.post("/members/many", back, deed="extend", until="2020-01-01", **form).status == 422
    assert browser.post("/members/many", back, deed="nothing", **form).status == 422
    assert "已处理 3 项" in browser.post("/members/many", back, deed="leave", **form).text
    assert "已处理 3 项" in browser.post("/members/many", back, deed="move", to="毕业", **form).text
    sheet = load_workbook(io.BytesIO(browser.get("/members/many/pay-out?department=%E6%AF%95%E4%B8%9A").body))
    assert sheet.active.max_row == 1 + sum(1 for at in range(9) if at % 5 == 1)
    assert load_workbook(io.BytesIO(browser.get("/members/many/idle?days=9").body)).active.max_row == 1
    assert browser.get("/members/many/idle?days=x").status == 422
    assert day.members


def test_places_are_arranged_by_who_holds_them(office: Office, browser: Browser) -> None:
    assert browser.post("/organisation/branch", "/organisation", name="东校区").status == 303
    assert browser.post("/organisation/owner", "/organisation", name="东方餐饮").status == 303
    new = {"name": "二食堂", "branch": "2", "owner": "2"}
    assert browser.post("/organisation/outlet", "/organisation", **new).status == 303
    assert (
        browser.post("/organisation/unit", "/organisation", name="示范集团", day_starts="06:00").status == 303
    )
    text = browser.get("/organisation").text
    assert all(word in text for word in ("东校区", "东方餐饮", "二食堂", "示范集团", "06:00"))
    for fields in (
        {"name": "", "branch": "1", "owner": "1"}, {"name": "x", "branch": "9", "owner": "1"},
        {"name": "x", "branch": "1", "owner": "9"}, {"name": "x", "branch": "x", "owner": "1"},
    ):  # fmt: skip
        assert browser.post("/organisation/outlet", "/organisation", **fields).status == 422
    for starts in ("", "6", "24:00", "06:60", "a:b", "-1:00", "０６:00", "006:00"):
        reply = browser.post("/organisation/unit", "/organisation", name="x", day_starts=starts)
        assert reply.status == 422, starts
    role = office.write(
        lambda c: __import__("server.operators.role", fromlist=["x"]).add_role(
            c, 1, "分店", ("console.organisation",)
        )
    )
    office.operator("east", role, branch=2, password=PASSWORD)
    east = office.browser()
    east.log_in("east", PASSWORD)
    assert "一号网点" not in east.get("/organisation").text
    assert (
        east.post("/organisation/outlet/1", "/organisation", name="偷", branch="2", owner="2").status == 422
    )
    for path, fields in (
        ("/organisation/branch", {"name": "x"}), ("/organisation/owner", {"name": "x"}),
        ("/organisation/branch/1", {"name": "x"}), ("/organisation/owner/2", {"name": "x"}),
        ("/organisation/unit", {"name": "x", "day_starts": "00:00"}),
        ("/organisation/outlet", {"name": "x", "branch": "1", "owner": "1"}),
        ("/organisation/outlet/2", {"name": "x", "branch": "1", "owner": "2"}),
    ):  # fmt: skip
        assert east.post(path, "/organisation", **fields).status == 422, path
    assert east.post("/organisation/branch/2", "/organisation", name="东区").status == 303
    moved = {"name": "二食堂 A", "branch": "2", "owner": "1"}
    assert east.post("/organisation/outlet/2", "/organisation", **moved).status == 303


def test_roles_and_grants_are_changed_in_the_console(office: Office, browser: Browser) -> None:
    assert browser.post("/roles/new", name="看报表", **{"console.view": "1"}).status == 303
    assert browser.post("/roles/new", name="").status == 422
    assert "看报表" in browser.get("/roles").text
    assert (
        browser.post(
            "/roles/8", **{"name": "看报表和名单", "console.view": "1", "console.member": "1"}
        ).status
        == 303
    )
    assert browser.get("/roles/99").status == 422
    number = office.operator("new", 3, password=PASSWORD)
    path = f"/operators/{number}"
    assert browser.post(path + "/grants", path, role0="8", branch0="1", owner0="0").status == 303
    assert browser.post(path + "/grants", path, role0="").status == 422
    assert browser.post(path + "/grants", path, role0="8", branch0="77").status == 422
    new = office.browser()
    new.log_in("new", PASSWORD)
    assert new.get("/members/new").status == 200
    once = browser.post(path + "/password", path).text
    assert new.get("/members/new").headers["location"] == "/log-in"
    password = once.split('class="code">')[1].split("<")[0]
    assert new.log_in("new", password).status == 303
    assert new.get("/").headers["location"] == "/password"
    assert browser.get("/operators/1").status == 422  # himself


def test_figures_are_shown_for_any_period_and_taken_along(office: Office) -> None:
    Day(office)
    browser = office.administrator()
    for language, word in (("zh", "卡片统计"), ("en", "Card statistics")):
        browser.get(f"/language/{language}?back=/")
        assert word in browser.get("/statistics").text
        assert word in browser.get("/statistics?first=2026-01-01&last=2026-12-31").text
    assert "￥" not in browser.get("/statistics/csv").text.splitlines()[0]
    assert browser.get("/statistics/xlsx?first=2026-01-01").body.startswith(b"PK")
    for bad in ("first=x", "first=2026-13-01", "first=2026-02-02&last=2026-02-01", "last=9"):
        assert browser.get(f"/statistics?{bad}").status == 422, bad
    assert browser.get("/statistics/exe").status == 422


def test_the_log_is_searched_and_bad_days_are_named(office: Office, browser: Browser) -> None:
    browser.post("/members/new", name="李雷", branch="1")
    assert "新增会员" in browser.get("/log?q=member.add").text
    assert "新增会员" not in browser.get("/log?q=terminal").text
    assert "新增会员" not in browser.get("/log?until=2020-01-01").text
    assert "新增会员" in browser.get("/log?since=2020-01-01&operator=1").text
    for odd in ("q=%25", "operator=x", "before=x", "operator=99999999999999999", "q=%00"):
        assert browser.get(f"/log?{odd}").status == 200, odd
    assert browser.get("/log?since=x").status == 422


def test_an_erased_person_may_not_have_a_card(office: Office) -> None:
    day = Day(office)
    browser = office.administrator()
    key = day.members[0]
    assert "还有未退的卡" in browser.get(f"/members/{key}/erase").text
    assert browser.post(f"/members/{key}/erase", "/members/new", number="S0000").status == 422
    office.write(lambda c: c.execute(card.update().where(card.c.member == key).values(state="returned")))
    assert browser.post(f"/members/{key}/erase", number="S0000").status == 303
    with pytest.raises(Refused):
        office.write(
            lambda c: service.change_member(c, WHOLE, key, 0, name="x", number="", phone="", department="")
        )


def test_whoever_traded_and_left_is_nowhere_in_the_whole_database(office: Office) -> None:
    """After a day of terminals, journals, documents, exceptions and exports. F: A12"""
    day = Day(office)
    browser = office.administrator()
    key, name, phone, number = day.members[0], NAMES[0], "13800000000", "S0000"
    browser.post(f"/members/{key}/change", name=name, number=number, phone=phone, department="后勤", group="")
    assert post_file(browser, f"/members/{key}/photo", f"/members/{key}", JPEG).status == 303
    day.first.till.fetch()
    office.write(lambda c: c.execute(card.update().where(card.c.member == key).values(state="returned")))
    assert browser.post(f"/members/{key}/erase", number=number).status == 303

    def dump(c: sa.Connection) -> str:
        cells = (
            cell
            for table in whole_metadata().sorted_tables
            for row in c.execute(sa.select(table))
            for cell in row
        )
        return "\n".join(
            cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell) for cell in cells
        )

    everything = office.read(dump)
    assert NAMES[1] in everything
    assert not [word for word in (name, phone, number) if word in everything]
    assert office.read(lambda c: reconcile(c, 1)) == []
    assert office.read(lambda c: log.check(c, 1)) == []
    told = day.first.till.fetch()["members"]
    assert [one.name for one in told.members if one.member == key] == [""]
