"""A recharge: cash over the counter, or notes the kiosk had credited before, into the main wallet."""

from onecard.books import accounts
from onecard.books.entry import Postings, move
from onecard.books.wallets import changes
from onecard.wire.intents import Recharge, Source


def origin(recharge: Recharge) -> str:
    """Where the money comes from: the till takes it now, a kiosk's credits already wait as unresolved."""
    terminal = recharge.id.terminal
    return accounts.till(terminal) if recharge.source is Source.TILL else accounts.unresolved(terminal)


def postings(recharge: Recharge) -> Postings:
    """origin → purse."""
    purse = recharge.purse
    return move(origin(recharge), accounts.purse(purse.card, purse.issue, "main"), recharge.amount_fen)


def as_load(recharge: Recharge) -> Postings:
    """The cash was taken, the card was not written: it waits as a load."""
    purse = recharge.purse
    return move(origin(recharge), accounts.waiting(purse.card, purse.issue, "main"), recharge.amount_fen)


def fault(recharge: Recharge) -> str:
    """What makes the record contradict itself, "" if nothing does."""
    if (recharge.source is Source.CASHBOX) != bool(recharge.credits):
        return "credits_differ"
    return "" if changes(recharge.purse) == (recharge.amount_fen, 0, 0, 0) else "purse_differs"


def account_postings(terminal: int, card: int, fen: int) -> Postings:
    """Cash over the counter for a card whose money lives on the server."""
    return move(accounts.till(terminal), accounts.account(card, "main"), fen)


def office_postings(cash: str, pocket: str, fen: int) -> Postings:
    """Money that came in without the card at hand: into a wallet on the server, or to wait for the card."""
    return move(cash, pocket, fen)
