"""Cash over the counter onto a card: an amount, a second look at a large one, then the tap. F: A3"""

from dataclasses import dataclass, replace

from onecard import money
from onecard.errors import Refused
from onecard.money import Fen, Pad
from pos import entry as pad_entry
from pos.checkout import BOUNCE_S
from pos.entry import Entry

#: What people put on the counter, yuan.
QUICK_YUAN = (20, 50, 100, 200, 300, 500)


@dataclass(frozen=True, kw_only=True)
class Recharging:
    """``confirming_fen``: typed, large, and to be looked at once more."""

    entry: Entry = pad_entry.EMPTY
    confirming_fen: int = 0
    confirm_since: float = 0.0


def amount_fen(state: Recharging, pad: Pad, *, least_fen: int, cap: Fen) -> Fen:
    """Raises ``Refused`` with an ``amount.*`` code or ``recharge.too_small``."""
    if state.entry.times is not None:
        raise Refused("amount.malformed")
    fen = money.parse(state.entry.first, pad, cap=cap)
    if fen < least_fen:
        raise Refused("recharge.too_small", least=least_fen)
    return fen


def quick(state: Recharging, yuan: int, pad: Pad) -> Recharging:
    """A key with a whole sum on it."""
    text = str(yuan * money.YUAN) if pad is Pad.IMPLIED else str(yuan)
    return replace(state, entry=Entry(text))


def ring(
    state: Recharging, pad: Pad, *, least_fen: int, cap: Fen, large_fen: int, at: float
) -> tuple[Recharging, Fen | None]:
    """Enter: the amount a card is wanted for, or ``None`` when it is looked at once more first."""
    fen = amount_fen(state, pad, least_fen=least_fen, cap=cap)
    if fen >= large_fen:
        return replace(state, confirming_fen=fen, confirm_since=at), None
    return state, fen


def confirm(state: Recharging, at: float) -> tuple[Recharging, Fen | None]:
    """As at checkout: a held or bouncing Enter confirms nothing."""
    if not state.confirming_fen or at - state.confirm_since < BOUNCE_S:
        return replace(state, confirm_since=at), None
    return replace(state, confirming_fen=0), Fen(state.confirming_fen)
