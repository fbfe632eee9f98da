"""What a tap does with a card, whatever it is made of: read it whole, and write one record torn-safe.

The promise of ``write`` is the same for every medium: it returns only when the record was read back from the
card, and what it raises says exactly how much is known. Knows no sale, no journal and no reader.
"""

from typing import Protocol

from onecard.cards.cpu.proof import Proof
from onecard.cards.image import CardImage, Identity, Purse
from onecard.ids import RecordId


class CardSession(Protocol):
    """One card from the moment it is put on until it leaves."""

    #: As card types name it: ``m1``, ``cpu``.
    medium: str

    @property
    def uid(self) -> bytes: ...

    @property
    def commands(self) -> int:
        """Commands sent to the card."""
        ...

    def read(self) -> CardImage:
        """Everything the card says, verified.

        Raises ``CardForeign``, ``CardBroken``, ``CardDenied`` or ``CardGone``.
        """
        ...

    def write(self, after: Purse) -> CardImage:
        """Make ``after`` the newest record and prove it by reading back.

        Raises ``CardGone`` (outcome unknown), ``CardDoubtful`` (the card is there, outcome unknown) or
        ``NotWritten`` (a good read shows the old record; a code not its own says why it was not tried).
        """
        ...

    def personalise(self, identity: Identity, first: Purse) -> CardImage:
        """Make a blank medium this card, or finish what an interrupted call with the same card began."""
        ...

    def rekey(self) -> CardImage:
        """Give it the newest keys where its medium lets a desk do that; the record stays."""
        ...

    def wipe(self) -> None:
        """Take off the medium whatever makes it this card; may be called again after an interruption."""
        ...

    def proof(self, id: RecordId) -> Proof | None:
        """What the card itself gives out about ``id``, its newest transaction; M1 gives nothing."""
        ...

    def retire(self) -> None:
        """Its record is locked and it will never be used again: shut it altogether, where the medium can.

        Raises ``CardError``; the record holds without it.
        """
        ...
