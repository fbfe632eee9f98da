"""The shortest story: leaves out the end, then ever smaller groups of steps, then families of faults.

Each step of a world draws from its own sequence, so leaving one out changes no other step's luck. Ends when
nothing more can be left out or the time is over, whichever comes first; what was found until then counts.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from tests.world.world import Options

SECONDS = 20.0
Fails = Callable[[Options], bool]


def shrink(
    options: Options,
    fails: Fails,
    seconds: float = SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> Options:
    """The smallest options known to fail when ``seconds`` are over. One world may end later."""
    until = clock() + seconds
    known: dict[Options, bool] = {}

    def tried(other: Options) -> bool:
        if other not in known:
            known[other] = clock() < until and fails(other)
        return known[other]

    options = _shorter(options, tried)
    options = _fewer_steps(options, tried)
    return _fewer_families(options, tried)


def _shorter(options: Options, fails: Fails) -> Options:
    """Whether a world fails is not ordered by its length, but a shorter one that fails is good enough."""
    cut = options.steps // 2
    while cut:
        fewer = replace(options, steps=options.steps - cut)
        if fewer.steps and fails(fewer):
            options = fewer
            cut = min(cut, options.steps // 2)
        else:
            cut //= 2
    return options


def _fewer_steps(options: Options, fails: Fails) -> Options:
    """Groups of the steps that are left, halves first; a group that is not needed goes at once."""
    kept = sorted(options.kept)
    size = max(1, len(kept) // 2)
    while kept:
        at, went = 0, False
        while at < len(kept):
            rest = kept[:at] + kept[at + size :]
            if fails(replace(options, only=frozenset(rest))):
                kept, went = rest, True
            else:
                at += size
        if size > 1:
            size //= 2
        elif not went:
            break
    return replace(options, only=frozenset(kept))


def _fewer_families(options: Options, fails: Fails) -> Options:
    for family in sorted(options.families):
        fewer = replace(options, families=options.families - {family})
        if fails(fewer):
            options = fewer
    return options
