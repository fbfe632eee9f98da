"""What a card and the office say about its money, as plain facts for the balance page. Formats nothing."""

from dataclasses import dataclass
from typing import Final

from onecard.clock import CARD_EPOCH_UNIX, day_of_card
from onecard.terminal.look import ON_ACCOUNT, Look
from onecard.terminal.station import Station
from onecard.wire.messages import CardStatus, Movement
from onecard.wire.pockets import Pockets, Ready

__all__ = [
    "ON_ACCOUNT",
    "ON_CARD",
    "Balance",
    "Look",
    "Movement",
    "Pocket",
    "Ready",
    "balance",
    "beyond_reach_fen",
    "day",
    "movements",
    "own_movement",
    "pockets",
    "ready_fen",
    "valid_until",
]

#: Kind of a movement that only the card tells of: it knows where and how much, not what for.
ON_CARD: Final = "on_card"
#: Entries that move nothing of the member's yet.
_INSIDE: Final = frozenset({"credit", "lock"})


@dataclass(frozen=True, kw_only=True)
class Balance:
    """``fen`` ``None``: nobody here knows. ``as_of``: server time of a snapshot, 0 = it is so now."""

    fen: int | None
    is_purse: bool
    as_of: int = 0


@dataclass(frozen=True, kw_only=True)
class Pocket:
    """``kind``: wallet, uses, points, debt, ready; ``fen`` is a count where it is no money."""

    kind: str
    name: str
    fen: int
    until_day: int = 0


def balance(station: Station, look: Look, status: CardStatus | None) -> Balance:
    """What the card holds, or its account at the office as far as is known here. F: D10"""
    if look.card_type is None or look.card_type.purse_on_card:
        return Balance(fen=look.balance_fen, is_purse=True)
    if status is not None:
        return Balance(fen=status.books_fen, is_purse=False)
    known = station.accounts.known(look.card)
    if known is None:
        return Balance(fen=None, is_purse=False)
    return Balance(fen=known[0], is_purse=False, as_of=known[1])


def pockets(look: Look, told: Pockets | None) -> tuple[Pocket, ...]:
    """Every wallet beside the main one: on the card first, then at the office. F: D1"""
    found = [
        Pocket(kind="wallet", name=name, fen=slot.amount_fen, until_day=slot.expiry_day)
        for name, slot in look.side
    ]
    if told is None:
        return tuple(found)
    if fen := ready_fen(told):
        ends = [one.collect_until for one in told.ready if one.collect_until]
        found.insert(0, Pocket(kind="ready", name="", fen=fen, until_day=min(ends, default=0)))
    for one in told.pockets:
        if one.uses:
            found.append(Pocket(kind="uses", name=one.wallet, fen=one.uses))
        elif one.wallet != "main":
            found.append(Pocket(kind="wallet", name=one.wallet, fen=one.fen))
    if told.points:
        found.append(Pocket(kind="points", name="points", fen=told.points))
    if told.debt_fen:  # first of all: it is what must not be missed
        found.insert(0, Pocket(kind="debt", name="debt", fen=abs(told.debt_fen)))
    return tuple(found)


def ready_fen(told: Pockets | None) -> int:
    """Subsidies that lie ready to be picked up."""
    return 0 if told is None else sum(one.fen for one in told.ready)


def day(card_day: int) -> str:
    """``2027-08-31``"""
    return day_of_card(card_day).isoformat()


def valid_until(look: Look) -> str:
    """``2027-08-31``, the last day; "" for a card that says nothing but its UID."""
    if look.image is None:
        return ""
    return day_of_card(look.image.identity.until_day).isoformat()


def movements(status: CardStatus) -> tuple[Movement, ...]:
    """What moved for the member; a single note on its way to the card is the office's affair."""
    return tuple(one for one in status.movements if one.kind not in _INSIDE)


def own_movement(look: Look) -> Movement | None:
    """The card's own last transaction; ``None`` on one that was only issued or whose other copy is torn, or
    that holds no record of ours."""
    image = look.image
    if image is None:
        return None
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


def beyond_reach_fen(look: Look, status: CardStatus | None, told: Pockets | None = None) -> int:
    """What waits at the office beyond what this kiosk may write now."""
    if told is not None:
        return max(0, sum(fen for _, fen in told.waiting) - look.loads_fen)
    return 0 if status is None else max(0, status.waiting_fen - look.loads_fen)
