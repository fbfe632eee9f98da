"""``python -m pos --config FILE``: open the till; the first time it asks for the office's one-time code."""

import sys
from typing import TYPE_CHECKING

from onecard.settings import POS
from onecard.terminal import program
from onecard.terminal.setup import Kind, Setup
from onecard.ui import window
from onecard.ui.theme import Panel

if TYPE_CHECKING:
    from pos.app import PosApp

KIND = Kind(name="pos", title="the till 收银机", own=POS)


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit code; what is wrong is said in both languages before a window opens."""
    return program.main(KIND, lambda setup: window.run(setup, _app), arguments)


def _app(panel: Panel, setup: Setup) -> "PosApp":
    from pos.app import PosApp

    return PosApp(panel, setup)


if __name__ == "__main__":
    sys.exit(main())
