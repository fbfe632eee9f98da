"""Making a blank card ours, and ours blank again; both can be cut anywhere and taken up again.

Sector by sector: data first and read back, the trailer with our keys last. The identity goes first and is
taken away last, so a half-made card always names the number it was begun for. Knows no books: who may be
issued what is decided before.

A trailer torn between its bytes leaves keys that are partly old and partly new; all of these are tried, in
every key version. Torn inside the three access bytes it is dead, on any system: the chip itself refuses the
sector from then on.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from onecard.cards.image import CardImage, Identity, Purse
from onecard.cards.keys import TRANSPORT_KEY, CardKeys
from onecard.cards.layout import decode_identity, encode_identity, encode_purse
from onecard.cards.m1.sector import (
    OUR_ACCESS,
    TRANSPORT_ACCESS,
    TRANSPORT_TRAILER,
    Sectors,
    make_trailer,
)
from onecard.cards.medium import Key
from onecard.errors import CardBroken, CardDenied, CardForeign

_EMPTY: Final = bytes(48)

_Opened = tuple[Key, bytes]


@dataclass(frozen=True)
class Plan:
    """Where the three sectors stand and every version of this card's keys, newest first."""

    sectors: Sectors
    first: int
    keys: list[CardKeys]
    #: What else may open a sector that is to become ours: an old system's keys (``cards/legacy``).
    foreign: tuple[tuple[Key, bytes], ...] = ()

    @property
    def ours(self) -> _Opened:
        """What opens a finished sector."""
        assert self.keys[0].b is not None, "a read-only box cannot issue"
        return (Key.B, self.keys[0].b)


def personalise(plan: Plan, identity: Identity, first: Purse, read: Callable[[], CardImage]) -> CardImage:
    """See ``M1Card.personalise``; ``read`` reads the finished card."""
    opened = [open_any(plan, plan.first + index) for index in range(3)]
    began = _began_for(plan, opened[0])
    if opened == [plan.ours] * 3:
        if began is None:
            raise CardBroken(part="identity")
        image = read()
        if image.identity == identity and image.newest == first:
            return image
        raise CardForeign("card.taken", card=began.card, issue=began.issue)
    if began is not None and (began.card, began.issue) != (identity.card, identity.issue):
        raise CardForeign("card.half", card=began.card, issue=began.issue)
    mac = plan.keys[0].mac
    contents = (
        encode_identity(identity, mac) + bytes(16),
        encode_purse(first, identity, mac),
        _EMPTY,
    )
    for index, data in enumerate(contents):
        _finish(plan, plan.first + index, opened[index], data)
    image = read()
    if (image.identity, image.newest) != (identity, first):
        raise CardDenied("card.not_personalised")
    return image


def wipe(plan: Plan, newest: int) -> None:
    """See ``M1Card.wipe``. The older copy goes before the newest (``newest``: 0 = A, 1 = B).

    The other way round, a card pulled half-way would show the record before the one that locked it.
    """
    copies = (plan.first + 1, plan.first + 2)
    for sector in (copies[1 - newest], copies[newest]):
        plan.sectors.open(sector, *open_any(plan, sector))
        _write_and_compare(plan, sector, _EMPTY)
        # Also where key A is the factory's already: a torn trailer may have left half of a key B.
        plan.sectors.write_trailer(sector, TRANSPORT_TRAILER)
    # The other way round here: cut in between it is a blank card, and never ours without a name.
    plan.sectors.open(plan.first, *open_any(plan, plan.first))
    plan.sectors.write_trailer(plan.first, TRANSPORT_TRAILER)
    plan.sectors.open(plan.first, Key.A, TRANSPORT_KEY)
    _write_and_compare(plan, plan.first, _EMPTY)


def finish(plan: Plan, sector: int, data: bytes) -> None:
    """One sector's data, proved, then our keys on it; whatever of it was there already."""
    _finish(plan, sector, open_any(plan, sector), data)


def _finish(plan: Plan, sector: int, opened: _Opened, data: bytes) -> None:
    plan.sectors.open(sector, *opened)
    _write_and_compare(plan, sector, data)
    if opened == plan.ours:
        return
    which, key_b = plan.ours
    plan.sectors.write_trailer(sector, make_trailer(plan.keys[0].a, OUR_ACCESS, key_b))
    plan.sectors.open(sector, which, key_b)


def _write_and_compare(plan: Plan, sector: int, data: bytes) -> None:
    plan.sectors.write(sector, data)
    if plan.sectors.read(sector) != data:
        raise CardDenied("card.not_personalised")


def _began_for(plan: Plan, opened: _Opened) -> Identity | None:
    """The identity of a sector that carries our keys; nothing on blank ones."""
    which, key = opened
    if which is not Key.B:
        return None
    plan.sectors.open(plan.first, which, key)
    data = plan.sectors.read(plan.first, 2)
    for keys in plan.keys:
        identity = decode_identity(data, keys.mac)
        if identity is not None:
            return identity
    return None


def open_any(plan: Plan, sector: int) -> _Opened:
    """Which key may write this sector and its trailer. ``CardForeign`` if none that we can know."""
    found = open_whole(plan, sector) or _try(plan, sector, _torn(plan.keys))
    if found is not None:
        return found
    for which, key in _torn_foreign(plan):
        if plan.sectors.try_open(sector, which, key):
            return which, key
    raise CardForeign("card.foreign", sector=sector)


def open_whole(plan: Plan, sector: int) -> _Opened | None:
    """Which of our keys or the factory's may write this sector, if none of them was torn."""
    ours: list[_Opened] = [(Key.B, keys.b) for keys in plan.keys if keys.b is not None]
    return _try(plan, sector, (*ours[:1], (Key.A, TRANSPORT_KEY), *ours[1:]))


def _try(plan: Plan, sector: int, candidates: Iterable[_Opened]) -> _Opened | None:
    for which, key in candidates:
        if not plan.sectors.try_open(sector, which, key):
            continue
        try:
            access = plan.sectors.read_access(sector)
        except CardDenied:
            plan.sectors.select()
            continue
        if access == (TRANSPORT_ACCESS if which is Key.A else OUR_ACCESS):
            return which, key
    return None


def _torn(versions: list[CardKeys]) -> Iterator[_Opened]:
    """What a trailer torn after so many bytes leaves behind: of a blank that was to become ours, or of a card
    that was to get newer keys."""
    for keys in versions:
        assert keys.b is not None, "a read-only box cannot issue"
        yield from ((Key.A, keys.a[:n] + TRANSPORT_KEY[n:]) for n in range(1, 7))
        yield from ((Key.B, keys.b[:n] + TRANSPORT_KEY[n:]) for n in range(6))
    yield from ((Key.B, key) for key in torn_renewals(versions))


def torn_renewals(versions: list[CardKeys]) -> Iterator[bytes]:
    """Every key B between a newer and an older one, which stands further behind in the list."""
    writers = [keys.b for keys in versions if keys.b is not None]
    for at, newer in enumerate(writers):
        for older in writers[at + 1 :]:
            yield from (newer[:n] + older[n:] for n in range(5, 0, -1))


def _torn_foreign(plan: Plan) -> Iterator[_Opened]:
    """An old system's keys, and what a trailer torn between them and ours leaves behind."""
    newest = plan.keys[0]
    for which, key in plan.foreign:
        yield which, key
    for which, key in plan.foreign:
        ours = newest.a if which is Key.A else newest.b
        assert ours is not None, "a read-only box cannot issue"
        for n in range(1, 7 if which is Key.A else 6):
            yield which, ours[:n] + key[n:]
