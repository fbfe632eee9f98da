"""Goal: a bill sums exactly what was rung and never grows past what one sale may be. F: C2"""

import pytest

from onecard.errors import Refused
from onecard.money import Fen
from onecard.wire.messages import Line, Product
from pos import basket
from pos.basket import EMPTY
from pos.entry import Amount

CAP = Fen(200_000)
RICE = Product(product=1, name="米饭", category="主食", price_fen=100)
SOUP = Product(product=2, name="例汤", category="汤", price_fen=350)


def test_products_of_one_kind_share_a_line() -> None:
    bill = basket.add_product(EMPTY, RICE, 2, cap=CAP)
    bill = basket.add_product(bill, SOUP, 1, cap=CAP)
    bill = basket.add_product(bill, RICE, 1, cap=CAP)
    assert [(line.name, line.quantity, line.total_fen) for line in bill.lines] == [
        ("米饭", 3000, 300),
        ("例汤", 1000, 350),
    ]
    assert bill.total_fen == 650


def test_a_changed_price_gets_a_line_of_its_own() -> None:
    bill = basket.add_product(EMPTY, RICE, 1, cap=CAP)
    dearer = Product(product=1, name="米饭", category="主食", price_fen=150)
    bill = basket.add_product(bill, dearer, 1, cap=CAP)
    assert [line.price_fen for line in bill.lines] == [100, 150]


def test_a_piece_never_joins_what_was_weighed_or_priced_by_a_scale() -> None:
    # F: C3
    weighed = Line(product=1, name="米饭", quantity=740, price_fen=100, total_fen=74)
    ticket = Line(product=1, name="米饭", quantity=2000, price_fen=100, total_fen=199)
    bill = basket.add_line(basket.add_line(EMPTY, weighed, cap=CAP), ticket, cap=CAP)
    bill = basket.add_product(basket.add_product(bill, RICE, 1, cap=CAP), RICE, 1, cap=CAP)
    assert bill.lines[:2] == (weighed, ticket)
    assert [(line.quantity, line.total_fen) for line in bill.lines[2:]] == [(2000, 200)]


def test_free_amounts_stay_apart() -> None:
    bill = basket.add_amount(EMPTY, Amount(Fen(1250)), cap=CAP)
    bill = basket.add_amount(bill, Amount(Fen(300), 3), cap=CAP)
    assert bill.total_fen == 2150
    assert bill.lines[1].quantity == 3000


def test_a_line_can_be_taken_back() -> None:
    bill = basket.add_product(basket.add_product(EMPTY, RICE, 1, cap=CAP), SOUP, 1, cap=CAP)
    assert [line.name for line in basket.remove(bill, 0).lines] == ["例汤"]


@pytest.mark.parametrize("price", [0, -5])
def test_a_product_without_a_price_is_refused(price: int) -> None:
    with pytest.raises(Refused, match="no_price"):
        basket.add_product(EMPTY, Product(product=9, name="?", category="", price_fen=price), 1, cap=CAP)


def test_the_bill_stops_at_the_cap_and_at_its_length() -> None:
    bill = basket.add_amount(EMPTY, Amount(Fen(199_999)), cap=CAP)
    with pytest.raises(Refused, match="too_large"):
        basket.add_product(bill, RICE, 1, cap=CAP)
    for _ in range(basket.MOST_LINES):
        EMPTY_LINE = Amount(Fen(1))
        bill = EMPTY if bill.total_fen > 1000 else bill
        bill = basket.add_amount(bill, EMPTY_LINE, cap=CAP)
    with pytest.raises(Refused, match="full"):
        basket.add_amount(bill, Amount(Fen(1)), cap=CAP)
