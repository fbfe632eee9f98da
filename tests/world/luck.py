"""All chance of a world. Each step draws from its own sequence, so that leaving one out changes no other."""

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


class Luck:
    """``tell`` hears of every fault that was drawn."""

    def __init__(self, seed: int, tell: Callable[[str], None]) -> None:
        self._seed, self._tell = seed, tell
        self.faults = 0
        self.begin(0)

    def begin(self, step: int) -> None:
        """What the next step draws depends on the seed and its number alone."""
        self._random = random.Random(self._seed * 1_000_003 + step)

    def below(self, bound: int) -> int:
        return self._random.randrange(bound)

    def choose(self, items: Sequence[T]) -> T:
        return items[self._random.randrange(len(items))]

    def weigh(self, items: Sequence[tuple[int, T]]) -> T:
        """One of ``(weight, item)``."""
        at = self.below(sum(weight for weight, _ in items))
        for weight, item in items:
            at -= weight
            if at < 0:
                return item
        raise AssertionError

    def one_in(self, chances: int) -> bool:
        return self.below(chances) == 0

    def fault(self, what: str) -> None:
        """Something went wrong on purpose."""
        self.faults += 1
        self._tell(what)
