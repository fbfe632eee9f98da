"""Which cards are stopped, in eight bytes each: a sorted array and a small set of recent changes.

A million cards fit in 8 MB and a look-up is one bisection. Knows numbers only; reasons stay on the disk.
"""

import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Iterable

import msgspec

#: Rows put together in one go.
_AT_ONCE = 65_536


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


def read_stops(db: sqlite3.Connection) -> StopKeys:
    """The whole list as it is on the disk.

    Rows are put together inside SQLite: a Python object for each took three times as long, and held up every
    other thread meanwhile.
    """
    keys, last = array("Q"), -1
    while True:
        (text,) = db.execute(
            "SELECT json_group_array(key) FROM (SELECT key FROM stop WHERE key > ? ORDER BY key LIMIT ?)",
            (last, _AT_ONCE),
        ).fetchone()
        part = msgspec.json.decode(text, type=list[int])
        if not part:
            return StopKeys(keys)
        keys.extend(sorted(part))
        last = keys[-1]
