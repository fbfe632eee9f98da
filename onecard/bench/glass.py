"""The glass of the customer's window: reads what the window wrote down as being on it. Changes nothing."""

import json
from pathlib import Path


class Glass:
    """``path``: the map that the window keeps of its widgets."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def lines(self) -> tuple[str, ...]:
        """From top to bottom; nothing while no window is open, as on a screen without current."""
        try:
            told = json.loads(self._path.read_text("utf-8"))
            state = Path(f"/proc/{told['pid']}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
        except (OSError, ValueError, KeyError):
            return ()
        # One that was killed may lie about for a while before it is buried.
        return () if state == "Z" else tuple(str(one) for one in told["texts"])
