"""How a call gets from a device's thread to the window's. Knows neither thread."""

from collections.abc import Callable

#: Brings a call there; it runs some time after.
Later = Callable[[Callable[[], object]], object]


def at_once(call: Callable[[], object]) -> object:
    """Where there is one thread only."""
    return call()
