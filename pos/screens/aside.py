"""Taps that wait for their card. Draws ``AsideView``."""

from functools import partial
from typing import Any

from kivy.lang import Builder

from onecard.ui.kivy_setup import kv
from pos.presenters.aside import AsideView
from pos.screens.frame import PosScreen, fill_rows

Builder.load_file(kv(__file__))

_SHARES = (1.1, 0.8, 1.0, -0.9, -1.1)


class AsideScreen(PosScreen):
    """A list and what can be done about one of it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ids.complete.action = partial(self.send, "enter")
        self.ids.give_up.action = partial(self.send, "f6")
        self.ids.back.action = partial(self.send, "escape")

    def draw(self, view: AsideView) -> None:
        ids = self.ids
        ids.title.text, ids.body.text = view.title, view.body
        ids.rows.empty = view.empty
        fill_rows(ids.rows, view.titles, _SHARES, view.rows, self.send)
        ids.complete.text, ids.give_up.text, ids.back.text = view.complete, view.give_up, view.back
        ids.complete.enabled = ids.give_up.enabled = view.has_any
