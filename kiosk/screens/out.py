"""K8: out of service. Draws ``OutView``."""

from kivy.lang import Builder

from kiosk.presenters.out import OutView
from kiosk.screens.frame import KioskScreen
from onecard.ui.kivy_setup import kv

Builder.load_file(kv(__file__))


class OutScreen(KioskScreen):
    """Why, and where to go instead."""

    def draw(self, view: OutView) -> None:
        ids = self.ids
        ids.title.text, ids.why.text, ids.detail.text = view.title, view.why, view.detail
