"""Books on both engines, and a small unit that sold, took back and recharged for two days."""

from tests.server.books.conftest import books, postgres

__all__ = ["books", "postgres"]
