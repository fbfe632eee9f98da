"""What a plastic held goes on to another, to its holder's hand, or back to whoever gave it. F: A4 A5 A8"""

from onecard.books import accounts
from onecard.books.entry import Postings, move
from onecard.books.wallets import ON_CARD


def carried(card: int, issue: int, target: str, wallet: str, fen: int) -> Postings:
    """purse of the old plastic → wherever the new one will find it; a negative amount goes the other way."""
    return move(accounts.purse(card, issue, wallet), target, fen)


def renumbered(card: int, issue: int, target: str, wallet: str, fen: int) -> Postings:
    """A load that is not on the old plastic waits for the new one."""
    return move(accounts.waiting(card, issue, wallet), target, fen)


def short(card: int, issue: int, to_card: int, wallet: str, fen: int) -> Postings:
    """``fen`` > 0 more was spent from the old plastic than its books held: the holder owes it."""
    return move(accounts.debt(to_card), accounts.purse(card, issue, wallet), fen)


def paid_out(source: str, cash: str, fen: int) -> Postings:
    """What is the holder's own → his hand."""
    return move(source, cash, fen)


def given_up(source: str, wallet: str, fen: int) -> Postings:
    """Gift and subsidy never become cash: they go back to whoever gave them."""
    fund = next((one.expired_to for one in ON_CARD if one.name == wallet), accounts.breakage("gift"))
    return move(source, accounts.PROMO_GIFT if wallet.startswith("gift") else fund, fen)


def deposit(card: int, to_card: int, fen: int) -> Postings:
    """The deposit stands for the formal card from now on."""
    return move(accounts.deposit(card), accounts.deposit(to_card), fen)
