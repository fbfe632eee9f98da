"""P1: names, PIN pad, or an operator's card. Draws ``SignOnView``."""

from functools import partial
from typing import Any

from kivy.lang import Builder

from onecard.ui.kivy_setup import kv
from pos.presenters.frame import TileView
from pos.presenters.sign_on import NAMES, SignOnView
from pos.screens.frame import PosScreen

Builder.load_file(kv(__file__))


class SignOnScreen(PosScreen):
    """The first thing in the morning."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ids.pad.press = self.send
        self.ids.enter.action = partial(self.send, "enter")
        self.ids.names.places = NAMES

    def draw(self, view: SignOnView) -> None:
        ids = self.ids
        ids.title.text, ids.place.text = view.title, view.place
        ids.names.draw(view.names, self.send)
        turn = [TileView(action="pagedown", text=view.page, icon="chevron-right")] if view.has_pages else []
        ids.pages.draw(turn, self.send)
        ids.chosen.text, ids.dots.text = view.chosen, view.dots
        ids.pin_label.text = view.error or view.pin_label
        ids.pin_label.tone = "refuse" if view.error else "muted"
        ids.card_hint.text, ids.card_detail.text = view.card_hint, view.card_detail
        ids.enter.text = view.enter
        ids.enter.enabled = bool(view.names)
        ids.waiting.text, ids.waiting_detail.text = view.waiting, view.waiting_detail
        ids.notice.text = view.notice
        ids.waiting_icon.icon = "cloud-sync" if view.waiting else ""
