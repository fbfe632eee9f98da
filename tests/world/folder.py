"""Small files that a machine writes whole beside its database: in its real folder, under the same power.

The product's own code writes them. Each file that is opened for writing, put in another's place or removed is
a door of the machine, told by the interpreter's audit events; what was put in its place is safe from then on,
what was removed may be there again after a cut. Use it where ``disk`` is used.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_WRITES = os.O_WRONLY | os.O_RDWR
#: Door by folder.
_DOORS: dict[str, "Folder"] = {}
_hooked: list[bool] = []


class Folder:
    """``door`` may take the power away, or raise ``OSError``."""

    def __init__(self, path: Path, door: Callable[[str], None]) -> None:
        self.path, self._door = path, door
        self._removed: dict[str, bytes] = {}
        self._is_ours = False
        _DOORS[str(path)] = self
        if not _hooked:
            _hooked.append(True)
            sys.addaudithook(_heard)

    def crash(self, below: Callable[[int], int]) -> None:
        """The power goes: what was removed last may not have been."""
        removed, self._removed = self._removed, {}
        self._is_ours = True
        for name, data in removed.items():
            if below(2) and not (self.path / name).exists():
                (self.path / name).write_bytes(data)
        self._is_ours = False

    def copy(self) -> dict[str, bytes]:
        return {one.name: one.read_bytes() for one in sorted(self.path.iterdir()) if one.is_file()}

    def restore(self, image: dict[str, bytes]) -> None:
        """These files and no others."""
        self._is_ours, self._removed = True, {}
        for one in self.path.iterdir():
            if one.is_file():
                one.unlink()
        for name, data in image.items():
            (self.path / name).write_bytes(data)
        self._is_ours = False

    def heard(self, event: str, path: Path) -> None:
        if self._is_ours:
            return
        self._door("file")
        if event == "os.remove" and path.suffix != ".new" and path.exists():
            self._removed[path.name] = path.read_bytes()
        elif event == "os.rename":
            self._removed.clear()


def _heard(event: str, given: tuple[Any, ...]) -> None:
    if event == "open":
        if not isinstance(given[0], (str, os.PathLike)) or not (given[2] or 0) & _WRITES:
            return
    elif event not in ("os.rename", "os.remove"):
        return
    path = Path(os.fsdecode(given[0]))
    folder = _DOORS.get(str(path.parent))
    if folder is not None:
        folder.heard(event, path)
