"""Something was chosen, a card is wanted. Draws ``CardView``."""

from kivy.lang import Builder

from kiosk.presenters.card import CardView
from kiosk.screens.frame import KioskScreen
from onecard.ui.kivy_setup import kv

Builder.load_file(kv(__file__))


class CardScreen(KioskScreen):
    """Where the card goes, for what, and the way back."""

    def draw(self, view: CardView) -> None:
        ids = self.ids
        ids.purpose.text, ids.hero.icon = view.purpose, view.icon
        ids.title.text, ids.detail.text = view.title, view.detail
        self.fill_key(ids.back, view.back)
