"""Opens the window of a station and closes it again on a signal. Knows no screen."""

import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

from onecard.terminal.setup import Setup
from onecard.ui import kivy_setup
from onecard.ui.theme import Panel

if TYPE_CHECKING:
    from onecard.ui.application import Application


def run(setup: Setup, make_app: "Callable[[Panel, Setup], Application]") -> int:
    """Returns when it closes. ``make_app`` imports the app's screens: the window opens with the first of
    them, so all that can fail without one has to be behind us."""
    settings = setup.settings
    panel = Panel(
        setup.station.config.kind,
        settings.number("screen.width"),
        settings.number("screen.height"),
        settings.number("screen.px_per_cm") / 10,
    )
    kivy_setup.prepare(
        panel,
        fullscreen=settings.flag("screen.full"),
        left=settings.number("screen.left"),
        top=settings.number("screen.top"),
    )
    app = make_app(panel, setup)
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: app.later(app.stop))
    app.run()
    return app.exit_code
