"""What a load needs from the one who holds the load key: an order for this card at this online sequence.

The server is the host; a till only carries question and answer. Knows no network.
"""

from typing import Protocol

import msgspec

from onecard.cards.cpu.command import LoadStart
from onecard.ids import RecordId


class LoadWanted(msgspec.Struct, frozen=True, kw_only=True):
    """A load that a card has begun."""

    start: LoadStart
    fen: int
    #: Six bytes that name the intent, as the card was told.
    terminal: bytes
    unit: int
    card: int
    issue: int
    key_version: int
    id: RecordId


class LoadOrder(msgspec.Struct, frozen=True):
    """MAC2 and the moment it is bound to (BCD, seven bytes)."""

    moment: bytes
    mac2: bytes


class LoadHost(Protocol):
    """Raises ``Refused`` or ``Unreachable``; then the card has no order that it could carry out."""

    def __call__(self, wanted: LoadWanted) -> LoadOrder: ...
