"""Cash that needs a person: the whole screen says so. Draws ``PersonView``."""

from kivy.lang import Builder

from kiosk.presenters.person import PersonView
from kiosk.screens.frame import KioskScreen
from onecard.ui.kivy_setup import kv

Builder.load_file(kv(__file__))


class PersonScreen(KioskScreen):
    """Whom to call, about which note, and what is certain all the same."""

    def draw(self, view: PersonView) -> None:
        ids = self.ids
        ids.title.text, ids.amount.text, ids.detail.text = view.title, view.amount, view.detail
        ids.certain.draw(view.certain)
        ids.paper.draw(view.paper)
        ids.facts.text = view.facts
        self.fill_key(ids.end, view.end)

    def forget(self) -> None:
        ids = self.ids
        ids.amount.text = ids.facts.text = ids.certain.text = ids.certain.detail = ""
