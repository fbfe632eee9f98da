"""Goal: only sensible products and card types reach a till. Method: bounds of prices, names, numbers."""

import pytest

from onecard.errors import Refused
from onecard.money import MAX_FEN
from onecard.wire.messages import CardType
from server.catalogue import service
from tests.server.office import NOW, Office


@pytest.mark.parametrize("price", [0, -1, MAX_FEN + 1, 10**30])
def test_a_price_out_of_range_is_refused(office: Office, price: int) -> None:
    with pytest.raises(Refused) as no:
        office.write(lambda c: service.add_product(c, 1, NOW, name="x", category="y", price_fen=price))
    assert no.value.code == "price.out_of_range"


def test_a_product_needs_a_name_and_a_category(office: Office) -> None:
    for name, category in (("", "y"), ("x", "")):
        with pytest.raises(Refused):
            office.write(
                lambda c, n=name, k=category: service.add_product(c, 1, NOW, name=n, category=k, price_fen=1)
            )
    assert office.read(lambda c: service.products(c, 1, 1)) == ()


def test_a_card_type_is_kept_word_for_word(office: Office) -> None:
    """F: A1"""
    terms = CardType(
        type=7, name="访客卡", name_en="Visitor", cap_fen=20_000, valid_days=1, deposit_fen=2_000
    )
    office.write(lambda c: service.put_card_type(c, 1, terms, NOW))
    assert office.read(lambda c: service.card_type_of(c, 1, 7)) == terms
    assert [one.type for one in office.read(lambda c: service.card_types(c, 1))] == [1, 7]
    with pytest.raises(Refused) as no:
        office.read(lambda c: service.card_type_of(c, 1, 8))
    assert no.value.code == "card_type.unknown"
