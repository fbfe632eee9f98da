"""One sale up to the tap: what is typed, what is rung, and the second look at an unusually large amount.

Pure: functions from one ``Checkout`` to the next, or to the ``Order`` that a card is wanted for. After that
the sale is ``tap.py``'s.
"""

from dataclasses import dataclass, replace

from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.money import Fen, Pad
from onecard.terminal.order import Order
from onecard.wire.messages import Product
from pos import basket as bill
from pos import entry as pad_entry
from pos.basket import Basket
from pos.entry import Entry

#: A second Enter within this time is the first one bouncing, not a person who has read the amount.
BOUNCE_S = 0.5
_CAP, _LARGE = Fen(200_000), Fen(50_000)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Settings of this terminal for what may be rung."""

    pad: Pad = Pad.POINT
    cap_fen: Fen = _CAP
    #: From this amount on the cashier confirms once more.
    large_fen: Fen = _LARGE


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """The bill as it stands. ``confirming``: rung, and waiting for the second look."""

    entry: Entry = pad_entry.EMPTY
    basket: Basket = bill.EMPTY
    confirming: Order | None = None
    confirm_since: float = 0.0
    #: What is rung is the rest of a bill whose last part this sale paid.
    beside: RecordId | None = None

    @property
    def is_empty(self) -> bool:
        return self.entry.is_empty and self.basket.is_empty


NEW = Checkout()


def press(state: Checkout, characters: str) -> Checkout:
    """A digit, ``00``, a point, or whatever else the keyboard sent."""
    return replace(state, entry=pad_entry.press(state.entry, characters))


def times(state: Checkout) -> Checkout:
    """×"""
    return replace(state, entry=pad_entry.times(state.entry))


def erase(state: Checkout) -> Checkout:
    """⌫ takes a character; on an empty pad it takes the last line back."""
    if state.entry.is_empty and not state.basket.is_empty:
        return remove(state, len(state.basket.lines) - 1)
    return replace(state, entry=pad_entry.erase(state.entry))


def clear(state: Checkout) -> Checkout:
    """C: first what is typed, then the whole bill."""
    return replace(state, entry=pad_entry.EMPTY) if not state.entry.is_empty else NEW


def remove(state: Checkout, index: int) -> Checkout:
    """One line off the bill."""
    return replace(state, basket=bill.remove(state.basket, index))


def add_product(state: Checkout, product: Product, rules: Rules) -> Checkout:
    """A product key, once or as often as typed before ×. Raises ``Refused``."""
    pieces = pad_entry.pieces_for_product(state.entry)
    grown = bill.add_product(state.basket, product, pieces, cap=rules.cap_fen)
    return replace(state, entry=pad_entry.EMPTY, basket=grown)


def add_line(state: Checkout, rules: Rules) -> Checkout:
    """+: the typed amount becomes a line. Raises ``Refused``."""
    amount = pad_entry.amount(state.entry, rules.pad, cap=rules.cap_fen)
    return replace(
        state, entry=pad_entry.EMPTY, basket=bill.add_amount(state.basket, amount, cap=rules.cap_fen)
    )


def order_of(state: Checkout, rules: Rules) -> Order:
    """The bill with what is typed on the pad. Raises ``Refused``."""
    whole = add_line(state, rules) if not state.entry.is_empty or state.basket.is_empty else state
    return Order(lines=whole.basket.lines, beside=state.beside)


def ring(state: Checkout, rules: Rules, at: float) -> tuple[Checkout, Order | None]:
    """Enter: the bill as an order, or ``None`` when it has to be confirmed first. Raises ``Refused``.

    The bill itself stays as it was until it is paid, so that Esc leads back to it.
    """
    order = order_of(state, rules)
    if order.due_fen >= rules.large_fen:
        return replace(state, confirming=order, confirm_since=at), None
    return state, order


def confirm(state: Checkout, at: float) -> tuple[Checkout, Order | None]:
    """The second Enter, by a person: a bouncing or held key never gives the pause that confirms."""
    if state.confirming is None or at - state.confirm_since < BOUNCE_S:
        return replace(state, confirm_since=at), None
    return replace(state, confirming=None), state.confirming


def doubt(state: Checkout) -> Checkout:
    """Back from the second look; the bill stays as it was."""
    return replace(state, confirming=None)


def total_fen(state: Checkout, rules: Rules) -> int:
    """What the display shows: the lines and, when it can be read, what is typed."""
    total = state.basket.total_fen
    if state.entry.is_empty:
        return total
    try:
        return total + pad_entry.amount(state.entry, rules.pad, cap=rules.cap_fen).total_fen
    except Refused:
        return total
