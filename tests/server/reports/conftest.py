"""A small unit on both engines."""

from tests.server.unit import postgres, unit

__all__ = ["postgres", "unit"]
