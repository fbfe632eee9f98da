"""What a cashier wants to sell: lines, a discount, what it replaces. Knows no card and no wallet."""

from dataclasses import dataclass

from onecard.ids import RecordId
from onecard.wire.messages import Line


@dataclass(frozen=True, kw_only=True)
class Order:
    """One bill. ``due_fen`` = Σ line totals − discount; it must be > 0 when it is sold."""

    lines: tuple[Line, ...]
    discount_fen: int = 0
    #: The member has proved the PIN for this very order.
    pin_verified: bool = False
    #: The sale that this one is rung again for, after it was given up.
    replaces: RecordId | None = None

    @property
    def due_fen(self) -> int:
        return sum(line.total_fen for line in self.lines) - self.discount_fen

    @classmethod
    def amount(cls, fen: int, name: str = "", *, replaces: RecordId | None = None) -> "Order":
        """A free amount, as typed on the pad."""
        return cls(lines=(Line(name=name, price_fen=fen, total_fen=fen),), replaces=replaces)
