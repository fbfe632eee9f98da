"""The chain of each card: every record names the one before it, so a hole names the record that is missing.

Knows balances and ids; knows no event and no money rule. F: G6
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, select, tuple_

from server.books.shelf import Shelf, TableShelf, first
from server.cards import tables
from server.cards.link import Added, Chain, Hole, Link, Medium
from server.rows import Pile, Row, write_rows

_PLAIN = Added(plain=True)
_NEVER = Chain(-1, -1, (0, 0, 0, 0))


class Chains:
    """The chains that one batch touches."""

    def __init__(self, connection: Connection, unit: int, now: int) -> None:
        self._connection = connection
        self._unit = unit
        self._now = now
        self.heads = TableShelf(connection, unit, tables.chain.c.card, _heads, first)
        self.holes = TableShelf(connection, unit, tables.gap.c.card, _holes, first)
        #: Records on branches that did not live on, and the entry that took each back.
        self.lost = TableShelf(connection, unit, tables.lost_link.c.card, _lost, first)
        self._lost_terminals: set[int] | None = None
        self._inferences: list[tuple[int, ...]] = []
        self._uninferred: set[tuple[int, int, int]] = set()
        self._revived: list[tuple[int, int, int]] = []
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
        follows = link.prev == chain.head and link.counter == chain.counter
        if follows or (chain is _NEVER and link.prev == 0):
            found = _PLAIN if chain.after == link.before else Added(jump=True, plain=True)
            self._put(link)
            self._raise(medium, link, chain, at)
            return found
        return self._insert(medium, link, chain, at)

    def _insert(self, medium: Medium, link: Link, chain: Chain, at: int) -> Added:
        under, over = self._at(medium, link.counter - 1), self._at(medium, link.counter + 1)
        below = [one for one in under if one.fact == link.prev]
        above = [one for one in over if one.prev == link.fact]
        # Rivals: at the same place, in the place of the one it names, or followed instead of it.
        rivals = [*self._at(medium, link.counter), *(() if below else under)]
        fork = next((one.fact for one in rivals), 0) or next(
            (one.prev for one in over if one.prev != link.fact), 0
        )
        jump = any(one.after != link.before for one in below) or any(
            one.before != link.after for one in above
        )
        holes = dict(self.holes.get(medium) or {})
        gaps, inferred, opened = chain.gaps, [], 0
        for one in above:
            hole = holes.pop(one.fact, None)
            if hole is None:
                continue
            gaps -= not hole.inferred
            if hole.inferred > 0:
                inferred.append(one.fact)
            self._close((*medium, one.fact))
        for after in self._touched(medium, link, holes, bool(fork or chain.forks)):
            if holes[after].inferred > 0:
                inferred.append(after)
            holes[after] = msgspec.structs.replace(holes[after], inferred=0)
            self._opened[*medium, after] = holes[after]
            gaps += 1
        if not below and link.prev != 0:
            opened = link.prev
            gaps += 1
            holes[link.fact] = Hole(link.prev, link.counter, at)
            self._opened[*medium, link.fact] = holes[link.fact]
        self.holes.put(medium, holes)
        self._put(link)
        changed = msgspec.structs.replace(chain, gaps=gaps, forks=chain.forks + bool(fork))
        if (link.counter + 1, at, link.fact) > (chain.counter, chain.at, chain.head):
            self._raise(medium, link, changed, at)
        else:
            self.heads.put(medium, changed)
        return Added(fork, jump, opened, tuple(inferred))

    def _touched(self, medium: Medium, link: Link, holes: dict[int, Hole], is_forked: bool) -> list[int]:
        """Holes closed without their records that must be judged anew: this link stood in them, or decides
        which of two branches they are on."""
        closed = [after for after, hole in holes.items() if hole.inferred]
        if not closed or is_forked:
            return closed
        counters = [one.counter for one in self.links(medium)]
        return [
            after
            for after in closed
            if link.counter < (top := holes[after].counter)
            and not any(link.counter < counter < top for counter in counters)
        ]

    def lose(self, medium: Medium, fact: int, entry: int) -> None:
        """This record counts for nothing; ``entry`` took it back."""
        self.lost.put(medium, {**(self.lost.get(medium) or {}), fact: entry})

    def revive(self, medium: Medium, fact: int) -> None:
        """It counts after all."""
        kept = dict(self.lost.get(medium) or {})
        del kept[fact]
        self.lost.put(medium, kept)
        self._revived.append((*medium, fact))

    def is_lost_terminal(self, terminal: int) -> bool:
        """Whether two people have given this terminal up."""
        if self._lost_terminals is None:
            table = tables.lost_terminal
            query = select(table.c.terminal).where(table.c.unit_id == self._unit)
            self._lost_terminals = set(self._connection.execute(query).scalars())
        return terminal in self._lost_terminals

    def declare_lost(self, terminal: int, declared_by: int, second: int, fact: int) -> None:
        """Two people have given this terminal up (writes)."""
        assert not self.is_lost_terminal(terminal)
        row = (self._unit, terminal, self._now, declared_by, second, fact)
        write_rows(self._connection, tables.lost_terminal, [row])
        self._lost_terminals = None

    def infer(self, medium: Medium, after: int, by: int, entries: Sequence[tuple[int, int]] = ()) -> None:
        """This hole is closed without the record that would fill it: by ``entries`` (place, entry), the first
        of them ``by``; or −1: it counts nowhere."""
        holes = dict(self.holes.get(medium) or {})
        holes[after] = msgspec.structs.replace(holes[after], inferred=by)
        self.holes.put(medium, holes)
        self._opened[*medium, after] = holes[after]
        chain = self.heads.get(medium)
        assert chain is not None
        self.heads.put(medium, msgspec.structs.replace(chain, gaps=chain.gaps - 1))
        self._inferences += [(self._unit, *medium, after, place, entry) for place, entry in entries]

    def inferences(self, medium: Medium, after: int) -> list[tuple[int, int]]:
        """(place, entry) of what closed a hole; from here on it is open, or filled."""
        hole = (*medium, after)
        found = [] if hole in self._uninferred else self._stored_inferences(hole)
        found += [(row[4], row[5]) for row in self._inferences if row[1:4] == hole]
        self._inferences = [row for row in self._inferences if row[1:4] != hole]
        self._uninferred.add(hole)
        return found

    def _stored_inferences(self, hole: tuple[int, int, int]) -> list[tuple[int, int]]:
        table = tables.inference
        query = select(table.c.place, table.c.entry).where(
            table.c.unit_id == self._unit, tuple_(table.c.card, table.c.issue, table.c.after) == hole
        )
        return [(row.place, row.entry) for row in self._connection.execute(query.order_by(table.c.place))]

    def links(self, medium: Medium) -> list[Link]:
        """Every link of a medium, this batch included; for the rare card whose chain is not a plain line."""
        table = tables.link
        query = select(table).where(
            table.c.unit_id == self._unit, table.c.card == medium[0], table.c.issue == medium[1]
        )
        stored = [_link(row) for row in self._connection.execute(query)]
        return stored + [link for link in self._new if (link.card, link.issue) == medium]

    def _close(self, hole: tuple[int, int, int]) -> None:
        # It may be stored even so: one that was inferred, or judged anew, in this very batch.
        self._opened.pop(hole, None)
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
        for table, column, gone in (
            (gap, gap.c.after, self._filled),
            (tables.lost_link, tables.lost_link.c.fact, self._revived),
            (tables.inference, tables.inference.c.after, self._uninferred),
        ):
            if gone:
                place = tuple_(table.c.card, table.c.issue, column)
                self._connection.execute(delete(table).where(table.c.unit_id == unit, place.in_(gone)))
        pile.put(tables.inference, self._inferences)
        lost = [
            (unit, *medium, fact, entry, self._now)
            for medium, facts in self.lost.written()
            for fact, entry in (facts or {}).items()
        ]
        pile.put(tables.lost_link, lost, replace=True)
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
                link = _link(r)
                place = (r.card, r.issue, r.counter)
                found[place] = (*found.get(place, ()), link)
        return found


def _link(row: Any) -> Link:
    """A stored row."""
    return Link(row.card, row.issue, row.counter, row.fact, row.prev, tuple(row[6:10]), tuple(row[10:14]))


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


def _lost(rows: Sequence[Row]) -> dict[Medium, dict[int, int]]:
    found: dict[Medium, dict[int, int]] = {}
    for row in rows:
        found.setdefault((row[1], row[2]), {})[row[3]] = row[4]
    return found
