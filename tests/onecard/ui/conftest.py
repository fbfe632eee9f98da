"""Lends the tests of this folder a window off screen and an empty stage."""

from tests.onecard.ui.stage import stage, window

__all__ = ["stage", "window"]
