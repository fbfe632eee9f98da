"""A void: a sale taken back wallet by wallet, from its owner to the wallets that paid."""

from collections.abc import Mapping

from onecard.books import accounts
from onecard.books.entry import Postings, move
from onecard.books.events import sale
from onecard.wire.intents import Pay, Void

NOWHERE: Mapping[str, str] = {}


def within(pays: tuple[Pay, ...], left: Mapping[str, int]) -> dict[str, int]:
    """How much of each pay the sale still covers; what is beyond that is an excess."""
    return {pay.wallet: min(pay.fen, left.get(pay.wallet, 0)) for pay in pays}


def whole(void: Void, left: Mapping[str, int]) -> tuple[Pay, ...]:
    """What a void takes back: as it says, or all that is left of a sale that the server shared out."""
    if void.pays or void.purse is not None:
        return void.pays
    return tuple(Pay(wallet, fen) for wallet, fen in sorted(left.items()) if fen > 0)


def postings(
    void: Void, owner: int, outlet: int, left: Mapping[str, int], origins: Mapping[str, str] = NOWHERE
) -> Postings:
    """owner → wallet up to what is left of the sale; what a fact has beyond that: difference.

    ``origins``: the accounts that the sale's pays came out of, by wallet.
    """
    pays = whole(void, left)
    covered = within(pays, left)
    found: Postings = ()
    for pay in pays:
        back = origins.get(pay.wallet) or sale.source(void.purse, void.card, void.issue, pay.wallet)
        found += move(accounts.payable(owner, outlet), back, covered[pay.wallet])
        found += move(accounts.difference(void.id.terminal), back, pay.fen - covered[pay.wallet])
    return found


def as_load(void: Void, owner: int, outlet: int, left: Mapping[str, int]) -> Postings:
    """The same for a void that never reached the card: the money waits as a load. An excess is not paid."""
    covered = within(void.pays, left)
    found: Postings = ()
    for pay in void.pays:
        back = accounts.waiting(void.card, void.issue, pay.wallet)
        found += move(accounts.payable(owner, outlet), back, covered[pay.wallet])
    return found


def fault(void: Void) -> str:
    """What makes the record contradict itself, "" if nothing does."""
    return sale.pays_fault(void.pays, void.purse, void.card, void.issue, +1)
