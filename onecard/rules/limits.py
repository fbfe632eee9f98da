"""May this card do this now? Each function returns, or raises one ``Refused`` that names the rule.

Pure, the same on terminal and server; knows no journal and no stop list. F: B9
"""

from onecard.cards.image import Identity, Purse
from onecard.clock import CARD_EPOCH_UNIX, day_of_card
from onecard.errors import Refused
from onecard.money import MAX_FEN
from onecard.rules.periods import Calendar
from onecard.rules.purse import STEP_FEN, brought_to
from onecard.wire.documents import CardType


def check_validity(identity: Identity, today: int) -> None:
    """``today`` in card days; both ends count. ``card.not_yet_valid``, ``card.expired``."""
    if today < identity.from_day:
        raise Refused("card.not_yet_valid", day=day_of_card(identity.from_day).isoformat())
    if today > identity.until_day:
        raise Refused("card.expired", day=day_of_card(identity.until_day).isoformat())


def check_sale(
    card_type: CardType,
    purse: Purse,
    fen: int,
    at: int,
    calendar: Calendar,
    *,
    pin_verified: bool = False,
    cap_fen: int | None = None,
) -> None:
    """A sale of ``fen`` at ``at`` from ``purse`` as it is on the card; ``cap_fen``: a lower cap (offline).

    ``amount.zero``, ``limit.sale``, ``limit.offline``, ``limit.interval``, ``limit.day_count``,
    ``limit.day``, ``limit.pin``, ``purse.short``.
    """
    if fen <= 0:
        raise Refused("amount.zero")
    if fen > card_type.sale_limit_fen:
        raise Refused("limit.sale", cap=card_type.sale_limit_fen)
    if cap_fen is not None and fen > cap_fen:
        raise Refused("limit.offline", cap=cap_fen)
    apart_s = abs(at - (purse.last_time + CARD_EPOCH_UNIX))
    # Only a sale starts the interval: a card that was just recharged may buy at once.
    if purse.day_count > 0 and apart_s < card_type.min_interval_s:
        raise Refused("limit.interval", wait_s=card_type.min_interval_s - apart_s)
    if card_type.day_count_limit or card_type.day_limit_fen:
        now = brought_to(purse, at, calendar)
        if card_type.day_count_limit and now.day_count >= card_type.day_count_limit:
            raise Refused("limit.day_count", cap=card_type.day_count_limit)
        if card_type.day_limit_fen and now.day_total * STEP_FEN + fen > card_type.day_limit_fen:
            left = max(0, card_type.day_limit_fen - now.day_total * STEP_FEN)
            raise Refused("limit.day", cap=card_type.day_limit_fen, left=left)
    if card_type.pin_above_fen and fen > card_type.pin_above_fen and not pin_verified:
        raise Refused("limit.pin", above=card_type.pin_above_fen)
    if fen > purse.main_fen:
        raise Refused("purse.short", balance=purse.main_fen, due=fen)


def cap_room(card_type: CardType, purse: Purse) -> int:
    """How much more the main purse may take, fen."""
    return max(0, min(card_type.cap_fen, MAX_FEN) - purse.main_fen)


def check_recharge(card_type: CardType, purse: Purse, fen: int, *, least: bool = True) -> None:
    """``amount.zero``, ``limit.recharge_min`` (not when ``least`` is False), ``limit.cap``."""
    if fen <= 0:
        raise Refused("amount.zero")
    if least and fen < card_type.recharge_min_fen:
        raise Refused("limit.recharge_min", least=card_type.recharge_min_fen)
    room = cap_room(card_type, purse)
    if fen > room:
        raise Refused("limit.cap", cap=card_type.cap_fen, room=room)
