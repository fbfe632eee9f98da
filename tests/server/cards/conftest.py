"""The same books as next door."""

from tests.server.books.conftest import books, postgres

__all__ = ["books", "postgres"]
