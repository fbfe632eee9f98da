"""What a tap does with a card, whatever it is made of: read it whole, and write one record torn-safe.

The promise of ``write`` is the same for every medium: it returns only when the record was read back from the
card, and what it raises says exactly how much is known. Knows no sale, no journal and no reader.
"""

from typing import Protocol

from onecard.cards.image import CardImage, Purse


class CardSession(Protocol):
    """One card from the moment it is put on until it leaves."""

    @property
    def uid(self) -> bytes: ...

    def read(self) -> CardImage:
        """Everything the card says, verified.

        Raises ``CardForeign``, ``CardBroken``, ``CardDenied`` or ``CardGone``.
        """
        ...

    def write(self, after: Purse) -> CardImage:
        """Make ``after`` the newest record and prove it by reading back.

        Raises ``CardGone`` (outcome unknown), ``CardDoubtful`` (the card is there, outcome unknown) or
        ``NotWritten`` (a good read shows the old record).
        """
        ...
