"""The same books as next door."""

from tests.server.books.conftest import books, postgres, sqlite_books

__all__ = ["books", "postgres", "sqlite_books"]
