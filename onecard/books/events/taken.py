"""Cash over the counter for a card write that was given up: in the till for certain, whose it is not yet.

The till's Z and the books count it by this same rule. What becomes of it is settled from ``unresolved``.
"""

from onecard.books import accounts
from onecard.books.entry import Posting, Postings, move
from onecard.wire.intents import Intent, Issue, Recharge, Sale, Source, Void


def cash_of(intent: Intent) -> int:
    """What the cashier took in for this intent, fen; 0 for everything but issues and counter recharges."""
    match intent:
        case Recharge(source=Source.TILL):
            return intent.amount_fen
        case Issue():
            return intent.opening_fen + intent.deposit_fen + intent.fee_fen
    return 0


def drawer_of(intent: Intent) -> int:
    """What this intent puts into the drawer once it is done; negative: what it takes out. F: C4"""
    if isinstance(intent, Sale | Void):
        cash = sum(pay.fen for pay in intent.pays if pay.wallet == "cash")
        return cash if isinstance(intent, Sale) else -cash
    return cash_of(intent)


def postings(intent: Recharge | Issue) -> Postings:
    """till → unresolved."""
    terminal = intent.id.terminal
    return move(accounts.till(terminal), accounts.unresolved(terminal), cash_of(intent))


def released(terminal: int, usual: Postings) -> Postings:
    """What this cash would have bought, bought from what was held."""
    till, held = accounts.till(terminal), accounts.unresolved(terminal)
    return tuple(
        Posting(held, one.credit, one.fen, one.currency) if one.debit == till else one for one in usual
    )


def again(terminal: int, card: int, issue: int, fen: int) -> Postings:
    """The same cash was rung once more: what the first ring gave or will give, the card owes back."""
    return move(accounts.waiting(card, issue, "main"), accounts.till(terminal), fen)
