"""One intent under judgement: its identity, the digest of its bytes, and what it says."""

import msgspec

from onecard.books.events import issue, load, lock, recharge, sale, void
from onecard.wire.messages import (
    Body,
    Issue,
    LoadIntent,
    Lock,
    PurseWrite,
    Recharge,
    Result,
    Sale,
    Status,
    Void,
)
from server.books.sheet import Fact
from server.books.tables import id_of

Written = Sale | Void | Recharge | LoadIntent | Issue | Lock


class Case(msgspec.Struct, frozen=True, gc=False):
    """``key``: the intent's id."""

    key: int
    digest: bytes
    intent: Written

    @property
    def purse(self) -> PurseWrite | None:
        """The link of the card's chain, ``None`` for an account card."""
        return self.intent.purse

    @property
    def medium(self) -> tuple[int, int]:
        """(card, issue)."""
        return medium_of(self.intent)


def medium_of(intent: Written) -> tuple[int, int]:
    """(card, issue) of an intent."""
    if isinstance(intent, (Sale, Void)):
        return (intent.card, intent.issue)
    return (intent.purse.card, intent.purse.issue)


def amount_of(intent: Written) -> int:
    """What the intent does to the card's holder, fen; negative: it costs."""
    match intent:
        case Sale():
            return -intent.due_fen
        case Void():
            return sum(pay.fen for pay in intent.pays)
        case Recharge():
            return intent.amount_fen
        case LoadIntent():
            return sum(one.fen for one in intent.loads)
        case Issue():
            return intent.opening_fen
        case Lock():
            return 0


def kind_of(intent: Written) -> str:
    """The word of the journal for it: sale, void, recharge, load, issue, lock."""
    if isinstance(intent, Sale):
        return "sale"
    if isinstance(intent, Recharge):
        return "recharge"
    return "load" if isinstance(intent, LoadIntent) else type(intent).__name__.lower()


def fault_of(body: Body) -> str:
    """What makes an intent contradict itself, "" if nothing does."""
    match body:
        case Sale():
            return sale.fault(body)
        case Void():
            return void.fault(body)
        case Recharge():
            return recharge.fault(body)
        case LoadIntent():
            return load.fault(body)
        case Issue():
            return issue.fault(body)
        case Lock():
            return lock.fault(body)
    return ""


def result_of(key: int, fact: Fact) -> Result:
    """What is answered about an id, now and for ever."""
    return Result(id=id_of(key), status=Status(fact.status), reason=fact.reason, entry=fact.entry)
