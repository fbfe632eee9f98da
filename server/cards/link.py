"""One record as a link of its card's chain, and what the books keep of the whole chain. Values only."""

import msgspec

from onecard.books.wallets import Amounts

Medium = tuple[int, int]  # card, issue


class Link(msgspec.Struct, frozen=True, gc=False):
    """``fact`` wrote counter + 1 onto the card after ``prev`` had written counter."""

    card: int
    issue: int
    counter: int
    fact: int
    prev: int
    before: Amounts
    after: Amounts


class Chain(msgspec.Struct, frozen=True, gc=False):
    """The newest record of a medium, and how whole the chain below it is."""

    counter: int
    head: int
    after: Amounts
    gaps: int = 0
    forks: int = 0
    at: int = 0


class Hole(msgspec.Struct, frozen=True, gc=False):
    """``missing`` should have written ``counter``. ``inferred``: what closed it without it, 0 = open."""

    missing: int
    counter: int
    since: int
    inferred: int = 0


class Added(msgspec.Struct, frozen=True, gc=False):
    """What adding a link showed.

    ``fork``: another record stands where this one does, or where the one it names should; ``jump``: the
    balance before it is not the one its predecessor left; ``opened``: the record that is missing under it;
    ``inferred``: the holes that were closed without it, and that it fills after all or stands in; ``plain``:
    it only goes on at the end.
    """

    fork: int = 0
    jump: bool = False
    opened: int = 0
    inferred: tuple[int, ...] = ()
    plain: bool = False
