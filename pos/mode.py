"""What a tap at this till means: the modes of selling, and what each makes of a key or of none. F: C1

The office says which mode holds; whoever works here may choose another where the office lets him, until the
office says something new.
"""

import re
from enum import StrEnum

from onecard.errors import Refused
from onecard.money import MAX_FEN
from onecard.settings import Settings
from onecard.terminal.order import Order
from onecard.wire.messages import Line, PricedLine


class Mode(StrEnum):
    FREE = "free"  # amounts and products, side by side
    AMOUNT = "amount"  # amounts only
    KEYS = "keys"  # each figure is a price
    FIXED = "fixed"  # every tap pays the same
    COUNT = "count"  # every tap is one use of a count wallet
    ACCOUNT = "account"  # the member pays later
    SUBSIDY = "subsidy"  # nothing is sold: the holder collects what lies ready
    IDENTITY = "identity"  # nothing is sold: who is this?


ICONS = {
    Mode.FREE: "view-grid-outline",
    Mode.AMOUNT: "calculator",
    Mode.KEYS: "dialpad",
    Mode.FIXED: "contactless-payment",
    Mode.COUNT: "numeric",
    Mode.ACCOUNT: "file-document-outline",
    Mode.SUBSIDY: "gift-outline",
    Mode.IDENTITY: "card-account-details-outline",
}
#: In these the reader waits for the next card without a key in between.
BY_ITSELF = frozenset({Mode.FIXED, Mode.COUNT})
#: In these nothing is sold.
SELLS_NOTHING = frozenset({Mode.SUBSIDY, Mode.IDENTITY})

_KIND = re.compile("[a-z0-9]{1,16}", re.ASCII)


def key_prices(office: Settings) -> dict[str, int]:
    """``1:300 2:500`` → figure → fen; what cannot be read is no key."""
    found: dict[str, int] = {}
    for part in office.text("key_prices").replace(",", " ").split():
        figure, _, fen = part.partition(":")
        plain = len(figure) == 1 and (figure + fen).isascii() and figure.isdecimal() and fen.isdecimal()
        if plain and 0 < int(fen) <= MAX_FEN:
            found[figure] = int(fen)
    return found


def is_kind(text: str) -> bool:
    """Whether this can name a count wallet."""
    return _KIND.fullmatch(text) is not None


def by_itself(mode: Mode, office: Settings) -> Order:
    """What every tap pays. Raises ``Refused("mode.not_set")``."""
    if mode is Mode.COUNT:
        kind, fen = office.text("count_kind"), office.number("count_fen")
        if not is_kind(kind):
            raise Refused("mode.not_set")
        return Order(lines=(PricedLine(price_fen=fen, total_fen=fen, uses=kind),))
    fen = office.number("fixed_fen")
    if not fen:
        raise Refused("mode.not_set")
    return Order(lines=(Line(price_fen=fen, total_fen=fen),))
