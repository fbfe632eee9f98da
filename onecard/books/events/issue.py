"""An issue: one heap of cash becomes the opening balance on the card, a deposit and a fee."""

from onecard.books import accounts
from onecard.books.entry import Postings, move
from onecard.books.wallets import changes
from onecard.wire.intents import Issue


def postings(issue: Issue) -> Postings:
    """till → purse, till → deposit, till → fee."""
    till = accounts.till(issue.id.terminal)
    return (
        *move(till, accounts.purse(issue.card, issue.issue, "main"), issue.opening_fen),
        *move(till, accounts.deposit(issue.card), issue.deposit_fen),
        *move(till, accounts.fee("issue"), issue.fee_fen),
    )


def fault(issue: Issue) -> str:
    """What makes the record contradict itself, "" if nothing does."""
    if (issue.purse.card, issue.purse.issue) != (issue.card, issue.issue):
        return "card_differs"
    return "" if changes(issue.purse) == (issue.opening_fen, 0, 0, 0) else "purse_differs"
