"""Terminals of other people's cards, as selling sees them: an amount goes out, a word comes back.

Whose card it is, and what is asked when the line breaks, is the device's affair. F: C16 C17
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from onecard.errors import OneCardError
from onecard.terminal.foreign import Back


@dataclass(frozen=True, kw_only=True)
class Approval:
    """Money moved. ``reference`` is what a void or a refund names; ``approval`` is kept with the sale."""

    approval: str
    reference: str


class Foreign(Protocol):
    """One terminal. ``then`` runs on the window's thread, once, when the outcome is known for certain."""

    def pay(self, fen: int, then: Callable[[Approval | OneCardError], None]) -> None: ...

    def take_back(
        self, reference: str, fen: int, then: Callable[[Approval | OneCardError], None], back: Back
    ) -> None:
        """A payment or a part of it, for the sale of ours that it had paid; booked by whoever hears it."""
        ...
