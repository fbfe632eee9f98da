"""One sale decided: price, then limits, then wallets, then points. The same on terminal and server. F: A1

Pure. What a card holds and has spent comes in as numbers; whether it may be trusted was settled before.
"""

from collections.abc import Mapping, Sequence

import msgspec

from onecard.cards.image import Purse
from onecard.errors import Refused
from onecard.rules import points
from onecard.rules.limits import NOTHING_SPENT, Spent, check
from onecard.rules.periods import When
from onecard.rules.pricing import NO_PRODUCTS, Bill, price, uses_of
from onecard.rules.purse import PLACES, spendable
from onecard.rules.split import Pocket, split, split_by_scope
from onecard.wire.intents import Line, Pay
from onecard.wire.sale import Use
from onecard.wire.terms import CardType, Product


class Deal(msgspec.Struct, frozen=True, gc=False):
    """What is sold at which price, who pays, and what else moves."""

    bill: Bill
    pays: tuple[Pay, ...]
    uses: tuple[Use, ...] = ()
    earned: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether ``sale/1`` can say it."""
        return not (self.bill.off or self.bill.first_n or self.uses or self.earned)


def decide(
    card_type: CardType,
    lines: Sequence[Line],
    when: When,
    outlet: int,
    pockets: Sequence[Pocket],
    spent: Spent = NOTHING_SPENT,
    *,
    products: Mapping[int, Product] = NO_PRODUCTS,
    pin_verified: bool = False,
    cap_fen: int | None = None,
) -> Deal:
    """``pockets`` in the order in which they pay. Raises what price, check and split raise, and
    ``amount.zero`` for a bill that was nothing before any discount."""
    bill = price(lines, card_type, when, outlet, products, spent.first_n)
    if bill.due_fen <= 0 and not bill.discount_fen:
        raise Refused("amount.zero")
    check(
        card_type, bill.due_fen, when, outlet, spent, pin_verified=pin_verified, cap_fen=cap_fen
    )  # fmt: skip
    pays = pay(bill, pockets, outlet)
    earned = points.earned(card_type.points, bill.nets(), pays, when, outlet) if card_type.points else 0
    return Deal(bill, pays, uses_of(bill.lines) if bill.off else (), earned)


def pay(bill: Bill, pockets: Sequence[Pocket], outlet: int) -> tuple[Pay, ...]:
    """Which wallet pays how much of a bill."""
    due = bill.due_fen
    if len(pockets) == 1 and 0 < due <= pockets[0].fen and pockets[0].terms is None:
        return (Pay(pockets[0].wallet, due),)
    for one in pockets:
        if one.terms is not None and (one.terms.categories or one.terms.outlets):
            return split_by_scope(bill.nets(), pockets, outlet)
    return split(due, [one[:2] for one in pockets])


def pockets_of(card_type: CardType, purse: Purse, today: int | None) -> list[Pocket]:
    """The wallets on a card in the order of its type; ``today`` as in ``purse.spendable``.

    Wallets that live on the server pay nothing here.
    """
    if not card_type.wallets:
        return [Pocket("main", purse.main_fen)]
    found = []
    for terms in card_type.wallets:
        place = PLACES.get(terms.wallet)
        if place is not None:
            fen = spendable(purse.slots[place - 1], today) if place else purse.main_fen
            found.append(Pocket(terms.wallet, fen, terms))
    return found
