"""A sale in full: what every line costs after its discount, and what moves besides money.

``sale/1`` says a sale that only money pays at the list price; whatever it cannot say is a ``sale/2``. A card
whose type limits what it spends says in a ``sale/3`` what it had counted. Code that takes a ``Sale`` takes
all of them.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from onecard.cards.image import Purse
from onecard.wire.intents import Line, Sale
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
