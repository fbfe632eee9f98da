"""The lines of the bill that is being rung. Knows prices and pieces, nothing of cards, wallets or screens."""

import msgspec

from onecard.errors import Refused
from onecard.money import Fen
from onecard.wire.messages import Line, Product
from pos.entry import Amount

#: Thousandths per piece, the unit of ``Line.quantity``.
PIECE = 1000
MOST_LINES = 99


class Basket(msgspec.Struct, frozen=True):
    """A bill; never changed, only replaced."""

    lines: tuple[Line, ...] = ()

    @property
    def total_fen(self) -> int:
        return sum(line.total_fen for line in self.lines)

    @property
    def is_empty(self) -> bool:
        return not self.lines


EMPTY = Basket()


def _line(product: Product, pieces: int) -> Line:
    return Line(
        product=product.product,
        name=product.name,
        category=product.category,
        quantity=pieces * PIECE,
        price_fen=product.price_fen,
        total_fen=product.price_fen * pieces,
    )


def _fits(basket: Basket, cap: Fen) -> Basket:
    if len(basket.lines) > MOST_LINES:
        raise Refused("basket.full", most=MOST_LINES)
    if basket.total_fen > cap:
        raise Refused("amount.too_large", cap=cap)
    return basket


def _is_whole(line: Line) -> bool:
    """Pieces at their price; what was weighed, or priced by a scale, stays as it is."""
    pieces, rest = divmod(line.quantity, PIECE)
    return not rest and line.total_fen == line.price_fen * pieces


def add_product(basket: Basket, product: Product, pieces: int, *, cap: Fen) -> Basket:
    """More of a product joins its own line as long as the price is the same.

    Raises ``Refused``: ``product.no_price``, ``amount.too_large`` or ``basket.full``.
    """
    if product.price_fen <= 0:
        raise Refused("product.no_price", name=product.name)
    for index, line in enumerate(basket.lines):
        if line.product == product.product and line.price_fen == product.price_fen and _is_whole(line):
            more = _line(product, line.quantity // PIECE + pieces)
            return _fits(Basket((*basket.lines[:index], more, *basket.lines[index + 1 :])), cap)
    return _fits(Basket((*basket.lines, _line(product, pieces))), cap)


def add_amount(basket: Basket, amount: Amount, *, cap: Fen) -> Basket:
    """A free amount is a line without a product; its name is the receipt's affair. F: C1"""
    line = Line(quantity=amount.pieces * PIECE, price_fen=amount.price_fen, total_fen=amount.total_fen)
    return _fits(Basket((*basket.lines, line)), cap)


def add_line(basket: Basket, line: Line, *, cap: Fen) -> Basket:
    """A line that was priced elsewhere: goods by weight stand on a line each. F: C3"""
    return _fits(Basket((*basket.lines, line)), cap)


def quantity(line: Line) -> str:
    """``2`` pieces, or ``0.740 kg``."""
    whole, rest = divmod(line.quantity, PIECE)
    return f"{whole}.{rest:03} kg" if rest else str(whole)


def remove(basket: Basket, index: int) -> Basket:
    """Take one line back before anything is paid. F: C2"""
    assert 0 <= index < len(basket.lines), index
    return Basket((*basket.lines[:index], *basket.lines[index + 1 :]))
