"""What a payment gateway can be asked, whoever it is: the contract of an adapter, and its answers.

Every call names the payment by our own number, so that asking twice is asking once. Whoever cannot be reached
raises ``Unreachable``: nothing is known then, and the same question comes again.
"""

from enum import StrEnum
from typing import Protocol

import msgspec


class Told(StrEnum):
    """How a payment stands at the gateway."""

    OPEN = "open"  # its code can be paid
    PAID = "paid"
    CLOSED = "closed"  # nobody can pay it any more, and nobody has
    REFUNDED = "refunded"
    REFUSED = "refused"  # the gateway will not have it
    UNKNOWN = "unknown"  # it never heard of it


class Wanted(msgspec.Struct, frozen=True):
    """A payment to be opened. ``until``: unix time after which nobody should be able to pay it."""

    number: str
    fen: int
    title: str
    until: int


class Opened(msgspec.Struct, frozen=True):
    """``code``: the text of the code that a phone scans."""

    told: Told
    code: str = ""


class Gateway(Protocol):
    """One adapter."""

    async def open(self, wanted: Wanted) -> Opened:
        """A code for it; asked again it is the same one."""
        ...

    async def ask(self, number: str) -> Told:
        """How it stands."""
        ...

    async def close(self, number: str) -> Told:
        """Nobody can pay it from now on; ``PAID`` if somebody had."""
        ...

    async def refund(self, number: str, fen: int) -> Told:
        """All of it goes back to who paid; ``REFUNDED`` when that is certain."""
        ...
