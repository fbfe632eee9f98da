"""Loads: money that waits under a number moves into the purse; what does not go there is accounted for."""

from onecard.books import accounts
from onecard.books.entry import Postings, move
from onecard.books.wallets import ON_CARD, changes
from onecard.wire.intents import LoadIntent


def applied(card: int, issue: int, wallet: str, fen: int) -> Postings:
    """waiting → purse; a negative load goes the other way."""
    return move(accounts.waiting(card, issue, wallet), accounts.purse(card, issue, wallet), fen)


def unknown(terminal: int, card: int, issue: int, fen: int) -> Postings:
    """A load that the books do not have went onto a card: held against the terminal until explained."""
    return move(accounts.unresolved(terminal), accounts.purse(card, issue, "main"), fen)


def expired(card: int, issue: int, wallet: str, fen: int) -> Postings:
    """What had expired when the load was applied goes to its fund or is breakage."""
    target = next((w.expired_to for w in ON_CARD if w.name == wallet), accounts.breakage("main"))
    return move(accounts.waiting(card, issue, wallet), target, fen)


def owed(card: int, issue: int, wallet: str, fen: int) -> Postings:
    """A negative load took less than it should have: ``fen`` > 0 is now debt."""
    return move(accounts.debt(card), accounts.waiting(card, issue, wallet), fen)


def withdrawn(card: int, issue: int, wallet: str, target: str, fen: int) -> Postings:
    """waiting → where it came from: nobody can apply it any more."""
    return move(accounts.waiting(card, issue, wallet), target, fen)


def astray(terminal: int, card: int, issue: int, wallet: str, fen: int) -> Postings:
    """A wallet changed by ``fen`` more (or less) than its loads say: held against the terminal."""
    return move(accounts.unresolved(terminal), accounts.purse(card, issue, wallet), fen)


def fault(load: LoadIntent) -> str:
    """What makes the record contradict itself, "" if nothing does."""
    numbers = [one.number for one in load.loads]
    if not numbers or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return "numbers_differ"
    return "" if sum(changes(load.purse)) == sum(one.fen for one in load.loads) else "purse_differs"
