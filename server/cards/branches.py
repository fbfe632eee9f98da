"""Which records of a forked chain count: one line of them, from the newest record down. Pure. F: G6

A card that was cloned, rolled back, or that lost a write it had confirmed leaves two records after the same
one. The branch that goes furthest is the one that lives on. The answer depends on the records alone and not
on the order in which they came, so that it can be asked again whenever one more has arrived.
"""

from collections.abc import Callable, Collection

from server.cards.link import Link


def survivors(links: Collection[Link], at: Callable[[int], int]) -> set[int]:
    """Facts of the records on the branch that lives on; ``at``: when a record was made, for equal lengths.

    Below a hole nobody knows which branch leads on, so the furthest one there is taken until it closes.
    """
    by_fact = {link.fact: link for link in links}
    counters = [link.counter for link in links]
    if len(set(counters)) == len(counters) and _is_line(links, by_fact):
        return set(by_fact)
    found: set[int] = set()
    here = _furthest(links, at)
    while here is not None:
        found.add(here.fact)
        below = by_fact.get(here.prev)
        if below is not None and below.counter == here.counter - 1:
            here = below
        elif here.counter == 0:
            here = None
        else:
            # The record that wrote what this one read is missing; another with that counter is its rival.
            here = _furthest([link for link in links if link.counter <= below_hole(here)], at)
    return found


def below_hole(link: Link) -> int:
    """The highest counter that a record under the missing one can have; a record without one before it may
    stand on any."""
    return link.counter - (2 if link.prev else 1)


def _is_line(links: Collection[Link], by_fact: dict[int, Link]) -> bool:
    """No record reads a counter that another record wrote than the one it names."""
    wrote = {link.counter + 1: link.fact for link in links}
    return all(wrote.get(link.counter, link.prev) == link.prev for link in links)


def _furthest(links: Collection[Link], at: Callable[[int], int]) -> Link | None:
    top = max((link.counter for link in links), default=-1)
    ends = [link for link in links if link.counter == top]
    if len(ends) < 2:
        return ends[0] if ends else None
    return max(ends, key=lambda link: (at(link.fact), link.fact))
