"""The same card has to come back: the whole screen says so. Draws ``PutBackView``."""

from kivy.lang import Builder

from kiosk.presenters.put_back import PutBackView
from kiosk.screens.frame import KioskScreen
from onecard.ui.kivy_setup import kv

Builder.load_file(kv(__file__))


class PutBackScreen(KioskScreen):
    """Amber from edge to edge, nothing to press: only the card helps."""

    def draw(self, view: PutBackView) -> None:
        ids = self.ids
        ids.amount.text, ids.title.text, ids.detail.text = view.amount, view.title, view.detail
        ids.card.text, ids.note.text = view.card, view.note
        ids.hero.icon = "close-octagon" if view.wrong else "credit-card-refresh-outline"
        ids.chase.going = 1 if view.busy else 0
        # Out of sight is not out of reach of a finger.
        ids.foot.ids.language.enabled = False

    def forget(self) -> None:
        ids = self.ids
        ids.amount.text = ids.card.text = ids.note.text = ""
        ids.chase.going = 0
