"""Goal: a cashier sells with a pad, a keyboard and a card, and nothing but the card's own word counts."""

import pytest

from onecard.devices.printers import PrinterState
from onecard.wire import messages as m
from tests.onecard.terminal.stand import read_plastic
from tests.pos.rig import Rig, error_of, make_plastic


def balance(plastic) -> int:
    return read_plastic(plastic).newest.main_fen


def test_amount_tap_ready_without_a_touch_in_between(rig, plastic):
    # F: C1 C8 C14
    assert rig.screen == "sell"
    rig.keys("12.5")
    assert rig.view.amount == "￥12.50"
    rig.keys("enter")
    assert rig.overlay.look == "ready"
    rig.tap(plastic)
    assert rig.overlay.look == "ok"
    assert "￥87.50" in rig.overlay.detail
    rig.keys("3")  # the next sale's first key
    assert rig.overlay is None
    assert rig.view.amount == "￥3.00"
    rig.keys("enter")
    rig.tap(plastic)
    rig.wait(5)
    assert rig.overlay is None
    assert balance(plastic) == 8450
    assert rig.view.last_detail.endswith("余额 ￥84.50")
    assert "王*明" in rig.view.last_detail
    assert len(rig.papers) == 2
    assert rig.sounds.count("ok") == 2


def test_products_quantities_and_amounts_make_one_bill(rig, plastic):
    # F: C2
    rig.keys("product:1 category:1 2 * product:3 4.5 + 3 * product:4")
    assert [row.cells for row in rig.view.rows] == [
        ("米饭", "1 × 1.00", "1.00"),
        ("红烧肉", "2 × 8.00", "16.00"),
        ("金额", "1 × 4.50", "4.50"),
        ("清炒时蔬", "3 × 3.00", "9.00"),
    ]
    rig.keys("line:2 enter")
    rig.tap(plastic)
    assert rig.overlay.look == "ok"
    (sale,) = rig.stand.bodies(m.Sale)
    assert sale.due_fen == 2600
    assert [line.product for line in sale.lines] == [1, 3, 4]
    assert rig.view.rows == ()


def test_arrows_choose_a_line_of_the_bill_and_backspace_takes_it_off(rig, plastic):
    # F: C2 C14
    rig.keys("product:1 product:2 product:3 up up")
    assert [row.selected for row in rig.view.rows] == [False, True, False]
    rig.keys("up up down backspace")
    assert [row.cells[0] for row in rig.view.rows] == ["米饭", "红烧肉"]
    rig.keys("up 5 backspace backspace")  # a figure forgets the mark; then the last line goes
    assert [row.cells[0] for row in rig.view.rows] == ["米饭"]
    rig.keys("up backspace up backspace")
    assert rig.view.rows == ()


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ("", "amount.empty"),
        (".", "amount.malformed"),
        ("00", "amount.zero"),
        ("- 1", "amount.malformed"),
        ("1 char:e 9", "amount.malformed"),
        ("0.001", "amount.malformed"),
        ("char:١ char:٢", "amount.malformed"),
        ("char:１ char:２ . char:５", "amount.malformed"),
        ("9999999.99", "amount.too_large"),
        ("char:N char:a char:N", "amount.malformed"),
        ("1 char:, 5", "amount.malformed"),
        ("1 char:\u3000 5", "amount.malformed"),
        ("5 * 0", "quantity.zero"),
        ("5 * - 1", "quantity.malformed"),
        ("5 * 1000000000", "quantity.too_large"),
    ],
)
def test_a_bad_amount_wants_no_card_and_says_why(rig, plastic, keys, code):
    for key in keys.split(" "):
        rig.keys(key)
    rig.keys("enter")
    assert rig.overlay is None
    assert rig.message == error_of(rig, code, cap=200_000, most=999)
    rig.tap(plastic)
    assert balance(plastic) == 10_000
    assert rig.stand.bodies(m.Sale) == []


def test_many_categories_are_reached_group_by_group(rig):
    # F: C2
    goods = tuple(
        m.Product(product=n, name=f"P{n}", category=f"类{n % 12}", price_fen=100) for n in range(400)
    )
    rig.stand.receive(rig.stand.office.document("catalogue", m.CatalogueDocument(products=goods)))
    rig.flow.show()
    seen, pages = set(), set()
    for _ in range(6):
        tabs = rig.view.categories
        assert len(tabs) <= 5
        seen |= {tab.text for tab in tabs if tab.text.startswith("类")}
        pages |= {tab.text for tab in tabs if tab.action == "pagedown"}
        rig.keys(next(tab.action for tab in tabs if tab.icon == "dots-horizontal"))
    assert len(seen) == 12
    assert pages == {"1/3"}
    rig.keys("pagedown")
    assert rig.view.tiles[0].action != "product:0"


@pytest.mark.parametrize(
    ("keys", "code"), [("product:6", "product.no_price"), ("product:99", "product.unknown")]
)
def test_a_bad_product_changes_nothing(rig, keys, code):
    rig.keys(keys)
    assert rig.message == error_of(rig, code, name="未定价")
    assert rig.view.rows == ()


def test_double_enter_is_one_sale(rig, plastic):
    rig.keys("12.5 enter enter enter")
    rig.tap(plastic)
    rig.tap(plastic)
    assert len(rig.stand.bodies(m.Sale)) == 1
    assert balance(plastic) == 8750


def test_a_card_that_stays_lying_pays_once(rig, plastic):
    rig.keys("12.5 enter")
    rig.put(plastic)
    assert rig.overlay.look == "ok"
    rig.keys("2 enter")
    rig.wait(3)
    assert rig.overlay.look == "ready"
    assert balance(plastic) == 8750
    rig.lift()
    rig.put(plastic)
    assert rig.overlay.look == "ok"
    assert balance(plastic) == 8550


def test_a_card_put_early_is_taken_when_the_amount_is_rung(rig, plastic):
    rig.keys("12.5")
    rig.put(plastic)
    assert balance(plastic) == 10_000
    rig.keys("enter")
    assert rig.overlay.look == "ok"


def test_a_large_amount_needs_a_second_look_that_a_held_enter_cannot_give(tmp_path):
    # F: C1
    rig = Rig(tmp_path, large_fen="5000", sale_cap_fen="40000")
    rig.sign_on()
    card = make_plastic(50_000)
    rig.keys("123.45 enter")
    assert rig.view.confirm.amount == "￥123.45"
    assert rig.view.confirm.words == "壹佰贰拾叁元肆角伍分"
    for _ in range(40):  # a key held down repeats faster than a person decides
        rig.clock.advance(0.03)
        rig.keys("enter")
    assert rig.overlay is None
    assert rig.view.confirm is not None
    rig.keys("escape")
    assert rig.view.amount == "￥123.45"
    rig.keys("enter")
    rig.wait(1)
    rig.keys("enter")
    assert rig.overlay.look == "ready"
    rig.tap(card)
    assert balance(card) == 50_000 - 12_345
    rig.stand.close()


def test_escape_takes_the_sale_back_until_a_card_has_it(rig, plastic):
    rig.keys("12.5 enter escape")
    assert rig.overlay is None
    assert rig.view.amount == "￥12.50"
    rig.tap(plastic)
    assert balance(plastic) == 10_000
    rig.keys("escape")
    assert rig.view.amount == "￥0.00"


def test_a_refused_card_makes_room_for_another_one(rig, plastic):
    poor = make_plastic(300, uid=bytes.fromhex("04AABBCC"), card=500_777)
    rig.keys("12.5 enter")
    rig.put(poor)
    assert rig.overlay.look == "refused"
    assert "￥3.00" in rig.overlay.detail
    assert rig.sounds[-1] == "refused"
    rig.wait(5)
    assert rig.overlay.look == "refused"
    rig.lift()
    rig.wait(2)
    assert rig.overlay.look == "ready"
    assert "上一张卡" in rig.overlay.detail
    rig.tap(plastic)
    assert rig.overlay.look == "ok"
    assert balance(poor) == 300


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("blank", "card.blank"),
        ("expired", "card.expired"),
        ("stopped", "card.stopped"),
        ("wrong_unit", "card.foreign"),
    ],
)
def test_cards_that_cannot_pay_say_why_and_lose_nothing(rig, kind, code):
    plastic = {
        "blank": lambda: make_plastic(blank=True),
        "expired": lambda: make_plastic(until_day=100),
        "stopped": lambda: make_plastic(),
        "wrong_unit": lambda: make_plastic(unit=99),
    }[kind]()
    if kind == "stopped":
        rig.stand.receive(rig.stand.office.stops((500_001, 1, "frozen")))
    rig.keys("1 enter")
    rig.put(plastic)
    assert rig.overlay.look == "refused"
    assert rig.overlay.detail
    assert "不能继续" not in rig.overlay.detail, rig.overlay.detail
    assert rig.stand.bodies(m.Sale) == []


def test_two_cards_at_once_are_refused(rig):
    rig.keys("1 enter")
    rig.two_cards()
    assert rig.overlay.detail == error_of(rig, "card.two")


@pytest.mark.parametrize(
    "state", [PrinterState.PAPER_OUT, PrinterState.GONE, PrinterState.COVER_OPEN, PrinterState.ERROR]
)
def test_a_printer_that_does_not_print_stops_no_sale(rig, plastic, state):
    # F: C6
    rig.printer = state
    rig.keys("12.5 enter")
    rig.tap(plastic)
    assert rig.overlay.look == "ok"
    assert "F3" in rig.overlay.note
    rig.keys("1 enter")
    rig.tap(plastic)
    rig.keys("escape")
    assert any("打印机" in notice.text for notice in rig.view.frame.notices)
    assert rig.papers == []
    rig.printer = PrinterState.OK
    rig.keys("f3")
    assert len(rig.papers) == 2
    assert not rig.view.frame.notices
    rig.keys("f3")
    assert "补打" in str(rig.papers[-1].parts)


@pytest.mark.parametrize(
    ("language", "note"),
    [("zh", "请看一下小票是否打出；F3 可补打"), ("en", "Check the receipt; F3 prints it again")],
)
def test_a_printer_that_cannot_say_leaves_it_to_the_cashiers_eyes(rig, plastic, language, note):
    """C6: nothing waits for a reprint by itself, and the last paper is one key away."""
    rig.till.speak(language)
    rig.printer = PrinterState.UNKNOWN
    rig.keys("12.5 enter")
    rig.tap(plastic)
    assert rig.overlay.note == note
    rig.keys("escape")
    assert rig.view.frame.notices == ()
    rig.printer = PrinterState.OK
    rig.keys("f3")
    assert len(rig.papers) == 1
    rig.keys("1 enter")
    rig.tap(plastic)
    assert rig.overlay.note == ""


def test_offline_sells_and_says_how_things_stand(rig, plastic):
    # F: C10
    rig.offline()
    status = rig.view.frame.status
    assert f"{status.text} · {status.detail}".startswith("脱机 2 小时 14 分 · 37 笔待传")
    assert any(notice.detail for notice in rig.view.frame.notices)
    rig.keys("12.5 enter")
    rig.tap(plastic)
    assert rig.overlay.look == "ok"
    rig.offline(age_s=30 * 3600)
    rig.keys("escape")
    assert "限额 ￥250/笔" in rig.view.frame.status.detail


def test_the_language_changes_at_any_moment(rig):
    rig.keys("f7")
    assert rig.view.sell == "Charge"
    assert rig.looks[-1]["language"] == "en"
    rig.keys("5 enter")
    rig.tap(make_plastic(10_000))
    rig.keys("f7 f8")  # also while the last success still stands there
    assert rig.view.sell == "收款"
    assert rig.looks[-1]["theme"] == "dark"
