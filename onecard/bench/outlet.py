"""A station's socket in the wall: a file that says ``on`` or ``off``, for whoever runs the station to follow.

Knows nothing of processes. What has no current is gone between two instructions, and nobody asked it before.
"""

import os
from pathlib import Path


class Outlet:
    """One socket, which has current when the bench is laid out."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.switch(on=True)

    @property
    def is_on(self) -> bool:
        return self.path.read_text("ascii") == "on"

    def switch(self, *, on: bool) -> None:
        """Whoever reads the file meanwhile sees the one or the other."""
        part = self.path.with_suffix(".part")
        part.write_text("on" if on else "off", "ascii")
        os.replace(part, self.path)
