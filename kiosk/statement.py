"""What a card and the office say about its money, as plain facts for the balance page. Formats nothing."""

from typing import Final

from onecard.clock import CARD_EPOCH_UNIX, day_of_card
from onecard.terminal.look import Look
from onecard.wire.messages import CardStatus, Movement

__all__ = [
    "ON_CARD",
    "Look",
    "Movement",
    "beyond_reach_fen",
    "movements",
    "own_movement",
    "valid_until",
]

#: Kind of a movement that only the card tells of: it knows where and how much, not what for.
ON_CARD: Final = "on_card"
#: Entries that move nothing of the member's yet.
_INSIDE: Final = frozenset({"credit", "lock"})


def valid_until(look: Look) -> str:
    """``2027-08-31``, the last day."""
    assert look.image is not None
    return day_of_card(look.image.identity.until_day).isoformat()


def movements(status: CardStatus) -> tuple[Movement, ...]:
    """What moved for the member; a single note on its way to the card is the office's affair."""
    return tuple(one for one in status.movements if one.kind not in _INSIDE)


def own_movement(look: Look) -> Movement | None:
    """The card's own last transaction; ``None`` on one that was only issued or whose other copy is torn."""
    image = look.image
    assert image is not None
    newest, moved = image.newest, image.last_amount_fen
    if moved is None or newest.last_terminal == 0:
        return None
    return Movement(
        at=newest.last_time + CARD_EPOCH_UNIX,
        kind=ON_CARD,
        fen=moved,
        balance_fen=newest.main_fen,
        place=str(newest.last_terminal),
    )


def beyond_reach_fen(look: Look, status: CardStatus | None) -> int:
    """What waits at the office beyond what this kiosk may write now."""
    return 0 if status is None else max(0, status.waiting_fen - look.loads_fen)
