"""May this card do this now? Each function returns, or raises one ``Refused`` that names the rule.

Pure, the same on terminal and server; knows no journal and no stop list. F: A1 A15 B9
"""

from typing import NamedTuple

from onecard.cards.image import Identity, Purse
from onecard.clock import CARD_EPOCH_UNIX, day_of_card
from onecard.errors import Refused
from onecard.money import MAX_FEN
from onecard.rules.periods import Calendar, When
from onecard.rules.purse import STEP_FEN, still_counts
from onecard.wire.terms import CardType


class Spent(NamedTuple):
    """What a card spent on this business day and in this meal. ``last_at``: its last sale, 0 = none.

    From a card's record it counts in steps of ￥0.10, rounded up.
    """

    last_at: int = 0
    day_fen: int = 0
    day_count: int = 0
    meal_fen: int = 0
    meal_count: int = 0
    first_n: int = 0


NOTHING_SPENT = Spent()


def spent_of(purse: Purse, at: int, calendar: Calendar) -> Spent:
    """What the card's own record says of today and of this meal."""
    # Only a sale starts the interval: a card that was just recharged may buy at once.
    last = purse.last_time + CARD_EPOCH_UNIX if purse.day_count > 0 else 0
    _, day, meal = still_counts(purse, at, calendar)
    return Spent(
        last,
        purse.day_total * STEP_FEN if day else 0,
        purse.day_count if day else 0,
        purse.meal_total * STEP_FEN if meal else 0,
        purse.meal_count if meal else 0,
        purse.first_n if day else 0,
    )


def needs_spent(card_type: CardType) -> bool:
    """Whether any rule of this type asks what the card spent before."""
    return bool(
        card_type.min_interval_s
        or card_type.day_limit_fen
        or card_type.day_count_limit
        or card_type.meal_limit_fen
        or card_type.meal_count_limit
        or (card_type.discounts and any(row.first_n for row in card_type.discounts))
    )


def check_validity(identity: Identity, today: int) -> None:
    """``today`` in card days; both ends count. ``card.not_yet_valid``, ``card.expired``."""
    if today < identity.from_day:
        raise Refused("card.not_yet_valid", day=day_of_card(identity.from_day).isoformat())
    if today > identity.until_day:
        raise Refused("card.expired", day=day_of_card(identity.until_day).isoformat())


def check_medium(card_type: CardType, medium: str) -> None:
    """``medium``: ``m1 cpu track code uid``. ``card.medium``."""
    if card_type.media and medium not in card_type.media:
        raise Refused("card.medium")


def check_place(card_type: CardType, when: When, outlet: int) -> None:
    """``limit.outlet``, ``limit.period``."""
    if card_type.outlets and outlet not in card_type.outlets:
        raise Refused("limit.outlet")
    if card_type.periods and when.meal not in card_type.periods:
        raise Refused("limit.period", periods=" ".join(card_type.periods))


def check(
    card_type: CardType,
    fen: int,
    when: When,
    outlet: int,
    spent: Spent = NOTHING_SPENT,
    *,
    pin_verified: bool = False,
    cap_fen: int | None = None,
) -> None:
    """A sale of ``fen``; ``cap_fen``: a lower cap (offline). Whether the money is there, ``split`` says.

    ``limit.outlet``, ``limit.period``, ``limit.sale``, ``limit.offline``, ``limit.interval``,
    ``limit.day_count``, ``limit.day``, ``limit.meal_count``, ``limit.meal``, ``limit.pin``.
    """
    if card_type.outlets or card_type.periods:
        check_place(card_type, when, outlet)
    if fen > card_type.sale_limit_fen:
        raise Refused("limit.sale", cap=card_type.sale_limit_fen)
    if cap_fen is not None and fen > cap_fen:
        raise Refused("limit.offline", cap=cap_fen)
    if card_type.min_interval_s and spent.last_at:
        apart_s = abs(when.at - spent.last_at)
        if apart_s < card_type.min_interval_s:
            raise Refused("limit.interval", wait_s=card_type.min_interval_s - apart_s)
    if card_type.day_count_limit and spent.day_count >= card_type.day_count_limit:
        raise Refused("limit.day_count", cap=card_type.day_count_limit)
    if card_type.day_limit_fen and spent.day_fen + fen > card_type.day_limit_fen:
        left = max(0, card_type.day_limit_fen - spent.day_fen)
        raise Refused("limit.day", cap=card_type.day_limit_fen, left=left)
    if when.meal and card_type.meal_count_limit and spent.meal_count >= card_type.meal_count_limit:
        raise Refused("limit.meal_count", cap=card_type.meal_count_limit)
    if when.meal and card_type.meal_limit_fen and spent.meal_fen + fen > card_type.meal_limit_fen:
        left = max(0, card_type.meal_limit_fen - spent.meal_fen)
        raise Refused("limit.meal", cap=card_type.meal_limit_fen, left=left)
    if card_type.pin_above_fen and fen > card_type.pin_above_fen and not pin_verified:
        raise Refused("limit.pin", above=card_type.pin_above_fen)


def cap_room(card_type: CardType, purse: Purse) -> int:
    """How much more the main purse may take, fen."""
    return max(0, min(card_type.cap_fen, MAX_FEN) - purse.main_fen)


def cash_room(card_type: CardType, purse: Purse, *, named: bool = True) -> int:
    """How much of it may come as coins and notes. F: A15"""
    most = cap_room(card_type, purse)
    if card_type.cashless_from_fen:
        most = min(most, card_type.cashless_from_fen - 1)
    if card_type.named_from_fen and (card_type.anonymous or not named):
        most = min(most, card_type.named_from_fen - 1)
    return most


def check_recharge(
    card_type: CardType,
    purse: Purse,
    fen: int,
    *,
    least: bool = True,
    cash: bool = True,
    named: bool = True,
) -> None:
    """``least``: the smallest recharge holds; ``cash``: coins and notes; ``named``: the holder is known.

    ``amount.zero``, ``limit.recharge_min``, ``limit.cap``, ``limit.cashless``, ``limit.named``. F: A15
    """
    if fen <= 0:
        raise Refused("amount.zero")
    if least and fen < card_type.recharge_min_fen:
        raise Refused("limit.recharge_min", least=card_type.recharge_min_fen)
    room = cap_room(card_type, purse)
    if fen > room:
        raise Refused("limit.cap", cap=card_type.cap_fen, room=room)
    check_source(card_type, fen, cash=cash, named=named)


def check_source(card_type: CardType, fen: int, *, cash: bool, named: bool) -> None:
    """The prepaid-card thresholds: from some amount on not in cash, and not without a name. F: A15"""
    if cash and card_type.cashless_from_fen and fen >= card_type.cashless_from_fen:
        raise Refused("limit.cashless", above=card_type.cashless_from_fen)
    if card_type.named_from_fen and fen >= card_type.named_from_fen and (card_type.anonymous or not named):
        raise Refused("limit.named", above=card_type.named_from_fen)
