"""Which paper follows which tap, and the few words about it that stay on the screen."""

from onecard import masking, money, wallet
from onecard.devices.printers import Document
from onecard.journal.facet import amount_of, card_of, kind_of
from onecard.terminal.outcome import Completed, Journaled, State
from onecard.text import Translator
from onecard.wire.messages import CounterSale, CounterVoid, LoadIntent, Recharge, Sale, Void
from pos import receipt, worth
from pos.task import Issue, TakeBack, Task
from pos.till import Till


def after(till: Till, task: Task, completed: Completed) -> Document | None:
    """The receipt of what a tap has just done."""
    intent = completed.intent
    card, _ = card_of(intent)
    # The new holder's own paper carries the whole name; every other one may be left lying about.
    holder = task.holder if isinstance(task, Issue) else till.holder(card)
    head = till.head(holder=holder)
    at_office = intent.purse is None and not isinstance(intent, CounterSale | CounterVoid)
    balance = completed.balance_after_fen if at_office else None
    if isinstance(intent, Sale):
        return receipt.sale(till.tr, head, intent, balance_fen=balance, offline=not till.is_online)
    if isinstance(intent, Void) and isinstance(task, TakeBack):
        by = task.supervisor_name
        owed = completed.is_owed
        return receipt.void(till.tr, head, intent, supervisor_name=by, balance_fen=balance, is_owed=owed)
    return receipt.of(till.tr, head, intent)


def of_record(till: Till, journaled: Journaled) -> Document | None:
    """A copy of the paper of one record."""
    intent = journaled.intent
    head = till.head(holder=till.holder(card_of(intent)[0]), operator=intent.operator)
    balance = till.station.accounts.balance_told(intent.id) if intent.purse is None else None
    # A void that was given up with a card that never was written to: a CPU card's, which the office pays.
    owed = isinstance(intent, Void) and intent.purse is not None and journaled.state is State.GIVEN_UP
    return receipt.of(till.tr, head, intent, copy=True, balance_fen=balance, is_owed=owed)


def words(tr: Translator, holder: str, completed: Completed) -> tuple[str, str]:
    """``消费 ￥12.50`` and ``张*敏 ****0123 · 余额 ￥87.50``: the last thing done at this till."""
    intent = completed.intent
    card, issue = card_of(intent)
    fen = intent.due_fen if isinstance(intent, Sale) else _moved(completed)
    what = f"{tr('pos.kind.' + kind_of(intent))} {worth.words(tr, fen, worth.uses_of(intent))}"
    who = f"{holder} {masking.card(card, issue)}".strip() if card else ""
    if isinstance(intent, CounterSale | CounterVoid):
        change = intent.given_fen - fen if isinstance(intent, CounterSale) and intent.given_fen else 0
        back = tr("pos.tender.change_is", change=money.show(change)) if change > 0 else ""
        paid = " ".join(f"{wallet.name(tr, pay.wallet)} {money.show(pay.fen)}" for pay in intent.pays)
        return what, " · ".join(filter(None, (who, paid, back)))
    return what, " · ".join((who, *(" ".join(fact) for fact in worth.left(tr, completed))))


def card_number(completed: Completed) -> int:
    """Number of the card that was tapped."""
    return card_of(completed.intent)[0]


def _moved(completed: Completed) -> int:
    if completed.is_owed or isinstance(completed.intent, Recharge | LoadIntent | CounterVoid):
        return amount_of(completed.intent)
    return abs(completed.balance_after_fen - completed.balance_before_fen)
