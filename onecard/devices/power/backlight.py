"""The screen's light, as Linux shows it in ``/sys/class/backlight``: darker on battery, as before on mains.

Where there is none, or where this user may not, nothing happens: a bright screen is no fault.
"""

import contextlib
from pathlib import Path
from typing import Final

#: Never darker than this: a screen that shows nothing looks like a dead one.
LEAST_PERCENT: Final = 5


class Backlight:
    """All lights in ``folder``; remembers how bright each was."""

    def __init__(self, folder: Path = Path("/sys/class/backlight")) -> None:
        self._folder = folder
        self._before: dict[Path, int] = {}

    @property
    def is_dim(self) -> bool:
        return bool(self._before)

    def dim(self, percent: int) -> None:
        """To this part of what it can; once."""
        if self._before:
            return
        with contextlib.suppress(OSError):
            for light in sorted(self._folder.iterdir()):
                with contextlib.suppress(OSError, ValueError):
                    most = int((light / "max_brightness").read_text())
                    before = int((light / "brightness").read_text())
                    target = most * max(LEAST_PERCENT, percent) // 100
                    if target < before:
                        (light / "brightness").write_text(str(target))
                        self._before[light] = before

    def restore(self) -> None:
        """As bright as it was."""
        before, self._before = self._before, {}
        for light, value in before.items():
            with contextlib.suppress(OSError):
                (light / "brightness").write_text(str(value))
