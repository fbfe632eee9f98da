"""Front desk: cash onto a card. Draws ``RechargeView``."""

from functools import partial
from typing import Any

from kivy.lang import Builder

from onecard.ui.kivy_setup import kv
from pos.presenters.recharge import RechargeView
from pos.screens.frame import PosScreen

Builder.load_file(kv(__file__))


class RechargeScreen(PosScreen):
    """Amount, words, pad; whole sums on the right."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ids.pad.press = self.send
        # ``__self__``: ids are weak, and what is taken off the screen must live on.
        self._seller = self.ids.seller.__self__
        self._seller.action = partial(self.send, "f2")
        self.ids.foot.remove_widget(self._seller)
        self.ids.go.action = partial(self.send, "enter")
        self.ids.back.action = partial(self.send, "escape")

    def draw(self, view: RechargeView) -> None:
        ids = self.ids
        ids.title.text, ids.body.text = view.title, view.last or view.body
        ids.body.tone = "done" if view.last else "muted"
        ids.amount.text, ids.amount.tone = view.amount, view.amount_tone
        ids.words.text = view.error or view.words
        ids.words.tone = "refuse" if view.error else "muted"
        ids.quick_title.text = view.offers or view.quick_title
        ids.quick_title.tone = "accent" if view.offers else "muted"
        self._seller.text = view.seller
        if bool(view.seller) != (self._seller.parent is not None):
            if view.seller:
                ids.foot.add_widget(self._seller, index=1)
            else:
                ids.foot.remove_widget(self._seller)
        ids.quick.draw(view.quick, self.send)
        ids.go.text, ids.back.text = view.go, view.back
