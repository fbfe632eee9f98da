"""Paying an owner: what is owed for his outlets, less what his contract leaves with the unit. F: G2 G7"""

import msgspec

from onecard.books import accounts
from onecard.books.entry import Postings, move


class Due(msgspec.Struct, frozen=True, array_like=True):
    """``[outlet, payable, commission, gift, subsidy]`` in fen: what it earned and what comes off it."""

    outlet: int
    payable_fen: int
    commission_fen: int = 0
    #: The owner's part of what was paid with gifts, and with subsidies.
    gift_fen: int = 0
    subsidy_fen: int = 0

    @property
    def net_fen(self) -> int:
        """What is paid out; negative: the owner owes it."""
        return self.payable_fen - self.commission_fen - self.gift_fen - self.subsidy_fen


def postings(owner: int, dues: tuple[Due, ...], paid_from: str = accounts.VAULT) -> Postings:
    """payable → commission, gift and subsidy funds, and the rest → ``paid_from``. Payable ends at zero."""
    found: Postings = ()
    for due in dues:
        payable = accounts.payable(owner, due.outlet)
        found += move(payable, accounts.commission(owner), due.commission_fen)
        found += move(payable, accounts.PROMO_GIFT, due.gift_fen)
        found += move(payable, accounts.subsidy_fund(0), due.subsidy_fen)
        found += move(payable, paid_from, due.net_fen)
    return found
