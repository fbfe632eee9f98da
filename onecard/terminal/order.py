"""What a cashier wants to sell: lines and what they replace. Knows no card, no wallet and no discount."""

from dataclasses import dataclass

from onecard.ids import RecordId
from onecard.wire.messages import Line


@dataclass(frozen=True, kw_only=True)
class Order:
    """One bill at the prices it was rung at; what the card that comes then pays, its type says."""

    lines: tuple[Line, ...]
    #: The member has proved the PIN for this very order.
    pin_verified: bool = False
    #: The one wallet that is to pay: ``credit`` on account; "" leaves it to the card's type.
    wallet: str = ""
    #: The sale that this one is rung again for, after it was given up.
    replaces: RecordId | None = None
    #: The sale that paid the part before of the same bill.
    beside: RecordId | None = None

    @property
    def due_fen(self) -> int:
        return sum(line.total_fen for line in self.lines)

    @classmethod
    def amount(cls, fen: int, name: str = "", *, replaces: RecordId | None = None) -> "Order":
        """A free amount, as typed on the pad."""
        return cls(lines=(Line(name=name, price_fen=fen, total_fen=fen),), replaces=replaces)
