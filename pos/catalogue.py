"""The outlet's products as pages of keys, in the order the office gave them.

Sorted once per catalogue: a shop has fifty thousand, and the screen asks at every key.
"""

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


class Catalogue:
    """Products by category and by number."""

    def __init__(self, products: tuple[Product, ...]) -> None:
        self.products = products
        self._by_number = {one.product: one for one in products}
        self._by_category: dict[str, list[Product]] = {}
        for one in products:
            self._by_category.setdefault(one.category, []).append(one)
        self._names = tuple(self._by_category)

    def find(self, number: int) -> Product | None:
        """One product by its number."""
        return self._by_number.get(number)

    def page(self, category: int, number: int, size: int) -> Page:
        """Numbers that no longer exist (the catalogue changed) lead to the first."""
        category = category if category < len(self._names) else 0
        here = self._by_category[self._names[category]] if self._names else []
        pages = max(1, -(-len(here) // size))
        number = number if number < pages else 0
        return Page(
            categories=self._names,
            category=category,
            products=tuple(here[number * size : (number + 1) * size]),
            page=number,
            pages=pages,
        )
