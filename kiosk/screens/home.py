"""K1: the hint where a card goes, and what can be done here. Draws ``HomeView``."""

from kivy.lang import Builder

from kiosk.presenters.home import HomeView
from kiosk.screens.frame import KioskScreen
from onecard.ui.kivy_setup import kv

Builder.load_file(kv(__file__))

_KEYS = ("balance", "collect", "cash", "code", "loss", "service")


class HomeScreen(KioskScreen):
    """What is seen while nobody is there."""

    def draw(self, view: HomeView) -> None:
        ids = self.ids
        ids.hero.icon, ids.title.text, ids.detail.text = view.icon, view.title, view.detail
        for name in _KEYS:
            self.fill_key(ids[name], getattr(view, name))
