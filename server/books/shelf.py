"""A shelf: rows of one table that a batch looks at, fetched together, and the ones it changed."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Shelf(Generic[K, V]):
    """``fetch`` answers for many keys at once; one it leaves out does not exist.

    ``get`` of a key nobody announced fetches it alone: announcing is for speed, never for correctness.
    """

    def __init__(self, fetch: Callable[[Sequence[K]], dict[K, V]]) -> None:
        self._fetch = fetch
        self._wanted: set[K] = set()
        self._rows: dict[K, V | None] = {}
        self.changed: dict[K, None] = {}

    def want(self, *keys: K) -> None:
        """Fetch these at the next ``read``."""
        self._wanted.update(keys)

    def read(self) -> None:
        """Fetch what was announced and is not here yet."""
        missing = self._wanted.difference(self._rows)
        self._wanted.clear()
        if missing:
            keys = sorted(missing)  # type: ignore[type-var]
            found = self._fetch(keys)
            self._rows.update((key, found.get(key)) for key in keys)

    def get(self, key: K) -> V | None:
        """The row, or ``None``."""
        if key not in self._rows:
            self.want(key)
            self.read()
        return self._rows[key]

    def put(self, key: K, row: V | None) -> None:
        """The row is this from now on, to be written at the end."""
        self._rows[key] = row
        self.changed[key] = None

    def written(self) -> Iterable[tuple[K, V | None]]:
        """What was put, each key once."""
        return ((key, self._rows[key]) for key in self.changed)
