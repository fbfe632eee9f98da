"""A void: a sale taken back wallet by wallet, from its owner to the wallets that paid."""

from collections.abc import Mapping

from onecard.books import accounts
from onecard.books.entry import Postings, move
from onecard.books.events import sale
from onecard.wire.intents import Pay, Void


def within(pays: tuple[Pay, ...], left: Mapping[str, int]) -> dict[str, int]:
    """How much of each pay the sale still covers; what is beyond that is an excess."""
    return {pay.wallet: min(pay.fen, left.get(pay.wallet, 0)) for pay in pays}


def postings(void: Void, owner: int, outlet: int, left: Mapping[str, int]) -> Postings:
    """owner → wallet up to what is left of the sale; what a fact has beyond that: difference."""
    covered = within(void.pays, left)
    found: Postings = ()
    for pay in void.pays:
        back = sale.source(void.purse, void.card, void.issue, pay.wallet)
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
