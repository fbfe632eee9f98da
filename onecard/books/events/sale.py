"""A sale: out of the wallets that pay, to the owner of the outlet."""

from onecard.books import accounts
from onecard.books.entry import Postings, move
from onecard.books.wallets import NAMES, ON_CARD, changes
from onecard.wire.intents import Pay, PurseWrite, Sale


def source(purse: PurseWrite | None, card: int, issue: int, wallet: str) -> str:
    """The account a wallet of this sale lives in: on the card, or on the server."""
    return accounts.account(card, wallet) if purse is None else accounts.purse(card, issue, wallet)


def postings(sale: Sale) -> Postings:
    """wallet → owner, per wallet."""
    owner = accounts.payable(sale.owner, sale.outlet)
    found: Postings = ()
    for pay in sale.pays:
        found += move(source(sale.purse, sale.card, sale.issue, pay.wallet), owner, pay.fen)
    return found


def returned_as_load(sale: Sale) -> Postings:
    """The reversal of a sale whose money is gone from the card but whose goods were not given: to waiting."""
    owner = accounts.payable(sale.owner, sale.outlet)
    found: Postings = ()
    for pay in sale.pays:
        found += move(owner, accounts.waiting(sale.card, sale.issue, pay.wallet), pay.fen)
    return found


def fault(sale: Sale) -> str:
    """What makes the record contradict itself, "" if nothing does."""
    if sale.owner < 0 or sale.outlet < 0:
        return "place_unknown"
    total = sum(line.total_fen for line in sale.lines)
    if total - sale.discount_fen != sale.due_fen or sum(pay.fen for pay in sale.pays) != sale.due_fen:
        return "sums_differ"
    return pays_fault(sale.pays, sale.purse, sale.card, sale.issue, -1)


def pays_fault(pays: tuple[Pay, ...], purse: PurseWrite | None, card: int, issue: int, sign: int) -> str:
    """Each wallet once, only wallets we know, and the card changed by exactly these amounts."""
    by_wallet = {pay.wallet: pay.fen for pay in pays}
    if len(by_wallet) != len(pays) or any(wallet not in NAMES for wallet in by_wallet):
        return "wallets_differ"
    if purse is None:
        return ""
    if (purse.card, purse.issue) != (card, issue):
        return "card_differs"
    wanted = tuple(sign * by_wallet.get(wallet.name, 0) for wallet in ON_CARD)
    return "" if changes(purse) == wanted else "purse_differs"
