"""The shortest story: leaves out families of faults, the end and single steps while it still fails."""

from collections.abc import Callable
from dataclasses import replace

from tests.world.world import Options


def shrink(options: Options, fails: Callable[[Options], bool], most: int = 150) -> Options:
    """The smallest options that still fail, as far as ``most`` worlds tell."""
    left = [most]

    def tried(other: Options) -> bool:
        left[0] -= 1
        return left[0] >= 0 and fails(other)

    options = _without_families(options, tried)
    options = _shorter(options, tried)
    return _without_steps(options, tried)


def _without_families(options: Options, fails: Callable[[Options], bool]) -> Options:
    for family in sorted(options.families):
        fewer = replace(options, families=options.families - {family})
        if fails(fewer):
            options = fewer
    return options


def _shorter(options: Options, fails: Callable[[Options], bool]) -> Options:
    """Whether a world fails is not ordered by its length, but a shorter one that fails is good enough."""
    step = options.steps // 2
    while step:
        fewer = replace(options, steps=options.steps - step)
        if fewer.steps and fails(fewer):
            options = fewer
        else:
            step //= 2
    return options


def _without_steps(options: Options, fails: Callable[[Options], bool]) -> Options:
    size = max(1, options.steps // 4)
    while size:
        for first in range(1, options.steps + 1, size):
            some = frozenset(range(first, min(first + size, options.steps + 1)))
            if some <= options.without:
                continue
            fewer = replace(options, without=options.without | some)
            if fails(fewer):
                options = fewer
        size //= 2
    return options
