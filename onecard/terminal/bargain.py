"""What a card at this station pays for an order: the rules engine, fed with what station and card know."""

from onecard.cards.image import Purse
from onecard.rules.deal import Deal, decide, pockets_of
from onecard.rules.limits import NOTHING_SPENT, needs_spent, spent_of
from onecard.terminal.desk import Desk
from onecard.terminal.order import Order
from onecard.wire.messages import CardType, Counters


def on_card(
    desk: Desk, card_type: CardType, purse: Purse, order: Order, at: int, cap_fen: int | None
) -> Deal:
    """A sale from the card's own purse. Raises the ``Refused`` of the first rule that says no."""
    calendar = desk.calendar()
    when = calendar.when(at)
    spent = spent_of(purse, at, calendar) if needs_spent(card_type) else NOTHING_SPENT
    return decide(
        card_type,
        order.lines,
        when,
        desk.place().outlet,
        pockets_of(card_type, purse, when.day if desk.moment.is_sure else None),
        spent,
        products=desk.products(),
        pin_verified=order.pin_verified,
        cap_fen=cap_fen,
    )


def counters(card_type: CardType, purse: Purse) -> Counters | None:
    """What the sale's record says of the card's totals; nothing for a type that no rule counts for."""
    return Counters.of(purse) if needs_spent(card_type) else None
