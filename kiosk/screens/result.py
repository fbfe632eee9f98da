"""K6: what the visit came to, and the paper. Draws ``ResultView``."""

from kivy.lang import Builder

from kiosk.presenters.result import ResultView
from kiosk.screens.frame import KioskScreen
from onecard.ui.kivy_setup import kv

Builder.load_file(kv(__file__))


class ResultScreen(KioskScreen):
    """A word that stands, an amount, before and after, and what to take along."""

    def draw(self, view: ResultView) -> None:
        ids = self.ids
        ids.hero.icon, ids.hero.tone, ids.hero.fill = view.icon, view.tone, f"{view.tone}_soft"
        ids.title.text, ids.title.tone = view.title, view.tone
        ids.amount.text, ids.detail.text = view.amount, view.detail
        ids.before_label.text, ids.before.text = view.before_label, view.before
        ids.after_label.text, ids.after.text = view.after_label, view.after
        ids.move.opacity = 1 if view.after else 0
        ids.paper.draw(view.paper)
        ids.number.text, ids.take.text = view.number, view.take_card
        self.fill_key(ids.end, view.end)
        self.fill_key(ids.balance, view.balance)
        ids.balance.size_hint_x = 0.7 if view.balance.key else None
        ids.balance.width = 0 if not view.balance.key else ids.balance.width

    def forget(self) -> None:
        ids = self.ids
        for text in (ids.amount, ids.detail, ids.before, ids.after, ids.number, ids.title):
            text.text = ""
