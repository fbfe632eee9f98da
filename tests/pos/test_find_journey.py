"""Goal: a product is found by what people type or scan, and a bill on hold is there again after anything.

Method: the till on a virtual card, by keys and by touches; the power goes in between.
"""

import pytest

from onecard.wire import messages as m
from pos.pinyin import initials
from pos.shelf import Content, Shelf
from tests.pos.rig import error_of

GOODS = (
    m.Product(product=1, name="红烧肉", name_en="Braised pork", category="荤菜", price_fen=800),
    m.Product(product=2, name="红烧茄子", category="素菜", price_fen=600),
    m.Product(product=3, name="可乐", category="饮料", price_fen=350, barcode="6901234567892"),
    m.Product(product=4, name="重庆小面", category="面", price_fen=1200, initials="cqxm"),
)


@pytest.fixture
def shop(rig):
    rig.stand.receive(rig.stand.office.document("catalogue", m.CatalogueDocument(products=GOODS)))
    rig.flow.show()
    return rig


def letters(text: str) -> str:
    return " ".join(f"char:{one}" for one in text)


def names(rig) -> list[str]:
    return [row.cells[0] for row in rig.view.rows]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("char:h char:s", ["红烧肉", "红烧茄子"]),
        ("char:h char:s char:r", ["红烧肉"]),
        ("char:c char:q", ["重庆小面"]),  # as the office wrote it, whatever the character usually sounds like
        ("char:b char:r char:a char:i", ["红烧肉"]),
        ("6901", ["可乐"]),
        ("char:z char:z char:z", []),
        ("", []),
    ],
)
def test_letters_find_products(shop, typed, found) -> None:
    # F: C2
    shop.keys(f"/ {typed}")
    assert shop.screen == "find"
    assert names(shop) == found


def test_keyboard_alone_adds_three_of_what_it_finds_and_sells_them(shop, plastic) -> None:
    # F: C2 C14
    shop.keys(f"3 * / {letters('hs')} down enter")
    assert shop.screen == "sell"
    assert shop.view.rows[0].cells == ("红烧茄子", "3 × 6.00", "18.00")
    shop.keys("enter")
    shop.tap(plastic)
    (sale,) = shop.stand.bodies(m.Sale)
    assert [(line.product, line.quantity) for line in sale.lines] == [(2, 3000)]


def test_touch_alone_finds_the_same(shop) -> None:
    # F: C2 C14
    shop.keys(next(tile.action for tile in shop.view.categories if tile.icon == "magnify"))
    pad = {tile.text: tile.action for tile in shop.view.letters}
    shop.keys(f"{pad['H']} {pad['S']} row:1 enter")
    assert shop.view.rows[0].cells[0] == "红烧茄子"


def test_a_scanned_code_is_on_the_bill_from_either_screen(shop) -> None:
    # F: C2
    shop.keys("scan:6901234567892 / scan:6901234567892")
    assert shop.screen == "sell"
    assert shop.view.rows[0].cells[1] == "2 × 3.50"
    shop.keys("scan:4006381333931")
    assert shop.message == error_of(shop, "product.unknown")
    assert len(shop.view.rows) == 1


def test_a_bill_on_hold_survives_the_power_and_another_customer(shop, plastic, tmp_path) -> None:
    # F: C2
    shop.till.shelf = Shelf(tmp_path / "shelf.json")
    shop.keys("product:1 2 * product:3 f5")
    assert shop.view.rows == ()
    assert shop.view.amount == "￥0.00"
    shop.keys("5 enter")
    shop.tap(plastic)
    shop.keys("escape")
    shop.till.shelf = Shelf(tmp_path / "shelf.json")  # as after a start
    shop.keys("f5")
    assert shop.screen == "held"
    assert shop.view.rows[0].cells[-1] == "15.00"
    shop.keys("enter")
    assert shop.view.amount == "￥15.00"
    shop.keys("line:0 enter")
    shop.tap(plastic)
    assert [sale.due_fen for sale in shop.stand.bodies(m.Sale)] == [500, 700]
    assert Shelf(tmp_path / "shelf.json").content.held == ()


def test_a_shelf_that_cannot_be_read_or_written_stops_no_sale(rig, tmp_path) -> None:
    path = tmp_path / "shelf.json"
    path.write_bytes(b"\xff{")
    assert Shelf(path).content == Content()
    rig.till.shelf = Shelf(tmp_path / "missing" / "shelf.json")
    rig.keys("5 f5")
    assert rig.message
    assert rig.view.amount == "￥5.00"  # it is still on the till


def test_the_twenty_first_bill_is_not_taken_on_hold(rig) -> None:
    for _ in range(20):
        rig.keys("1 f5")
    rig.keys("1 f5")
    assert rig.message == error_of(rig, "held.full", most=20)
    assert rig.view.amount == "￥1.00"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("红烧肉", "hsr"),
        ("阿胶", "aj"),
        ("座位", "zw"),
        ("康师傅3+1", "ksf31"),
        ("Coca 可乐", "cocakl"),
        ("㊣", ""),
    ],
)
def test_first_letters_of_words(name, letters) -> None:
    assert initials(name) == letters


def test_a_line_that_is_pressed_twice_before_it_is_gone_goes_once(shop) -> None:
    # F: C2
    shop.keys("product:1 product:3 line:1 line:1")
    assert len(shop.view.rows) == 1
