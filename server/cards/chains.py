"""The chain of each card: every record names the one before it, so a hole names the record that is missing.

Knows balances and ids; knows no event and no money rule. F: G6
"""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, delete, select, tuple_

from onecard.books.wallets import Amounts
from server.books.shelf import Shelf, TableShelf, first
from server.cards import tables
from server.rows import Pile, Row

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
    """What adding a link showed. ``fork``: another record follows the same one; ``jump``: the balance before
    it is not the one its predecessor left."""

    fork: int = 0
    jump: bool = False


_FINE = Added()
_NEVER = Chain(-1, -1, (0, 0, 0, 0))


class Chains:
    """The chains that one batch touches."""

    def __init__(self, connection: Connection, unit: int, now: int) -> None:
        self._connection = connection
        self._unit = unit
        self._now = now
        self.heads = TableShelf(connection, unit, tables.chain.c.card, _heads, first)
        self.holes = TableShelf(connection, unit, tables.gap.c.card, _holes, first)
        self._links: Shelf[tuple[int, int, int], tuple[Link, ...]] = Shelf(self._fetch_links)
        self._new: list[Link] = []
        self._added: dict[tuple[int, int, int], list[Link]] = {}
        self._filled: list[tuple[int, int, int]] = []
        self._opened: dict[tuple[int, int, int], Hole] = {}
        self._coming: list[tuple[Medium, int, int, int]] = []

    def want(self, medium: Medium, counter: int, fact: int, prev: int) -> None:
        """A link that is going to be added."""
        self.heads.want(medium)
        self._coming.append((medium, counter, fact, prev))

    def read(self) -> None:
        """Fetch heads, and the neighbours of links that do not simply follow them."""
        self.heads.read()
        coming = {fact for _, _, fact, _ in self._coming}
        for medium, counter, _, prev in self._coming:
            head = self.heads.get(medium)
            if prev in coming or (head is None and prev == 0) or (head is not None and head.head == prev):
                continue
            self._links.want(*((*medium, counter + step) for step in (-1, 0, 1)))
            self.holes.want(medium)
        self._coming.clear()
        self._links.read()
        self.holes.read()

    def add(self, link: Link, at: int) -> Added:
        """Put a link where it belongs: closes the hole it fills, opens the one below it."""
        medium = (link.card, link.issue)
        chain = self.heads.get(medium) or _NEVER
        if link.prev == chain.head or (chain is _NEVER and link.prev == 0):
            found = Added(jump=chain.after != link.before)
            self._put(link)
            self._raise(medium, link, chain, at)
            return found
        return self._insert(medium, link, chain, at)

    def _insert(self, medium: Medium, link: Link, chain: Chain, at: int) -> Added:
        below = [one for one in self._at(medium, link.counter - 1) if one.fact == link.prev]
        fork = next((one.fact for one in self._at(medium, link.counter) if one.prev == link.prev), 0)
        above = [one for one in self._at(medium, link.counter + 1) if one.prev == link.fact]
        jump = any(one.after != link.before for one in below) or any(
            one.before != link.after for one in above
        )
        holes = dict(self.holes.get(medium) or {})
        gaps = chain.gaps
        for one in above:
            if holes.pop(one.fact, None) is not None:
                gaps -= 1
                self._close((*medium, one.fact))
        if not below and link.prev != 0:
            holes[link.fact] = hole = Hole(link.prev, link.counter, at)
            gaps += 1
            self._opened[*medium, link.fact] = hole
        self.holes.put(medium, holes)
        self._put(link)
        changed = msgspec.structs.replace(chain, gaps=gaps, forks=chain.forks + bool(fork))
        if link.counter + 1 > chain.counter:
            self._raise(medium, link, changed, at)
        else:
            self.heads.put(medium, changed)
        return Added(fork, jump) if fork or jump else _FINE

    def _close(self, hole: tuple[int, int, int]) -> None:
        if self._opened.pop(hole, None) is None:
            self._filled.append(hole)

    def _raise(self, medium: Medium, link: Link, chain: Chain, at: int) -> None:
        self.heads.put(medium, Chain(link.counter + 1, link.fact, link.after, chain.gaps, chain.forks, at))

    def _put(self, link: Link) -> None:
        self._new.append(link)
        place = (link.card, link.issue, link.counter)
        self._added.setdefault(place, []).append(link)

    def _at(self, medium: Medium, counter: int) -> Iterable[Link]:
        place = (*medium, counter)
        return (*(self._links.get(place) or ()), *self._added.get(place, ()))

    def verdict(self, medium: Medium, counter: int, fact: int) -> bool | None:
        """Did ``fact``, which would have written counter + 1, reach the card? ``None``: not known."""
        above = list(self._at(medium, counter + 1))
        if any(one.prev == fact for one in above):
            return True
        if above or any(one.fact != fact for one in self._at(medium, counter)):
            return False
        return None

    def write(self, pile: Pile) -> None:
        """Write links, chains and holes as sets."""
        unit = self._unit
        pile.put(tables.link, [_row(unit, link) for link in self._new])
        rows = []
        for (card, issue), chain in sorted(self.heads.written(), key=lambda pair: pair[0]):
            assert chain is not None
            rows.append(
                (
                    unit,
                    card,
                    issue,
                    chain.counter,
                    chain.head,
                    *chain.after,
                    chain.gaps,
                    chain.forks,
                    chain.at,
                )
            )
        pile.put(tables.chain, rows, replace=True)
        gap = tables.gap
        if self._filled:
            self._connection.execute(
                delete(gap).where(
                    gap.c.unit_id == unit, tuple_(gap.c.card, gap.c.issue, gap.c.after).in_(self._filled)
                )
            )
        holes = [
            (unit, c, i, a, hole.missing, hole.counter, hole.since, hole.inferred)
            for (c, i, a), hole in self._opened.items()
        ]
        pile.put(gap, holes, replace=True)

    def _fetch_links(
        self, keys: Sequence[tuple[int, int, int]]
    ) -> dict[tuple[int, int, int], tuple[Link, ...]]:
        table = tables.link
        found: dict[tuple[int, int, int], tuple[Link, ...]] = {}
        for start in range(0, len(keys), 500):
            some = keys[start : start + 500]
            query = select(table).where(
                table.c.unit_id == self._unit,
                table.c.card.in_({card for card, _, _ in some}),
                tuple_(table.c.card, table.c.issue, table.c.counter).in_(some),
            )
            for r in self._connection.execute(query):
                link = Link(r.card, r.issue, r.counter, r.fact, r.prev, r[6:10], r[10:14])
                place = (r.card, r.issue, r.counter)
                found[place] = (*found.get(place, ()), link)
        return found


def _row(unit: int, link: Link) -> tuple[int, ...]:
    return (unit, link.card, link.issue, link.counter, link.fact, link.prev, *link.before, *link.after)


def _heads(rows: Sequence[Row]) -> dict[Medium, Chain]:
    return {
        (row[1], row[2]): Chain(row[3], row[4], (row[5], row[6], row[7], row[8]), *row[9:]) for row in rows
    }


def _holes(rows: Sequence[Row]) -> dict[Medium, dict[int, Hole]]:
    found: dict[Medium, dict[int, Hole]] = {}
    for row in rows:
        found.setdefault((row[1], row[2]), {})[row[3]] = Hole(*row[4:])
    return found
