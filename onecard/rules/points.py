"""Points: what a sale earns, and what points are worth when they pay. Whole numbers, rounded down. F: B5

Three forms of card come of it: points only (no value, no discount), points and discount, and both with
stored value.
"""

from collections.abc import Iterable, Sequence

from onecard.errors import Refused
from onecard.rules.condition import covers, holds
from onecard.rules.periods import When
from onecard.wire.intents import Pay
from onecard.wire.terms import PointsTerms

#: Fen in ￥100, which points are counted by.
_HUNDRED_YUAN = 10_000
#: Points that ``redeem_fen`` is the worth of.
_LOT = 100


def earned(
    terms: PointsTerms | None,
    lines: Sequence[tuple[str, int]],
    pays: Iterable[Pay],
    when: When,
    outlet: int,
) -> int:
    """``lines`` are (category, fen to pay). Only what counted goods cost and counted wallets paid earns."""
    if terms is None or not terms.per_100_yuan or not holds(terms, when, outlet):
        return 0
    goods = sum(fen for category, fen in lines if covers(terms.categories, category))
    paid = sum(pay.fen for pay in pays if pay.wallet in terms.wallets)
    return min(goods, paid) * terms.per_100_yuan // _HUNDRED_YUAN


def worth(terms: PointsTerms | None, points: int) -> int:
    """What so many points pay, fen. Raises ``Refused("points.not_money")`` where they pay nothing."""
    if terms is None or not terms.redeem_fen:
        raise Refused("points.not_money")
    return points * terms.redeem_fen // _LOT


def needed(terms: PointsTerms | None, fen: int) -> int:
    """The fewest points that are worth at least ``fen``."""
    if terms is None or not terms.redeem_fen:
        raise Refused("points.not_money")
    return -(-fen * _LOT // terms.redeem_fen)
