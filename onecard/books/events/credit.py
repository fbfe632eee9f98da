"""One note in the cash box: it is ours, and not yet known whose it becomes."""

from onecard.books import accounts
from onecard.books.entry import Postings, move
from onecard.wire.cash import Credit


def postings(credit: Credit) -> Postings:
    """cash box → unresolved, and nothing else."""
    terminal = credit.id.terminal
    return move(accounts.cashbox(terminal), accounts.unresolved(terminal), credit.value_fen)
