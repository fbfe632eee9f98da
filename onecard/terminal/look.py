"""One good read of the card on the reader, and everything this station knows about it."""

from dataclasses import dataclass, field

from onecard.cards.image import CardImage
from onecard.cards.m1 import M1Card
from onecard.errors import Refused
from onecard.terminal.outcome import Unfinished
from onecard.wire.messages import CardType, Load, OpenTap


@dataclass(frozen=True, kw_only=True)
class Look:
    """What lies on the reader. A frozen value; a new look is taken after every write.

    ``blank`` cards have no ``image``; every other look has one. ``refusal`` says why nothing may be bought
    with this card (stopped, locked, expired, unknown type …); querying it is still fine.
    """

    #: The conversation with the card; goes on in the write that may follow.
    session: M1Card = field(repr=False)
    image: CardImage | None
    card_type: CardType | None = None
    #: Full name, for the front desk only; "" when this terminal does not know the holder.
    holder: str = ""
    #: ``张*敏``: what the cashier and the customer's display show.
    holder_masked: str = ""
    #: Reason on the stop list, "" when it is not there.
    stop: str = ""
    refusal: Refused | None = None
    #: Taps of this station on this card that wait for it; complete them first (``Station.retap``).
    own_open: tuple[Unfinished, ...] = ()
    #: Other stations' open taps on this card; shown first, evidence was journaled by the look.
    foreign_open: tuple[OpenTap, ...] = ()
    #: Loads that could be applied now, in order, starting at the card's last + 1.
    loads: tuple[Load, ...] = ()
    #: How much more the purse may take before its cap.
    cap_room_fen: int = 0

    @property
    def blank(self) -> bool:
        """A factory-fresh medium that could become a card."""
        return self.image is None

    @property
    def uid(self) -> bytes:
        return self.session.uid

    @property
    def card(self) -> int:
        return 0 if self.image is None else self.image.identity.card

    @property
    def issue(self) -> int:
        return 0 if self.image is None else self.image.identity.issue

    @property
    def balance_fen(self) -> int:
        return 0 if self.image is None else self.image.newest.main_fen

    @property
    def loads_fen(self) -> int:
        """Σ of the waiting loads, before caps and expiry."""
        return sum(load.fen for load in self.loads)
