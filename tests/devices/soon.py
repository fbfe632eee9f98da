"""Whether something comes true while threads and wires do their work; asserted by whoever waits for it."""

import time
from collections.abc import Callable


def soon(holds: Callable[[], object], seconds: float = 20.0) -> bool:
    """``assert soon(lambda: ...)``; false when it has not come true in all that time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
