"""The outlet's products as pages of keys, by barcode and by what people type, in the office's order. F: C2

Sorted once per catalogue: a shop has fifty thousand, and the screen asks at every key.
"""

from collections.abc import Callable
from dataclasses import dataclass

from onecard.wire.messages import Product as Product
from pos.pinyin import initials

#: Between what a product can be found by; nobody types it.
_APART = "\n"
Offered = Callable[[Product], bool]


@dataclass(frozen=True, kw_only=True)
class Page:
    """What fits on the screen: one page of one category."""

    categories: tuple[str, ...]
    category: int
    products: tuple[Product, ...]
    page: int
    pages: int


class Catalogue:
    """Products by category, number, barcode and words."""

    def __init__(self, products: tuple[Product, ...]) -> None:
        self.products = products
        self._by_number = {one.product: one for one in products}
        self._by_category: dict[str, list[Product]] = {}
        for one in products:
            self._by_category.setdefault(one.category, []).append(one)
        self._names = tuple(self._by_category)
        self._by_code: dict[str, tuple[Product, ...]] | None = None
        self._words: list[str] = []

    def find(self, number: int) -> Product | None:
        """One product by its number."""
        return self._by_number.get(number)

    def by_code(self, code: str) -> Product | None:
        """One product by what a scanner read; ``None`` also where several have it: somebody must choose."""
        found = self.all_by_code(code)
        return found[0] if len(found) == 1 else None

    def all_by_code(self, code: str) -> tuple[Product, ...]:
        """Every product with this barcode."""
        if self._by_code is None:
            self._by_code = {}
            for one in self.products:
                if one.barcode:
                    self._by_code[one.barcode] = (*self._by_code.get(one.barcode, ()), one)
        return self._by_code.get(code, ())

    def learn(self, count: int) -> None:
        """Get ready to be searched, so many products more: a shop's take a quarter of a second in one go."""
        known = len(self._words)
        self._words += [_words(one) for one in self.products[known : known + count]]

    def search(self, text: str, most: int) -> tuple[Product, ...]:
        """What begins with ``text`` (letters, name, barcode or number) first, then what contains it."""
        wanted = text.strip().lower()
        if not wanted:
            return ()
        self.learn(len(self.products))
        first: list[Product] = []
        then: list[Product] = []
        begins = _APART + wanted
        for product, words in zip(self.products, self._words, strict=True):
            if wanted in words:
                if begins in words:
                    first.append(product)
                    if len(first) == most:
                        return tuple(first)
                elif len(then) < most:
                    then.append(product)
        return tuple((first + then)[:most])

    def page(self, category: int, number: int, size: int, offered: Offered | None = None) -> Page:
        """Numbers that no longer exist (the catalogue changed) lead to the first. ``offered``: only these."""
        category = category if category < len(self._names) else 0
        here = self._by_category[self._names[category]] if self._names else []
        if offered is not None:
            here = [one for one in here if offered(one)]
        pages = max(1, -(-len(here) // size))
        number = number if number < pages else 0
        return Page(
            categories=self._names,
            category=category,
            products=tuple(here[number * size : (number + 1) * size]),
            page=number,
            pages=pages,
        )


def _words(product: Product) -> str:
    letters = product.initials.lower() or initials(product.name)
    parts = (letters, product.name.lower(), product.name_en.lower(), product.barcode, str(product.product))
    return _APART + _APART.join(parts)
