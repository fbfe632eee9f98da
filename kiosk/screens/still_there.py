"""K7: is anybody there? Draws ``StillThereView``."""

from kivy.lang import Builder

from kiosk.presenters.still_there import StillThereView
from kiosk.screens.frame import KioskScreen
from onecard.ui.kivy_setup import kv

Builder.load_file(kv(__file__))


class StillThereScreen(KioskScreen):
    """One question, two answers, and the time that is left for them."""

    def draw(self, view: StillThereView) -> None:
        ids = self.ids
        ids.title.text, ids.detail.text, ids.seconds.text = view.title, view.detail, view.seconds
        ids.bar.share = view.share_left
        self.fill_key(ids.yes, view.yes)
        self.fill_key(ids.end, view.end)
        ids.foot.ids.language.opacity, ids.foot.ids.language.enabled = 0, False

    def forget(self) -> None:
        self.ids.detail.text = ""
