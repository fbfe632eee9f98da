"""One acceptor of a kiosk as its people see it, with the box below: what goes in, and how it is.

Knows no driver and no note.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from onecard.devices.health import HealthView

#: No coin is worth more than a yuan; a set of notes never ends there.
LARGEST_COIN_FEN = 100
NOTES, COINS, BOTH = "notes", "coins", "both"


@dataclass(kw_only=True)
class CashBox:
    """``name``: the settings' prefix of its acceptor; ``serial`` is part of every credit's identity."""

    name: str = "acceptor"
    serial: str = "A1"
    values_fen: tuple[int, ...]
    #: Why it takes nothing, as its acceptor's health names it; "" while it is good.
    trouble: str = "starting"

    @property
    def kind(self) -> str:
        """What goes in: ``notes`` or ``coins``."""
        return COINS if max(self.values_fen) <= LARGEST_COIN_FEN else NOTES

    def told(self, view: HealthView) -> None:
        """How its acceptor is from now on."""
        self.trouble = view.reason if view.condition == "bad" else ""


def kind_of(boxes: Iterable[CashBox]) -> str:
    """What goes into these together, as texts call it: ``notes``, ``coins`` or ``both``."""
    kinds = {box.kind for box in boxes}
    return BOTH if len(kinds) > 1 else next(iter(kinds), NOTES)


def plain_trouble(trouble: str) -> str:
    """As members hear it: codes of the line (``device.gone``) all mean that nobody answers."""
    return "silent" if "." in trouble else trouble
