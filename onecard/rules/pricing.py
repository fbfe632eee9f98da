"""What a bill costs this card here and now: its price of each product, then its type's discount. F: B4 B6 B13

Pure and exact: every line's discount is known, and their sum is the bill's. Rejected: one discount on the
total, because then nobody could say what a line cost when it is refunded or billed by category.
"""

from collections.abc import Mapping, Sequence

import msgspec

from onecard.errors import Refused
from onecard.money import MAX_FEN
from onecard.rules.condition import covers, holds
from onecard.rules.periods import When
from onecard.wire.intents import Line
from onecard.wire.sale import PricedLine, Use
from onecard.wire.terms import CardType, Discount, Product

_ONE = 1_000
#: Hundredths of a percent in a whole.
_WHOLE = 10_000
NO_PRODUCTS: Mapping[int, Product] = {}


class Bill(msgspec.Struct, frozen=True, gc=False):
    """Lines with their prices; ``off``: what is off each line, empty when nothing is off any."""

    lines: tuple[Line, ...]
    off: tuple[int, ...]
    discount_fen: int
    due_fen: int
    #: 1 when this is one of the meals of the day that have a price of their own.
    first_n: int = 0

    def nets(self) -> list[tuple[str, int]]:
        """``(category, fen)`` of what is left to pay of each line."""
        if not self.off:
            return [(line.category, line.total_fen) for line in self.lines]
        return [(line.category, line.total_fen - off) for line, off in zip(self.lines, self.off, strict=True)]

    def priced(self) -> tuple[PricedLine, ...]:
        """The lines as a ``FullSale`` says them."""
        off = self.off or (0,) * len(self.lines)
        return tuple(
            PricedLine(
                product=line.product, name=line.name, category=line.category, quantity=line.quantity,
                price_fen=line.price_fen, total_fen=line.total_fen, discount_fen=part,
                uses=line.uses if isinstance(line, PricedLine) else "",
            )
            for line, part in zip(self.lines, off, strict=True)
        )  # fmt: skip


def total_of(price_fen: int, quantity: int) -> int:
    """Price × quantity in thousandths, a half fen rounded up."""
    return (price_fen * quantity + _ONE // 2) // _ONE


def unit_price(product: Product, level: int, when: When, outlet: int) -> int:
    """What one costs a card of ``level``: the first row that holds, else the list price."""
    for row in product.prices:
        if (row.level == 0 or row.level == level) and holds(row, when, outlet):
            return row.fen
    return product.price_fen


def offered(product: Product, when: When, outlet: int) -> bool:
    """Whether it is on the menu now."""
    return not product.menu or any(holds(row, when, outlet) for row in product.menu)


def price(
    lines: Sequence[Line],
    card_type: CardType,
    when: When,
    outlet: int,
    products: Mapping[int, Product] = NO_PRODUCTS,
    first_n: int = 0,
) -> Bill:
    """``first_n``: meals at a price of their own that the card had today. A line of no known product keeps
    the price that was typed. Raises ``Refused("amount.too_large")``."""
    priced = _priced(lines, card_type, when, outlet, products) if products else tuple(lines)
    total, uses = 0, False
    for line in priced:
        total += line.total_fen
        uses = uses or (isinstance(line, PricedLine) and line.uses != "")
    if total > MAX_FEN:
        raise Refused("amount.too_large", cap=MAX_FEN)
    if not card_type.discounts and not uses:
        return Bill(priced, (), 0, total)
    off, meal = discounts(priced, card_type, when, outlet, first_n)
    if not off:
        return Bill(priced, (), 0, total, meal)
    less = sum(off)
    return Bill(priced, off, less, total - less, meal)


def _priced(
    lines: Sequence[Line], card_type: CardType, when: When, outlet: int, products: Mapping[int, Product]
) -> tuple[Line, ...]:
    level = card_type.level
    found: list[Line] = []
    for line in lines:
        product = products.get(line.product)
        if product is not None and product.prices:
            # A price that a person changed by hand is his word; only what was rung at a price of ours moves.
            fen = unit_price(product, level, when, outlet)
            if line.price_fen != fen and is_ours(product, line.price_fen):
                total = total_of(fen, line.quantity)
                line = msgspec.structs.replace(line, price_fen=fen, total_fen=total)
        found.append(line)
    return tuple(found)


def is_ours(product: Product, fen: int) -> bool:
    """Whether this is one of the product's own prices."""
    return fen == product.price_fen or any(row.fen == fen for row in product.prices)


def discounts(
    lines: Sequence[Line], card_type: CardType, when: When, outlet: int, first_n: int
) -> tuple[tuple[int, ...], int]:
    """What is off each line, empty for nothing, and whether a first-n meal was used (0 or 1)."""
    rows = [row for row in card_type.discounts if holds(row, when, outlet)] if card_type.discounts else []
    used = [at for at, line in enumerate(lines) if isinstance(line, PricedLine) and line.uses]
    if not rows and not used:
        return (), 0
    off = [0] * len(lines)
    left = [at for at in range(len(lines)) if at not in used]
    for at in used:
        off[at] = lines[at].total_fen
    meal = 0
    for row in rows:
        if row.first_n and first_n >= row.first_n:
            continue
        mine = [at for at in left if covers(row.categories, lines[at].category)]
        if not mine:
            continue
        left = [at for at in left if at not in mine]
        _take_off(row, lines, mine, off)
        if row.first_n and any(off[at] for at in mine):
            meal = 1
    return (tuple(off) if any(off) else ()), meal


def uses_of(lines: Sequence[Line]) -> tuple[Use, ...]:
    """How often each count wallet is used; a use is one piece. Raises ``Refused("count.pieces")``. F: B7"""
    times: dict[str, int] = {}
    for line in lines:
        if isinstance(line, PricedLine) and line.uses:
            if line.quantity % _ONE:
                raise Refused("count.pieces")
            times[line.uses] = times.get(line.uses, 0) + line.quantity // _ONE
    return tuple(Use(kind, count) for kind, count in times.items())


def _take_off(row: Discount, lines: Sequence[Line], mine: Sequence[int], off: list[int]) -> None:
    """Put what ``row`` takes off the lines ``mine`` into ``off``, in proportion to their totals."""
    if row.price_fen is None:
        for at in mine:
            # The fraction of a fen is the customer's loss: a discount is never more than it says.
            off[at] = lines[at].total_fen * row.off // _WHOLE
    elif row.first_n:
        total = sum(lines[at].total_fen for at in mine)
        _spread(lines, mine, max(0, total - row.price_fen), off)
    else:
        for at in mine:
            line = lines[at]
            off[at] = max(0, line.total_fen - total_of(row.price_fen, line.quantity))
    given = sum(off[at] for at in mine)
    if row.most_fen and given > row.most_fen:
        _spread(lines, mine, row.most_fen, off)


def _spread(lines: Sequence[Line], mine: Sequence[int], fen: int, off: list[int]) -> None:
    """Share ``fen`` out by the lines' totals; what is rounded down on one is made up on the next."""
    total = sum(lines[at].total_fen for at in mine)
    passed = given = 0
    for at in mine:
        passed += lines[at].total_fen
        due = fen * passed // total if total else 0
        off[at] = due - given
        given = due
