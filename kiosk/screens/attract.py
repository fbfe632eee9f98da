"""D8: the machine while nobody is near. Draws ``AttractView``."""

from typing import Any

from kivy.lang import Builder

from kiosk.presenters.attract import AttractView
from kiosk.screens.frame import KioskScreen
from onecard.ui.kivy_setup import kv

Builder.load_file(kv(__file__))


class AttractScreen(KioskScreen):
    """A touch anywhere leads to the first page."""

    def draw(self, view: AttractView) -> None:
        ids = self.ids
        ids.unit.text, ids.notice.text, ids.place.text = view.unit, view.notice, view.place
        ids.hint.text = view.hint
        ids.board.opacity = 1 if view.notice else 0
        self.fill_key(ids.wake, view.wake)

    def on_touch_up(self, touch: Any) -> bool:
        """Wherever it was."""
        taken = super().on_touch_up(touch)
        if not taken and self.collide_point(*touch.pos):
            self.send("wake")
        return bool(taken)
