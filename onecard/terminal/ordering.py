"""What a card asks of the office while it lies there: a CPU card for a load, an old system's for its number.

Asks on the thread that talks to the card, for the card waits for it; so it has a client of its own.
"""

from typing import Protocol

from msgspec import Raw, Struct

from onecard.cards.cpu.host import LoadOrder, LoadWanted
from onecard.journal.journal import Journal
from onecard.terminal.takeover import TakeoverHost
from onecard.wire import load_order, takeover
from onecard.wire.messages import IssueGrant


class Office(Protocol):
    """What is asked of the server's client."""

    def load_order(self, question: load_order.AskLoadOrder) -> load_order.LoadOrder: ...


class Ordering:
    """A ``LoadHost``."""

    def __init__(self, journal: Journal, office: Office) -> None:
        self._journal, self._office = journal, office

    def __call__(self, wanted: LoadWanted) -> LoadOrder:
        start = wanted.start
        ordered = self._office.load_order(
            load_order.AskLoadOrder(
                body=Raw(self._journal.body_bytes(wanted.id)),
                balance=start.balance,
                sequence=start.sequence,
                key_version=wanted.key_version,
                challenge=start.challenge.hex(),
                mac1=start.mac1.hex(),
            )
        )
        return LoadOrder(bytes.fromhex(ordered.moment), bytes.fromhex(ordered.mac2))


class Asking(Protocol):
    """What else is asked of it."""

    def ask(self, path: str, question: Struct, kind: type[IssueGrant]) -> IssueGrant: ...


def first_tap(office: Asking) -> TakeoverHost:
    """Which card an old system's card becomes."""
    return lambda question: office.ask(takeover.PATH, question, IssueGrant)
