"""What lists show of a card write: its kind, its card, what it moves. Knows bodies only."""

from onecard.wire.messages import Issue, LoadIntent, Lock, PurseWrite, Recharge, Sale, Void

#: An intent whose effect is a write on a card.
PurseIntent = Sale | Void | Recharge | LoadIntent | Issue | Lock


def kind_of(intent: PurseIntent) -> str:
    """The short name of an intent's kind."""
    match intent:
        case Sale():
            return "sale"
        case Void():
            return "void"
        case Recharge():
            return "recharge"
        case LoadIntent():
            return "load"
        case Issue():
            return "issue"
        case Lock():
            return "lock"


def amount_of(intent: PurseIntent) -> int:
    """Fen that the intent moves, never negative."""
    match intent:
        case Sale():
            return intent.due_fen
        case Void():
            return sum(pay.fen for pay in intent.pays)
        case Recharge():
            return intent.amount_fen
        case LoadIntent():
            return abs(sum(load.fen for load in intent.loads))
        case Issue():
            return intent.opening_fen
        case Lock():
            return 0


def card_of(intent: PurseIntent) -> tuple[int, int]:
    """(card, issue) that the intent is about."""
    match intent:
        case Sale() | Void() | Issue():
            return intent.card, intent.issue
        case Recharge() | LoadIntent() | Lock():
            return intent.purse.card, intent.purse.issue


def write_of(intent: PurseIntent) -> PurseWrite:
    """The write on the card. An account card's sale has none and never comes here."""
    assert intent.purse is not None, intent.id
    return intent.purse
