"""Goal: what an office does without a card can be done in the browser, by people with the right, once.

Method: the forms as a browser sends them, and the books behind them.
"""

import re

import pytest
from sqlalchemy import select

from onecard.wire.messages import CardType
from server.books import tables as books
from server.books.reconcile import reconcile
from server.cards.service import open_account_card
from server.catalogue.service import put_card_type
from server.members.service import add_member
from tests.server.office import PASSWORD, Browser, Office, Reply

ACCOUNT = CardType(type=9, name="账户卡", name_en="Account", purse_on_card=False, cap_fen=10_000_000)


@pytest.fixture
def anna(office: Office) -> Browser:
    """Somebody with every right."""
    office.operator("anna", 1, password=PASSWORD)
    browser = office.browser()
    browser.log_in("anna", PASSWORD)
    return browser


@pytest.fixture
def ben(office: Office) -> Browser:
    """The second person."""
    office.operator("ben", 1, password=PASSWORD)
    browser = office.browser()
    browser.log_in("ben", PASSWORD)
    return browser


@pytest.fixture
def card(office: Office) -> int:
    """A member's account card."""
    now = office.clock.now()
    office.write(lambda c: put_card_type(c, office.unit, ACCOUNT, now))
    member = office.write(lambda c: add_member(c, office.unit, now, name="王一", branch=1, number="S1001"))
    number = office.write(lambda c: open_account_card(c, office.unit, member, "0a0b", ACCOUNT, now))[0]
    office.run(office.runtime.look())
    return int(number)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found is not None, name
    return found[1]


def balance(office: Office, account: str) -> int:
    """And the books tie out."""
    assert office.read(lambda c: reconcile(c, office.unit)) == []
    table = books.posting
    query = select(table).where(table.c.unit_id == office.unit)
    rows = office.read(lambda c: c.execute(query).all())
    return sum(int(row.fen) * ((row.credit == account) - (row.debit == account)) for row in rows)


def send(browser: Browser, path: str, shown: str, **fields: str) -> Reply:
    """A form with the id it was shown with."""
    page = browser.get(shown).text
    return browser.post(path, shown, key=hidden(page, "key"), **fields)


def upload(browser: Browser, name: str, text: str, **fields: str) -> Reply:
    """A list as a browser hands it in."""
    told = {"form_token": browser.form_token("/subsidies"), "name": name, "each": "", **fields}
    parts = [f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}' for key, value in told.items()]
    head = (
        'Content-Disposition: form-data; name="file"; filename="list.csv"\r\nContent-Type: text/csv\r\n\r\n'
    )
    parts.append(head + text)
    body = "".join(f"--x\r\n{part}\r\n" for part in parts) + "--x--\r\n"
    return browser.raw("/subsidies", body.encode(), **{"content-type": "multipart/form-data; boundary=x"})


def test_a_recharge_without_the_card_with_its_gift(office: Office, anna: Browser, card: int) -> None:
    """The promotion is set up, shown before the money is taken, and given once."""
    added = anna.post("/promotions", name="充500送100", least="500", gift="100")
    assert added.status == 303, added.text
    shown = f"/recharge?card={card}&amount=500"
    page = anna.get(shown).text
    assert "王一" in page
    assert "￥100.00" in page
    key = hidden(page, "key")
    for _ in range(2):  # the button was pressed twice
        reply = anna.post("/recharge", shown, key=key, card=str(card), amount="500", source="wechat")
        assert reply.status == 303, reply.text
    assert balance(office, f"card:{card}:main") == 50_000
    assert balance(office, f"card:{card}:gift") == 10_000
    assert balance(office, "gateway:wechat") == -50_000


def test_a_mistyped_recharge_is_put_right(office: Office, anna: Browser, card: int) -> None:
    shown = f"/recharge?card={card}"
    assert send(anna, "/recharge", shown, card=str(card), amount="5000", source="cash").status == 303
    entry = hidden(anna.get(shown).text, "entry")
    assert send(anna, "/recharge/correct", shown, card=str(card), entry=entry, right="500").status == 303
    assert balance(office, f"card:{card}:main") == 50_000
    again = send(anna, "/recharge/correct", shown, card=str(card), entry=entry, right="500")
    assert again.status == 422
    assert "正确金额必须小于" in again.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"amount": "abc"}, "金额"),
        ({"amount": "0"}, "金额"),
        ({"amount": "500", "source": "shells"}, "付款来源"),
        ({"amount": "500", "key": "65000-1-1"}, ""),
        ({"amount": "500", "card": "999"}, ""),
        ({"amount": "500", "card": "x"}, ""),
    ],
)
def test_bad_input_takes_no_money(
    office: Office, anna: Browser, card: int, fields: dict[str, str], said: str
) -> None:
    shown = f"/recharge?card={card}"
    good = {"card": str(card), "source": "cash", "key": hidden(anna.get(shown).text, "key")}
    reply = anna.post("/recharge", shown, **{**good, **fields})
    assert reply.status == 422
    assert said in reply.text
    assert balance(office, f"card:{card}:main") == 0


def test_a_subsidy_list_takes_two_people(office: Office, anna: Browser, ben: Browser, card: int) -> None:
    bad = upload(anna, "三月", "编号,金额\nS1001,300\nS9999,300\n", way="direct", wallet="subsidy")
    assert bad.status == 422
    assert "S9999" in bad.text
    done = upload(anna, "三月", "编号,金额\nS1001,300\n", way="direct", wallet="subsidy")
    assert done.status == 303, done.text
    path = done.headers["location"]
    own = anna.post(f"{path}/approve", path)
    assert own.status == 422
    assert "另一人" in own.text
    assert ben.post(f"{path}/approve", path).status == 303
    assert anna.post(f"{path}/release", path).status == 303
    assert balance(office, f"card:{card}:subsidy") == 30_000
    assert "王一" in anna.get(path).text
    assert anna.post(f"{path}/release", path).status == 422
    assert balance(office, f"card:{card}:subsidy") == 30_000


def test_a_room_is_opened_and_closed(office: Office, anna: Browser, card: int) -> None:
    shown = f"/recharge?card={card}"
    send(anna, "/recharge", shown, card=str(card), amount="300", source="cash")
    opened = send(anna, "/holds", "/holds", card=str(card), outlet="1", place="K8", amount="200", hours="6")
    assert opened.status == 303, opened.text
    assert balance(office, f"card:{card}:main") == 10_000
    page = anna.get("/holds").text
    hold = hidden(page, "hold")
    reply = anna.post("/holds/settle", "/holds", key=hidden(page, "key"), hold=hold, due="150")
    assert reply.status == 303, reply.text
    assert balance(office, f"card:{card}:main") == 15_000


def test_a_guest_meal_its_bill_and_its_payment(office: Office, anna: Browser) -> None:
    assert anna.post("/centres", name="招待费", limit="1000").status == 303
    meal = {"centre": "1", "outlet": "1", "amount": "320", "people": "4", "purpose": "visit"}
    assert send(anna, "/credit/meal", "/credit", **meal).status == 303
    assert send(anna, "/credit/meal", "/credit", **{**meal, "amount": "700"}).status == 422
    assert anna.post("/credit/bill", "/credit", debtor="centre:1").status == 303
    assert "320.00" in anna.get("/credit/bills/1").text
    paid = send(anna, "/credit/pay", "/credit", debtor="centre:1", amount="320", source="bank")
    assert paid.status == 303, paid.text
    assert balance(office, "centre:1") == 0


@pytest.mark.parametrize("path", ["/recharge", "/promotions", "/subsidies", "/holds", "/credit"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_stands_in_both_languages(anna: Browser, path: str, language: str) -> None:
    anna.cookies["onecard_language"] = language
    page = anna.get(path)
    assert page.status == 200
    assert "console." not in re.sub(r'href="[^"]+"', "", page.text)


def test_only_who_sees_the_whole_unit_manages_it(office: Office) -> None:
    office.operator("branch", 1, branch=1, password=PASSWORD)
    browser = office.browser()
    browser.log_in("branch", PASSWORD)
    for path in ("/promotions", "/subsidies", "/credit"):
        assert browser.get(path).status == 422, path
    assert browser.get("/holds").status == 200
