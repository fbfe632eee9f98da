"""Cash that a kiosk took without a card: against a slip, which is paid once. F: D3"""

from onecard.books import accounts
from onecard.books.entry import Postings, move
from onecard.wire.cash import Claim


def made(claim: Claim, number: int) -> Postings:
    """unresolved → claim."""
    return move(accounts.unresolved(claim.id.terminal), accounts.claim(number), claim.amount_fen)


def paid(number: int, terminal: int, fen: int) -> Postings:
    """claim → the till that pays."""
    return move(accounts.claim(number), accounts.till(terminal), fen)


def kept(number: int, terminal: int, fen: int) -> Postings:
    """The till never heard that it may pay: its cash is still there, and the slip is owed again."""
    return move(accounts.till(terminal), accounts.claim(number), fen)
