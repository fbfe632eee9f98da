"""The pockets a card has, where they stand on it, and where money goes that expires in them.

A new kind of wallet is one row here. Knows no rule about who may spend what.
"""

import msgspec

from onecard.books import accounts
from onecard.wire.intents import Balances, PurseWrite


class Wallet(msgspec.Struct, frozen=True):
    """``place``: 0 = main purse, 1–3 = slot on the card. ``expired_to``: account of what expired."""

    name: str
    place: int
    expired_to: str


#: In the order of their places on the card.
ON_CARD = (
    Wallet("main", 0, accounts.breakage("main")),
    Wallet("gift", 1, accounts.breakage("gift")),
    Wallet("subsidy", 2, accounts.subsidy_fund(0)),
    Wallet("subsidy2", 3, accounts.subsidy_fund(0)),
)
NAMES = tuple(wallet.name for wallet in ON_CARD)

Amounts = tuple[int, int, int, int]


def amounts(balances: Balances) -> Amounts:
    """Fen per place."""
    return (
        balances.main_fen,
        balances.slot1.amount_fen,
        balances.slot2.amount_fen,
        balances.slot3.amount_fen,
    )


def changes(purse: PurseWrite) -> Amounts:
    """What the event itself did to each place, i.e. without what expired in the same write."""
    before, after, cleared = amounts(purse.before), amounts(purse.after), (0, *purse.cleared)
    return (
        after[0] - before[0],
        after[1] - before[1] + cleared[1],
        after[2] - before[2] + cleared[2],
        after[3] - before[3] + cleared[3],
    )
