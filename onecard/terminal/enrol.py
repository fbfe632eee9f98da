"""Becoming a terminal: the key it makes itself, the one-time code, and the file that keeps who it is.

Knows nothing of what a terminal does afterwards.
"""

from pathlib import Path

from onecard.clock import Clock
from onecard.ids import Entropy
from onecard.wire.client import Identity


def enrol(path: Path, server_url: str, code: str, terminal: int, clock: Clock, entropy: Entropy) -> Identity:
    """Ask the office with a one-time code and keep the answer in ``path`` (0600). May be repeated."""
    raise NotImplementedError


def load(path: Path) -> Identity | None:
    """Who this terminal is; ``None`` before enrolment."""
    raise NotImplementedError
