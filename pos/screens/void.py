"""P5: this shift's records, one to take back. Draws ``VoidView``."""

from functools import partial
from typing import Any

from kivy.lang import Builder

from onecard.ui.kivy_setup import kv
from pos.presenters.void import VoidView
from pos.screens.frame import PosScreen, fill_rows

Builder.load_file(kv(__file__))

_SHARES = (1.0, 1.5, 0.8, -0.8, -0.9)


class VoidScreen(PosScreen):
    """A list and two keys."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ids.void.action = partial(self.send, "enter")
        self.ids.back.action = partial(self.send, "escape")
        self.ids.reprint.action = partial(self.send, "f3")

    def draw(self, view: VoidView) -> None:
        ids = self.ids
        ids.title.text, ids.body.text = view.title, view.body
        ids.rows.empty = view.empty
        fill_rows(ids.rows, view.titles, _SHARES, view.rows, self.send)
        ids.void.text, ids.void.enabled, ids.void.reason = view.void, view.can_void, view.why_not
        ids.back.text, ids.reprint.text = view.back, view.reprint
        ids.reprint.enabled = bool(view.rows)
