"""Carries a CPU card's question for a load to the office, with the intent as journaled, and the order back.

Asks on the thread that talks to the card, for the card waits for it; so it has a client of its own.
"""

from typing import Protocol

from msgspec import Raw

from onecard.cards.cpu.host import LoadOrder, LoadWanted
from onecard.journal.journal import Journal
from onecard.wire import load_order


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
