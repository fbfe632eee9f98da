"""A sale in full: what every line costs after its discount, and what moves besides money.

``sale/1`` says a sale that only money pays at the list price; whatever it cannot say is a ``sale/2``. A card
whose type limits what it spends says in a ``sale/3`` what it had counted, and what was paid over the counter
is a ``sale/4``. What a card of ours pays of a bill after another part of it is a ``sale/5``, with counters a
``sale/6``; older tills wrote those as any other sale. Code that takes a ``Sale`` takes all of them.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from onecard.cards.image import Purse
from onecard.ids import RecordId
from onecard.wire.intents import Line, Sale, Void
from onecard.wire.message import Amount, Short

Points = Annotated[int, Meta(ge=0, le=(1 << 31) - 1)]


class PricedLine(Line, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """``discount_fen`` is off this line's total. ``uses``: the count wallet whose uses pay the whole line."""

    discount_fen: Amount = 0
    uses: Short = ""


class Use(msgspec.Struct, frozen=True, array_like=True):
    """``[kind, times]``: so many uses of one count wallet. F: B7"""

    kind: Annotated[str, Meta(pattern="^[a-z0-9]{1,16}$")]
    times: Annotated[int, Meta(ge=1, le=0xFFFF)]


class FullSale(Sale, frozen=True, kw_only=True, omit_defaults=True, tag="sale/2"):
    """Σ pays = due = Σ line totals − Σ line discounts. F: B1 B4 B5 B7 B8 B12

    Without ``pays`` and purse the server shares the amount out over the wallets, in the card type's order.
    ``first_n``: meals at a first-n price, counted on the card. ``earned`` and ``spent`` are points; what
    those spent are worth stands among the pays. ``centre`` bears what the wallet ``centre`` pays.
    """

    lines: tuple[PricedLine, ...]
    first_n: Annotated[int, Meta(ge=0, le=1)] = 0
    uses: tuple[Use, ...] = ()
    earned: Points = 0
    spent: Points = 0
    centre: Annotated[int, Meta(ge=0, lt=1 << 31)] = 0


class Counters(msgspec.Struct, frozen=True, array_like=True):
    """``[last time, day total, day n, meal total, meal n, first-n]`` as they stood on the card: card seconds,
    and steps of ￥0.10. Which of them still count at the sale, the calendar named says.
    """

    last_time: Annotated[int, Meta(ge=0, le=0xFFFF_FFFF)] = 0
    day_total: Annotated[int, Meta(ge=0, le=0xFFFF)] = 0
    day_count: Annotated[int, Meta(ge=0, le=0xFF)] = 0
    meal_total: Annotated[int, Meta(ge=0, le=0xFFFF)] = 0
    meal_count: Annotated[int, Meta(ge=0, le=0xF)] = 0
    first_n: Annotated[int, Meta(ge=0, le=0xF)] = 0

    @classmethod
    def of(cls, purse: Purse) -> "Counters":
        """Of the record that a sale follows."""
        return cls(
            purse.last_time, purse.day_total, purse.day_count, purse.meal_total, purse.meal_count,
            purse.first_n,
        )  # fmt: skip


class CountedSale(FullSale, frozen=True, kw_only=True, omit_defaults=True, tag="sale/3"):
    """With what the card had counted before it, so that the office can decide it again. F: B4 B9"""

    counters: Counters


#: 0: nobody's card.
SomeCard = Annotated[int, Meta(ge=0, lt=1 << 40)]
SomeIssue = Annotated[int, Meta(ge=0, le=255)]


class CounterSale(FullSale, frozen=True, kw_only=True, omit_defaults=True, tag="sale/4"):
    """Paid over the counter: cash, or a foreign card through its own terminal. F: C4 C16 C17

    A card that is named was shown for its price and its points. ``given_fen``: cash as it was handed over.
    ``approval`` and ``reference`` find a foreign card's payment at its bank. ``beside``: the sale that paid
    the first part of the same bill.
    """

    card: SomeCard = 0
    issue: SomeIssue = 0
    given_fen: Amount = 0
    approval: Short = ""
    reference: Short = ""
    beside: RecordId | None = None


class PartSale(FullSale, frozen=True, kw_only=True, omit_defaults=True, tag="sale/5"):
    """``beside`` paid the part before of the same bill. F: C4"""

    beside: RecordId


class CountedPart(CountedSale, frozen=True, kw_only=True, omit_defaults=True, tag="sale/6"):
    """The same of a card that counts. F: C4 B4"""

    beside: RecordId


def beside(sale: Sale) -> RecordId | None:
    """The sale that paid the part before of the same bill, as far as this one knows."""
    return sale.beside if isinstance(sale, CounterSale | PartSale | CountedPart) else None


class CounterVoid(Void, frozen=True, kw_only=True, omit_defaults=True, tag="void/2"):
    """Takes such a sale back, in the same shift; cash goes back out of the drawer. F: C7"""

    card: SomeCard = 0
    issue: SomeIssue = 0
