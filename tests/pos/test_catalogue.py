"""Goal: every product has a key on some page, whatever the office sends meanwhile. F: C2"""

import time

from onecard.wire.messages import Product
from pos.catalogue import Catalogue


def goods(count: int, categories: int) -> tuple[Product, ...]:
    return tuple(
        Product(product=n, name=f"P{n}", category=f"C{n % categories}", price_fen=100)
        for n in range(1, count + 1)
    )


def test_all_products_are_reached_page_by_page():
    catalogue = Catalogue(goods(100, 3))
    seen = []
    for category in range(3):
        for number in range(catalogue.page(category, 0, 12).pages):
            seen += [one.product for one in catalogue.page(category, number, 12).products]
    assert sorted(seen) == list(range(1, 101))


def test_a_page_that_is_gone_leads_to_the_first():
    page = Catalogue(goods(5, 1)).page(7, 9, 12)
    assert (page.category, page.page, len(page.products)) == (0, 0, 5)


def test_nothing_on_sale_is_one_empty_page():
    page = Catalogue(()).page(0, 0, 12)
    assert (page.categories, page.products, page.pages) == ((), (), 1)


def test_fifty_thousand_products_cost_a_key_nothing():
    catalogue = Catalogue(goods(50_000, 40))
    began = time.process_time()
    for _ in range(200):
        catalogue.page(39, 50, 12)
    assert time.process_time() - began < 0.2
