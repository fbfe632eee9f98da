"""What stands on the number pad while somebody types: an amount, perhaps times a quantity.

Keeps every character as it was typed and judges none before it is asked: a stray ``-`` or full-width digit
makes the whole entry unreadable instead of being dropped, because ``-1`` must never become ￥1.00.
"""

import re

import msgspec

from onecard import money
from onecard.errors import Refused
from onecard.money import Fen, Pad

#: Longer than any readable amount; what is typed beyond it cannot make the entry readable again.
LONGEST = 16
MAX_QUANTITY = 999

_QUANTITY = re.compile(r"[0-9]{1,4}", re.ASCII)


class Entry(msgspec.Struct, frozen=True):
    """``first`` alone, or ``first × times`` once × was pressed."""

    first: str = ""
    times: str | None = None

    @property
    def is_empty(self) -> bool:
        return self.first == "" and self.times is None

    @property
    def text(self) -> str:
        return self.first if self.times is None else f"{self.first} × {self.times}"


EMPTY = Entry()


def press(entry: Entry, characters: str) -> Entry:
    """A key with a digit, ``00`` or a point; or whatever the keyboard sent."""
    if entry.times is None:
        return Entry((entry.first + characters)[:LONGEST])
    return Entry(entry.first, (entry.times + characters)[:LONGEST])


def times(entry: Entry) -> Entry:
    """×: what follows is a quantity. A second × changes nothing."""
    return Entry(entry.first, "") if entry.times is None else entry


def erase(entry: Entry) -> Entry:
    """⌫: one character, or the × itself."""
    if entry.times is None:
        return Entry(entry.first[:-1])
    return Entry(entry.first, entry.times[:-1] if entry.times else None)


def quantity(text: str) -> int:
    """Whole pieces, 1 … 999. Raises ``Refused`` with ``quantity.malformed``, ``.zero`` or ``.too_large``."""
    if not _QUANTITY.fullmatch(text):
        too_long = text.isascii() and text.isdigit()
        raise Refused("quantity.too_large" if too_long else "quantity.malformed", most=MAX_QUANTITY)
    pieces = int(text)
    if pieces == 0:
        raise Refused("quantity.zero")
    if pieces > MAX_QUANTITY:
        raise Refused("quantity.too_large", most=MAX_QUANTITY)
    return pieces


class Amount(msgspec.Struct, frozen=True):
    """A price and how many times."""

    price_fen: Fen
    pieces: int = 1

    @property
    def total_fen(self) -> int:
        return self.price_fen * self.pieces


def amount(entry: Entry, pad: Pad, *, cap: Fen) -> Amount:
    """The entry as money. Raises ``Refused`` with an ``amount.*`` or ``quantity.*`` code."""
    price = money.parse(entry.first, pad, cap=cap)
    pieces = 1 if entry.times is None else quantity(entry.times)
    if price * pieces > cap:
        raise Refused("amount.too_large", cap=cap)
    return Amount(price, pieces)


def pieces_for_product(entry: Entry) -> int:
    """How many of a product: ``3 ×`` before its key, or nothing typed for one.

    Raises ``Refused("quantity.unclear")`` when digits stand there without ×: they may be a price or a number.
    """
    if entry.is_empty:
        return 1
    if entry.times == "":
        return quantity(entry.first)
    raise Refused("quantity.unclear")
