"""Which promotion a recharge earns, and how much. Pure: what was used before comes in as values. F: B2"""

from collections.abc import Iterable, Set

import msgspec


class Promotion(msgspec.Struct, frozen=True):
    """As its table says; ``types`` empty = every card type."""

    promotion: int
    least_fen: int
    gift_fen: int
    each: bool
    most_gift_fen: int
    first: bool
    once: bool
    since: int
    until: int
    types: tuple[int, ...]
    gift_days: int


def worth(one: Promotion, fen: int) -> int:
    """The gift for a recharge of ``fen``."""
    times = fen // one.least_fen if one.each else int(fen >= one.least_fen)
    gift = times * one.gift_fen
    return min(gift, one.most_gift_fen) if one.most_gift_fen else gift


def best(
    promotions: Iterable[Promotion], fen: int, day: int, card_type: int, is_first: bool, used: Set[int]
) -> Promotion | None:
    """The one that gives most; of equals the oldest. Gifts are not added up."""
    fitting = [
        one
        for one in promotions
        if (not one.since or one.since <= day)
        and (not one.until or day <= one.until)
        and (not one.types or card_type in one.types)
        and (is_first or not one.first)
        and not (one.once and one.promotion in used)
        and worth(one, fen) > 0
    ]
    return max(fitting, key=lambda one: (worth(one, fen), -one.promotion), default=None)
