"""Which cards are stopped, in eight bytes each: a sorted array and a small set of recent changes.

A million cards fit in 8 MB and a look-up is one bisection. Knows numbers only; reasons stay on the disk.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable


def stop_key(card: int, issue: int) -> int:
    """(card u40, issue u8) as one number."""
    return card << 8 | issue


class StopKeys:
    """A set of keys that takes changes in batches."""

    def __init__(self, ordered: Iterable[int] = ()) -> None:
        """``ordered`` ascending, without repeats."""
        self._keys = array("Q", ordered)

    def __contains__(self, key: int) -> bool:
        at = bisect_left(self._keys, key)
        return at < len(self._keys) and self._keys[at] == key

    def __len__(self) -> int:
        return len(self._keys)

    def change(self, changes: dict[int, bool]) -> None:
        """``True`` puts a key on the list, ``False`` takes it off. Costs one copy of the array."""
        old, new, copied = self._keys, array("Q"), 0
        for key in sorted(changes):
            at = bisect_left(old, key, copied)
            new.extend(old[copied:at])
            copied = at + 1 if at < len(old) and old[at] == key else at
            if changes[key]:
                new.append(key)
        new.extend(old[copied:])
        # One assignment: a look-up in another thread sees the old list or the new one.
        self._keys = new
