"""A shelf: rows of one table that a batch looks at, fetched together, and the ones it changed."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection

from server.rows import Row, Wanted, read_rows, read_together

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

    def missing(self) -> list[K]:
        """What was announced and is not here yet, in order."""
        missing = self._wanted.difference(self._rows)
        self._wanted.clear()
        return sorted(missing)  # type: ignore[type-var]

    def read(self) -> None:
        """Fetch what is missing."""
        keys = self.missing()
        if keys:
            self.fill(keys, self._fetch(keys))

    def fill(self, keys: Sequence[K], found: dict[K, V]) -> None:
        """Take what was fetched for ``keys``."""
        self._rows.update(dict.fromkeys(keys))
        self._rows.update(found)

    def get(self, key: K) -> V | None:
        """The row, or ``None``."""
        try:
            return self._rows[key]
        except KeyError:
            self.want(key)
            self.read()
            return self._rows[key]

    def put(self, key: K, row: V | None) -> None:
        """The row is this from now on, to be written at the end."""
        self._rows[key] = row
        self.changed[key] = None

    def show(self, key: K, row: V | None) -> None:
        """The row looks like this for the rest of the batch, and is not written."""
        self._rows[key] = row
        self.changed.pop(key, None)

    def written(self) -> Iterable[tuple[K, V | None]]:
        """What was put, each key once."""
        return ((key, self._rows[key]) for key in self.changed)


class TableShelf(Shelf[K, V]):
    """A shelf that says which rows it needs, so that several are read by one statement.

    ``column``: finds the rows; ``make``: rows → what stands here, may bring more than was asked for;
    ``sought``: the values of the column for some keys, if they are not the keys themselves.
    """

    def __init__(
        self,
        connection: Connection,
        unit: int,
        column: "sa.Column[Any]",
        make: Callable[[Sequence[Row]], dict[K, V]],
        sought: Callable[[Sequence[K]], Sequence[Any]] | None = None,
    ) -> None:
        super().__init__(self._read_alone)
        self.connection = connection
        self.unit = unit
        self.make = make
        self._column = column
        self._sought = sought

    def wanted(self, keys: Sequence[K]) -> Wanted:
        """How to read ``keys``."""
        return Wanted(self._column, keys if self._sought is None else self._sought(keys))

    def _read_alone(self, keys: Sequence[K]) -> dict[K, V]:
        found = self.make(read_rows(self.connection, self._column, self.unit, self.wanted(keys).keys))
        return {key: found[key] for key in keys if key in found}


def first(keys: Iterable[tuple[Any, ...]]) -> list[Any]:
    """The first parts of compound keys, each once."""
    return sorted({key[0] for key in keys})


def read_shelves(shelves: Iterable[TableShelf[Any, Any]]) -> None:
    """Fetch what is missing on all of these, in one statement."""
    asked = [(shelf, keys) for shelf in shelves if (keys := shelf.missing())]
    if not asked:
        return
    one = asked[0][0]
    answers = read_together(one.connection, one.unit, [shelf.wanted(keys) for shelf, keys in asked])
    for (shelf, keys), rows in zip(asked, answers, strict=True):
        found = shelf.make(rows)
        shelf.fill(keys, {key: found[key] for key in keys if key in found})
