"""What every screen is: it draws one frozen value, and names the keys it understands. Decides nothing."""

from typing import Any

from onecard.ui.keys import KeyMap
from onecard.ui.widgets.surface import Ground


class Screen(Ground):
    """Built once. ``show(view)`` draws a value that a presenter has already formatted and translated."""

    def show(self, view: Any) -> None:
        """Draws ``view``, whenever it changed. A screen with one fixed picture needs none."""

    def keys(self) -> KeyMap:
        """What keys do on this screen now; asked at each keystroke."""
        return {}

    def entered(self) -> None:
        """The screen has come to the front."""

    def left(self) -> None:
        """Another screen has taken its place: forget everything typed."""
