"""What ``onecard/cards`` needs from the thing in the field: the few commands of a storage card, or APDUs.

Stands here and not with the readers so that the server can know cards without knowing any device;
drivers implement it, ``onecard/devices/readers`` hands it on.
"""

from enum import StrEnum
from typing import Protocol, runtime_checkable


class Key(StrEnum):
    """Which of a sector's two keys."""

    A = "A"
    B = "B"


class StorageCard(Protocol):
    """An M1 card in the field. Every method may raise ``CardGone``; a refusal is ``CardDenied``."""

    #: ISO 14443 identifier, 4 or 7 bytes.
    uid: bytes
    #: Commands sent to the card since it was put on (the bar is ≤ 20 on a good tap).
    commands: int

    def authenticate(self, block: int, which: Key, key: bytes) -> None:
        """Open the sector of ``block``; wrong key → ``CardDenied`` and the card must be selected again."""
        ...

    def read(self, block: int) -> bytes:
        """16 bytes of an open sector."""
        ...

    def write(self, block: int, data: bytes) -> None:
        """16 bytes into an open sector. *Any* exception leaves the outcome unknown until read back."""
        ...

    def select(self) -> None:
        """Wake the card up again after a refusal or a doubtful write; forgets authentication."""
        ...


@runtime_checkable
class ApduCard(StorageCard, Protocol):
    """A CPU card in the field: whole commands in, whole answers out. Its storage commands all refuse."""

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Answer and status word. Raises ``CardGone``: whether the card carried it out is then unknown."""
        ...
