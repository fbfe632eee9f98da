"""The glass of the customer's window: reads what the window wrote down as being on it. Changes nothing."""

import json
import os
from pathlib import Path


class Glass:
    """``path``: the map that the window keeps of its widgets."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def lines(self) -> tuple[str, ...]:
        """From top to bottom; nothing while no window is open, as on a screen without current."""
        try:
            told = json.loads(self._path.read_text("utf-8"))
            os.kill(told["pid"], 0)
        except (OSError, ValueError, KeyError):
            return ()
        return tuple(str(one) for one in told["texts"])
