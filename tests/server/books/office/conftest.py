"""Books on both engines with a small unit in them."""

from collections.abc import Iterator

import pytest

from tests.server.books.engine import Books
from tests.server.books.office.house import House


@pytest.fixture
def house(books: Books) -> Iterator[House]:
    """Every test leaves books that tie out."""
    made = House(books)
    yield made
    books.tie_out()
