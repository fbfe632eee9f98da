"""What loading a card earns, and whether whoever takes cash has to show a card for it first. F: B2 A7"""

from onecard.text import Translator
from onecard.wire.counter import AskOffers, Offer, Offers
from pos.till import Till

__all__ = ["AskOffers", "Offer", "Offers", "most", "wants_payee", "words_of", "worth"]


def worth(one: Offer, fen: int) -> int:
    """What it gives for so much."""
    times = fen // one.least_fen if one.each else int(fen >= one.least_fen)
    return min(times * one.gift_fen, one.most_gift_fen or times * one.gift_fen)


def most(offers: Offers, fen: int) -> int:
    """Gifts are not added up: the best counts."""
    return max((worth(one, fen) for one in offers.offers), default=0)


def words_of(tr: Translator, one: Offer) -> str:
    """``充 ￥500.00 送 ￥100.00``."""
    return tr(
        "desk.cash.offer_each" if one.each else "desk.cash.offer", least=one.least_fen, gift=one.gift_fen
    )


def wants_payee(till: Till) -> bool:
    """Whether cash may only be taken after the payee card, and it was not shown a moment ago."""
    upkeep = till.station.upkeep
    return upkeep.office.flag("payee_card") and not upkeep.cards.has_payee
