"""K6: what the visit came to, and the paper. Draws ``ResultView``."""

from typing import Any

from kivy.lang import Builder

from kiosk.presenters.result import ResultView
from kiosk.screens.frame import KioskScreen
from onecard.ui.kivy_setup import kv

Builder.load_file(kv(__file__))


class ResultScreen(KioskScreen):
    """A word that stands, an amount, before and after, and what to take along."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # kv keeps its widgets weakly, and this one is not always in the tree.
        self._balance = self.ids.balance.__self__

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
        self.fill_key(self._balance, view.balance)
        self._show_balance_key(bool(view.balance.key))

    def _show_balance_key(self, wanted: bool) -> None:
        """Without it the other key has the whole width."""
        keys, balance = self.ids.choices, self._balance
        if wanted and balance.parent is None:
            keys.add_widget(balance, index=len(keys.children))
        elif not wanted and balance.parent is not None:
            keys.remove_widget(balance)

    def forget(self) -> None:
        ids = self.ids
        for text in (ids.amount, ids.detail, ids.before, ids.after, ids.number, ids.title):
            text.text = ""
