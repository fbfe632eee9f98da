"""``python -m kiosk --config FILE``: open the kiosk, or enrol it first with the office's one-time code."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.fitted_acceptor import fitted_acceptors
from onecard.settings import KIOSK, Settings
from onecard.terminal import program
from onecard.terminal.setup import Kind, Setup
from onecard.ui import window
from onecard.ui.theme import Panel

if TYPE_CHECKING:
    from kiosk.app import KioskApp


class KioskKind(Kind):
    """Two acceptors may stand in it."""

    def settings(self, path: Path | None) -> Settings:
        """As for every kind. Raises ``SettingError``, also for two acceptors under one name."""
        settings = super().settings(path)
        fitted_acceptors(settings)
        return settings


#: It stands upright, and people stand before it.
KIND = KioskKind(
    name="kiosk",
    title="the kiosk 自助机",
    own=KIOSK,
    usual={"screen.width": 1080, "screen.height": 1920, "screen.px_per_cm": 40},
)


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit code; what is wrong is said in both languages before a window opens."""
    return program.main(KIND, lambda setup: window.run(setup, _app), arguments)


def _app(panel: Panel, setup: Setup) -> "KioskApp":
    from kiosk.app import KioskApp

    return KioskApp(panel, setup)


if __name__ == "__main__":
    sys.exit(main())
