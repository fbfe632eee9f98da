"""A card is being read or written: nothing to press. Draws ``BusyView``."""

from typing import Any

from kivy.lang import Builder

from kiosk.presenters.busy import BusyView
from kiosk.screens.frame import KioskScreen
from onecard.ui.kivy_setup import kv

Builder.load_file(kv(__file__))


class BusyScreen(KioskScreen):
    """One sentence and something that shows that it goes on."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ids.chase.going = 0

    def draw(self, view: BusyView) -> None:
        ids = self.ids
        ids.amount.text, ids.hero.icon = view.amount, view.icon
        ids.title.text, ids.detail.text = view.title, view.detail
        ids.foot.ids.language.opacity, ids.foot.ids.language.enabled = 0, False

    def entered(self) -> None:
        self.ids.chase.going = 1

    def forget(self) -> None:
        self.ids.chase.going = 0
        self.ids.amount.text = ""
