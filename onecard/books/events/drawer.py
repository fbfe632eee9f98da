"""Cash put into a till's drawer, or taken out of it, for no sale. F: C8"""

from onecard.books import accounts
from onecard.books.entry import Postings, move
from onecard.wire.shift import DrawerMove

#: To and from the vault; whatever else it was for, somebody has to explain.
SAFE = "safe"


def postings(body: DrawerMove) -> Postings:
    """vault, or what is to be explained → till; out the other way."""
    terminal = body.id.terminal
    other = accounts.VAULT if body.reason == SAFE else accounts.difference(terminal)
    return move(accounts.till(terminal), other, body.fen if body.way == "in" else -body.fen)
