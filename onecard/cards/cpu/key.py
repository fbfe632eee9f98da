"""The four master keys of CPU cards, and one card's keys made from them by its serial number.

A till's key store holds what a till needs: the purchase key where it has no PSAM, the key that blocks lost
cards. The load and TAC keys live at the server alone: who has them makes money, or judges it. Mute ``repr``.
"""

from dataclasses import dataclass, field
from typing import Final

from onecard.cards.cpu import crypto

#: Names in the order they are shown.
NAMES: Final = ("purchase", "load", "tac", "maintain")


@dataclass(frozen=True)
class CpuKeys:
    """One card's keys; ``None``: this box does not have its master."""

    purchase: bytes | None = field(repr=False)
    load: bytes | None = field(repr=False)
    tac: bytes | None = field(repr=False)
    maintain: bytes | None = field(repr=False)


@dataclass(frozen=True)
class CpuMasters:
    """One version of the masters, 16 bytes each."""

    purchase: bytes | None = field(default=None, repr=False)
    load: bytes | None = field(default=None, repr=False)
    tac: bytes | None = field(default=None, repr=False)
    maintain: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        assert all(key is None or len(key) == crypto.KEY for key in self.all().values())

    def all(self) -> dict[str, bytes | None]:
        """Every key by its name."""
        return {name: getattr(self, name) for name in NAMES}

    def card(self, factor: bytes) -> CpuKeys:
        """The keys of the card with this factor (right 8 bytes of its serial number)."""
        made = {
            name: None if key is None else crypto.diversify(key, factor) for name, key in self.all().items()
        }
        return CpuKeys(**made)

    def of_a_till(self, *, with_purchase: bool) -> "CpuMasters":
        """What may leave the key room for a till; without the purchase key it needs a PSAM."""
        return CpuMasters(purchase=self.purchase if with_purchase else None, maintain=self.maintain)

    def check_values(self) -> dict[str, str]:
        """Check values by the name of the master."""
        return {name: crypto.check_value(key) for name, key in self.all().items() if key is not None}
