"""What expired on a card and was cleared by any write: out of the purse, back to where it came from."""

from onecard.books import accounts
from onecard.books.entry import Postings, move
from onecard.books.wallets import ON_CARD
from onecard.wire.intents import PurseWrite


def postings(purse: PurseWrite) -> Postings:
    """purse → fund or breakage, per slot that was cleared."""
    if not any(purse.cleared):
        return ()
    found: Postings = ()
    for wallet in ON_CARD[1:]:
        fen = purse.cleared[wallet.place - 1]
        found += move(accounts.purse(purse.card, purse.issue, wallet.name), wallet.expired_to, fen)
    return found
