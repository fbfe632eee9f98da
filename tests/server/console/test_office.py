"""Goal: what the books can do about a card, an office can order in the browser, once, with the right to it.

Method: the forms as a browser sends them over an office with everything going on, and the books behind them.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from onecard.clock import local
from onecard.rules.periods import PLAIN
from onecard.rules.pricing import unit_price
from server.books import tables as books
from server.books.reconcile import reconcile
from server.cards import tables as cards
from server.catalogue.service import card_type_of, products
from server.console.page import quantity
from server.exceptions.proposal import proposals
from server.organisation.scope import Scope
from tests.server.console.day import Day
from tests.server.console.kept import Kept
from tests.server.console.stock import Stock
from tests.server.office import PASSWORD, Browser, Office, Reply

Known = tuple[Day, Stock, Browser]


@pytest.fixture
def opened(kept_stock: Kept[Known], tmp_path: Path) -> Iterator[tuple[Office, Known]]:
    made = kept_stock.open(tmp_path / "server")
    yield made
    made[0].close()


@pytest.fixture
def office(opened: tuple[Office, Known]) -> Office:
    return opened[0]


@pytest.fixture
def day(opened: tuple[Office, Known]) -> Day:
    return opened[1][0]


@pytest.fixture
def stock(opened: tuple[Office, Known]) -> Stock:
    return opened[1][1]


@pytest.fixture
def admin(opened: tuple[Office, Known]) -> Browser:
    return opened[1][2]


@pytest.fixture
def other(office: Office, stock: Stock) -> Browser:
    """The second person, whom ``stock`` knows."""
    browser = office.browser()
    browser.log_in("second", PASSWORD)
    return browser


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found is not None, page[-1500:]
    return found[1]


def send(browser: Browser, path: str, shown: str, **fields: str) -> Reply:
    """A form with the id it was shown with."""
    return browser.post(path, shown, key=hidden(browser.get(shown).text, "key"), **fields)


def balance(office: Office, account: str) -> int:
    """And the books tie out."""
    assert office.read(lambda c: reconcile(c, office.unit)) == []
    table = books.posting
    rows = office.read(lambda c: c.execute(select(table).where(table.c.unit_id == office.unit)).all())
    return sum(int(row.fen) * ((row.credit == account) - (row.debit == account)) for row in rows)


def state_of(office: Office, card: int) -> tuple[str, int]:
    query = select(cards.card.c.state, cards.card.c.issue).where(cards.card.c.card == card)
    row = office.read(lambda c: c.execute(query).one())
    return row.state, row.issue


# ---- a card's life. F: A4 A5 A8


def test_an_account_card_is_replaced_and_the_new_plastic_works_at_once(
    office: Office, admin: Browser, stock: Stock
) -> None:
    path = f"/cards/{stock.account}/1/handover"
    no = send(admin, path, path, deed="replace", uid="*", until="2030-01-01")
    assert (no.status, "卡片编号无效" in no.text) == (422, True)
    done = send(admin, path, path, deed="replace", uid="0A0B0C0E", until="2030-01-01")
    assert done.headers["location"] == f"/cards/{stock.account}/2"
    assert state_of(office, stock.account) == ("active", 2)
    assert balance(office, f"card:{stock.account}:main") == 60_000
    old = admin.get(path).text
    assert "这张卡已办理" in old


def test_a_card_with_its_money_on_the_plastic_is_replaced_and_something_held_back(
    office: Office, admin: Browser, day: Day
) -> None:
    card = day.cards[6].card
    path = f"/cards/{card}/1/handover"
    assert send(admin, path, path, deed="replace", uid="01020399", until="2030-01-01").status == 303
    assert state_of(office, card) == ("replaced", 2)
    assert "等待终端上传" in admin.get(path).text


def test_a_card_is_moved_to_the_formal_one(office: Office, admin: Browser, stock: Stock, day: Day) -> None:
    path = f"/cards/{stock.account}/1/handover"
    admin.post("/holds/settle", "/holds", key=hidden(admin.get("/holds").text, "key"),
               hold=hidden(admin.get("/holds").text, "hold"), due="")  # fmt: skip
    to = day.cards[1].card
    done = send(admin, path, path, deed="transfer", to=str(to))
    assert done.headers["location"] == f"/cards/{to}/1"
    assert balance(office, f"card:{to}:1:main:waiting") == 80_000
    assert state_of(office, stock.account)[0] == "returned"


def test_a_card_is_returned_and_a_plastic_only_after_its_lock(
    office: Office, admin: Browser, stock: Stock, day: Day
) -> None:
    path = f"/cards/{stock.account}/1/handover"
    held = send(admin, path, path, deed="return")
    assert held.status == 422  # a deposit is held
    hold = admin.get("/holds").text
    admin.post("/holds/settle", "/holds", key=hidden(hold, "key"), hold=hidden(hold, "hold"), due="")
    assert send(admin, path, path, deed="return").status == 303
    assert balance(office, f"card:{stock.account}:main") == 0
    purse = f"/cards/{day.cards[7].card}/1/handover"
    assert send(admin, purse, purse, deed="return").status == 422
    assert send(admin, purse, purse, deed="steal").status == 422


def test_a_waiting_load_is_taken_back_once(office: Office, admin: Browser, stock: Stock, day: Day) -> None:
    """D9"""
    card = day.cards[5].card
    path = f"/cards/{card}/1/loads"
    assert send(admin, path, path, number="1", target="promo:gift").status == 422
    assert send(admin, path, path, number="99", target="vault").status == 422
    assert balance(office, f"card:{card}:1:main:waiting") == 5_000
    assert send(admin, path, path, number="1", target="vault").status == 303
    assert balance(office, f"card:{card}:1:main:waiting") == 0
    assert send(admin, path, "/gifts", number="1", target="vault").status == 422


def test_part_of_a_sale_goes_back_line_by_line(office: Office, admin: Browser, day: Day) -> None:
    """A4: only when the shift is closed, never more than was sold."""
    query = select(books.entry.c.entry, books.entry.c.card, books.entry.c.fen).where(
        books.entry.c.kind == "sale", books.entry.c.terminal == day.first.terminal
    )
    sale = office.read(lambda c: c.execute(query.order_by(books.entry.c.entry)).first())
    path = f"/sales/{sale.entry}"
    early = send(admin, f"{path}/refund", path, line0="1", reason="goods")
    assert (early.status, "交班" in early.text or "班次" in early.text) == (422, True)
    day.first.close_shift(0, 0)
    day.first.sync()
    assert send(admin, f"{path}/refund", path, line0="", reason="goods").status == 422
    assert send(admin, f"{path}/refund", path, line0="2", reason="goods").status == 422
    before = balance(office, f"card:{sale.card}:1:main:waiting")
    assert send(admin, f"{path}/refund", path, line0="0.5", reason="goods").status == 303
    assert balance(office, f"card:{sale.card}:1:main:waiting") - before == -sale.fen // 2
    assert send(admin, f"{path}/refund", path, all="1", reason="goods").status == 303
    assert balance(office, f"card:{sale.card}:1:main:waiting") - before == -sale.fen
    assert "已全部退回" in admin.get(path).text


# ---- gifts, points, uses. F: A17 B5 B7


def test_a_gift_stays_within_its_quota_and_nobody_sets_his_own(
    office: Office, admin: Browser, stock: Stock
) -> None:
    card = str(stock.account)
    before = balance(office, f"card:{card}:gift")
    assert send(admin, "/gifts", "/gifts", card=card, amount="20", reason="guest").status == 303
    assert balance(office, f"card:{card}:gift") - before == 2_000
    assert send(admin, "/gifts", "/gifts", card=card, amount="480", reason="guest").status == 422
    assert admin.post("/gifts/quota", "/gifts", operator="1", quota="9000").status == 422
    assert admin.post("/gifts/quota", "/gifts", operator=str(stock.second), quota="9").status == 303


def test_points_are_redeemed_only_as_far_as_there_are_any(admin: Browser, stock: Stock) -> None:
    shown = f"/rewards?card={stock.account}"
    reply = send(admin, "/rewards/redeem", shown, card=str(stock.account), reward="1", pieces="1")
    assert reply.status == 422
    assert admin.post("/rewards", name="雨伞", points="300", fen="", stock="5").status == 303
    assert "雨伞" in admin.get("/rewards").text
    assert admin.post("/rewards/3/end", "/rewards").status == 303
    assert "雨伞" not in admin.get("/rewards").text


def test_uses_are_sold_at_the_office(office: Office, admin: Browser, stock: Stock) -> None:
    """The cash is in the clerk's hands: no till took it, so none counts it."""
    shown, card = f"/counts?card={stock.account}", str(stock.account)
    sold = {"card": card, "kind": "swim", "times": "5", "amount": "100", "source": "cash"}
    hands = balance(office, "operator:1:cash")
    assert send(admin, "/counts", shown, **sold).status == 303
    assert balance(office, f"card:{card}:prepaid:swim") == 30_000
    assert balance(office, "operator:1:cash") == hands - 10_000
    assert send(admin, "/counts", shown, **{**sold, "source": "bank"}).status == 303
    assert balance(office, "gateway:bank") == -10_000
    assert send(admin, "/counts", shown, **{**sold, "source": "nobody"}).status == 422
    assert send(admin, "/counts", shown, **{**sold, "kind": "游泳"}).status == 422
    assert send(admin, "/counts/clear", shown, card=card, kind="swim").status == 422


# ---- two people. F: B11 C20


def test_a_paper_slip_takes_two_and_both_see_what_it_says(
    office: Office, admin: Browser, other: Browser, stock: Stock
) -> None:
    at = (local(office.clock.now()) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    slip = {"outlet": "1", "number": "4711", "card": str(stock.account), "amount": "8.80", "at": at}
    assert admin.post("/slips", **slip).status == 303
    assert admin.post("/slips", **{**slip, "at": "1999-01-01T00:00"}).status == 422
    assert admin.post("/slips", **{**slip, "outlet": "99"}).status == 422
    east = Scope(office.unit, frozenset({(2, 0)}))
    mine, others = (office.read(lambda c, who=who: proposals(c, east, who)) for who in (1, 99))
    assert [row["asked_by"] for row in mine] == [1] * len(mine)
    assert (len(mine) > 0, others) == (True, [])  # of a branch: what one asked for oneself
    page = other.get("/approvals").text
    assert "4711" in page
    assert "8.80" in page
    number = re.findall(r'action="/proposals/(\d+)/agree"', page)[-1]
    assert admin.post(f"/proposals/{number}/agree", "/approvals").status == 422
    before = balance(office, f"card:{stock.account}:main")
    assert other.post(f"/proposals/{number}/agree", "/approvals").status == 303
    assert balance(office, f"card:{stock.account}:main") == before - 880
    assert "4711" not in other.get("/approvals").text


def test_an_adjustment_is_booked_by_the_other_person_only(
    office: Office, admin: Browser, other: Browser, stock: Stock
) -> None:
    card = stock.account
    shown = admin.get("/adjustments").text
    assert 'value="promo:gift"' in shown
    assert 'value="card:*:gift"' in shown
    two = {"debit": "promo:gift", "credit": "card:*:gift", "credit_card": str(card), "amount": "7"}
    two["reason"] = "audit"
    assert admin.post("/adjustments", **two).status == 303
    for bad in (
        {"credit": "nobody"}, {"credit_card": ""}, {"credit_card": "99999"}, {"debit": "till:9999:cash"},
        {"credit": f"card:{card}:gift"}, {"credit": "card:*:main:purse"},
    ):  # fmt: skip
        assert admin.post("/adjustments", **{**two, **bad}).status == 422, bad
    assert admin.post("/adjustments", card=str(card), amount="7", reason="uncollectable").status == 303
    before = balance(office, f"card:{card}:gift")
    assert send(admin, "/adjustments/2/agree", "/adjustments").status == 422
    assert send(other, "/adjustments/2/agree", "/adjustments").status == 303
    assert balance(office, f"card:{card}:gift") == before + 700
    assert send(other, "/adjustments/3/drop", "/adjustments").status == 303


def test_the_same_terminal_is_not_proposed_lost_twice(admin: Browser, stock: Stock, day: Day) -> None:
    path = f"/terminals/{day.second.till.terminal}"
    assert "申报遗失" in admin.get(path).text
    assert admin.post(f"{path}/lost", path).status == 422


# ---- lists, centres, salespeople. F: A2 A17 B12


def test_an_issue_list_skips_and_comes_back(admin: Browser, stock: Stock) -> None:
    path = f"/issuing/{stock.issue_list}"
    assert admin.post(f"{path}/skip", path, line="1").status == 303
    assert admin.post(f"{path}/skip", path, line="1").status == 422
    assert "不在" in admin.get(path).text
    assert admin.post(f"{path}/recall", path).status == 303
    assert admin.get("/issuing/99").status == 422


def test_a_centre_changes_its_limit_and_a_meal_is_taken_back_once(
    office: Office, admin: Browser, stock: Stock
) -> None:
    assert admin.post("/centres/1", "/centres", limit="450", active="1").status == 303
    meal = {"centre": "1", "outlet": "1", "amount": "20", "people": "1", "purpose": "visit"}
    assert send(admin, "/credit/meal", "/credit", **meal).status == 422
    entry = hidden(admin.get("/centres").text, "entry")
    assert send(admin, "/centres/meals/back", "/centres", entry=entry).status == 303
    assert balance(office, "centre:1") == -32_000
    assert send(admin, "/centres/meals/back", "/centres", entry=entry).status == 422


def test_the_commission_report_names_people_and_can_be_taken_along(admin: Browser, stock: Stock) -> None:
    page = admin.get("/salespeople").text
    assert "second 姓名" in page
    assert "12.00" in page
    assert "12.00" in admin.get("/salespeople/report/csv").body.decode("utf-8-sig")
    assert admin.post("/salespeople", operator=str(stock.second), share="101").status == 422
    assert admin.post("/salespeople/1/end", "/salespeople").status == 303
    assert "￥12.00" in admin.get("/salespeople").text  # what was sold stays


# ---- card types, prices, calendars. F: A1 B6 B10 B13


def rules_of(page: str) -> dict[str, str]:
    """The fields of the page's largest form, as a browser would send them back."""
    form = max(re.findall(r"<form.*?</form>", page, re.S), key=len)
    fields = dict(re.findall(r'<input id="[^"]*" name="([^"]+)"[^>]*? value="([^"]*)"', form))
    ticks = re.findall(r'<input type="checkbox" name="([^"]+)" value="1" checked>', form)
    for name, options in re.findall(r'<select id="[^"]*" name="([^"]+)">(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    fields |= dict.fromkeys(ticks, "1")
    return fields | dict(re.findall(r'<input type="hidden" name="(points[^"]+)" value="([^"]*)"', form))


def test_a_card_type_gets_an_edition_for_later_and_the_one_in_force_stays(
    office: Office, admin: Browser, stock: Stock
) -> None:
    now = office.clock.now()
    page = admin.get("/types/9").text
    assert "将生效" in page
    later = (local(now) + timedelta(days=60)).strftime("%Y-%m-%dT08:00")
    said = {**rules_of(page), "sale_limit_fen": "66", "since": later}
    assert admin.post("/types/9", **said).status == 303
    held = office.read(lambda c: card_type_of(c, office.unit, 9, now))
    last = office.read(lambda c: card_type_of(c, office.unit, 9))
    assert (held.sale_limit_fen, last.sale_limit_fen) == (200_000, 6_600)
    assert (last.discounts, last.points, last.wallets) == (held.discounts, held.points, held.wallets)
    assert admin.get("/types/9").text.count("将生效") == 2


WRONG: tuple[dict[str, str], ...] = (
    {"valid_days": "0"},
    {"cap_fen": "x"},
    {"outlets": "99"},
    {"wallet0.wallet": "main", "wallet1.wallet": "main"},
    {"discount0.since": "2030-01-02", "discount0.until": "2030-01-01"},
    {"since": "soon"},
    {"name": ""},
    {"level": "100"},
)


def test_bad_card_types_are_refused_and_change_nothing(office: Office, admin: Browser, stock: Stock) -> None:
    """All over one office: setting it up is the dear part."""
    good = {**rules_of(admin.get("/types/9").text), "since": ""}
    for wrong in WRONG:
        reply = admin.post("/types/9", **{**good, **wrong})
        assert reply.status == 422, wrong
        assert 'role="alert"' in reply.text
    assert office.read(lambda c: card_type_of(c, office.unit, 9, office.clock.now())).name == "会员账户卡"


def test_a_price_is_set_for_a_day_to_come(office: Office, admin: Browser, stock: Stock) -> None:
    path = f"/products/{stock.product}"
    said = {**rules_of(admin.get(path).text), "price2.fen": "19.5", "price2.since": "2035-01-01"}
    assert admin.post(path, **said).status == 303
    one = next(p for p in office.read(lambda c: products(c, office.unit, 1)) if p.product == stock.product)
    assert sorted(row.fen for row in one.prices) == [1_500, 1_950, 2_000]
    assert one.menu[0].periods == ("午餐", "晚餐")
    assert admin.post(path, **{**said, "price2.fen": "-1"}).status == 422
    assert admin.post(path, **{**said, "on_sale": ""}).status == 303
    assert stock.product not in {p.product for p in office.read(lambda c: products(c, office.unit, 1))}


def test_a_calendar_of_one_outlet_is_its_own(office: Office, admin: Browser, stock: Stock, day: Day) -> None:
    path = f"/calendars/{day.outlet}"
    said = {**rules_of(admin.get(path).text), "period0.start": "06:00", "since": ""}
    assert admin.post(path, **said).status == 303
    assert "06:00" in admin.get(path).text
    assert "06:00" not in admin.get("/calendars/0").text
    assert admin.post(path, **{**said, "period0.end": "12:00"}).status == 422  # two meals at once
    assert admin.post(path, **{**said, "day_starts": "25:00"}).status == 422
    assert admin.get("/calendars/77").status == 422


# ---- who may what


WHOLE = ("/promotions", "/salespeople", "/centres", "/credit", "/adjustments", "/types/new")


def test_a_branch_sees_and_does_only_what_is_its_own(office: Office, stock: Stock, day: Day) -> None:
    """H2: the books of the unit are head office's; a card of another branch does not exist."""
    office.operator("branch", 1, branch=day.branch, password=PASSWORD)
    browser = office.browser()
    browser.log_in("branch", PASSWORD)
    for path in WHOLE:
        assert browser.get(path).status == 422, path
    foreign, own = day.cards[1].card, day.cards[0].card
    for what in ("handover", "loads"):
        assert browser.get(f"/cards/{foreign}/1/{what}").status == 422
        assert browser.get(f"/cards/{own}/1/{what}").status == 200
    assert browser.get(f"/rewards?card={stock.account}").status == 422
    assert browser.get(f"/counts?card={stock.account}").status == 422
    assert browser.get("/calendars/1").status == 422
    assert browser.get(f"/calendars/{day.outlet}").status == 200
    assert browser.post("/calendars/0", f"/calendars/{day.outlet}", day_starts="00:00").status == 422
    path = f"/products/{stock.product}"
    assert browser.get(path).status == 200
    assert browser.post(path, "/products", name="x", category="x", fen="1").status == 422
    shared = {"name": "x", "category": "x", "fen": "1", "outlet": "0"}
    assert browser.post("/products", **shared).status == 422
    assert browser.post("/products", **{**shared, "outlet": str(day.outlet)}).status == 303


def test_money_needs_the_password_of_a_moment_ago(office: Office, admin: Browser, stock: Stock) -> None:
    shown = f"/cards/{stock.account}/1/handover"
    key, token = (hidden(admin.get(shown).text, name) for name in ("key", "form_token"))
    office.clock.advance(3_600 // 4)
    assert admin.get(shown).headers["location"].startswith("/confirm")
    reply = admin.post(shown, form_token=token, key=key, deed="return")
    assert reply.headers["location"].startswith("/confirm")
    assert state_of(office, stock.account)[0] == "active"


PAGES = (
    *("/approvals", "/adjustments", "/slips", "/issuing", "/gifts", "/rewards", "/counts", "/centres"),
    *("/salespeople", "/types", "/types/new", "/types/9", "/products", "/products/1", "/calendars"),
    *("/calendars/0", "/cards/10001/1/handover", "/cards/10006/1/loads", "/issuing/1", "/credit/bills/1"),
)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_stands_in_both_languages(admin: Browser, stock: Stock, language: str) -> None:
    admin.cookies["onecard_language"] = language
    for path in PAGES:
        page = admin.get(path)
        assert page.status == 200, path
        seen = re.sub(r"<[^>]+>", "", page.text)
        assert "console." not in seen, path
        left = set(re.findall(r"\b[a-z]+_[a-z_]+\b", seen)) - {"per_100_yuan"}
        assert not left, (path, left)


@pytest.mark.parametrize(
    ("thousandths", "said"), [(1_000, "1"), (1_500, "1.5"), (250, "0.25"), (1, "0.001"), (10_000, "10")]
)
def test_quantities_are_shown_as_people_write_them(thousandths: int, said: str) -> None:
    assert quantity(thousandths) == said


def test_a_new_price_can_begin_on_a_later_day(office: Office, admin: Browser, stock: Stock) -> None:
    """B13: until then it costs what it did, and both are shown."""
    path = f"/products/{stock.product}"
    today = local(office.clock.now()).date()
    said = {"name": "红烧牛肉面", "category": "面食", "on_sale": "1", "fen": "21"}
    later = {**said, "fen_since": (today + timedelta(days=9)).isoformat()}
    assert admin.post(path, **later).status == 303

    def price(days: int) -> int:
        mine = office.read(lambda c: products(c, office.unit, 1))
        one = next(row for row in mine if row.product == stock.product)
        return unit_price(one, 0, PLAIN.when(office.clock.now() + days * 86_400), 1)

    assert [price(days) for days in (0, 8, 9, 40)] == [1_800, 1_800, 2_100, 2_100]
    assert admin.post(path, **said).status == 303  # at once
    assert price(0) == 2_100
