"""A bench by code, on a false clock, with nothing on it but what a test lays there."""

from pathlib import Path
from typing import Any

from onecard.bench.bench import Bench
from onecard.bench.drawer import Drawer
from onecard.bench.network import NetworkCable
from onecard.clock import FalseClock
from onecard.ids import SeededEntropy


def laid(folder: Path, **things: Any) -> Bench:
    """``things``: as ``Bench`` names them. Its cable is the caller's to close."""
    bare = {
        "drawer": Drawer(folder / "drawer.json"),
        "slots": {},
        "acceptors": {},
        "printers": {},
        "cable": NetworkCable(("127.0.0.1", 1)),
        "clock": FalseClock(),
        "entropy": SeededEntropy(1),
    }
    return Bench(**(bare | things))
