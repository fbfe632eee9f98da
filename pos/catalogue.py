"""The outlet's products as pages of keys. Knows categories in the order the office gave them; no prices."""

from dataclasses import dataclass

from onecard.wire.messages import Product


@dataclass(frozen=True, kw_only=True)
class Page:
    """What fits on the screen: one page of one category."""

    categories: tuple[str, ...]
    category: int
    products: tuple[Product, ...]
    page: int
    pages: int


def page(products: tuple[Product, ...], category: int, number: int, size: int) -> Page:
    """Numbers that no longer exist (the catalogue changed) lead to the first."""
    names = tuple(dict.fromkeys(one.category for one in products))
    category = category if category < len(names) else 0
    here = tuple(one for one in products if names and one.category == names[category])
    pages = max(1, -(-len(here) // size))
    number = number if number < pages else 0
    return Page(
        categories=names,
        category=category,
        products=here[number * size : (number + 1) * size],
        page=number,
        pages=pages,
    )
