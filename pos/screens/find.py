"""Finding a product. Draws ``FindView``."""

from functools import partial
from typing import Any

from kivy.lang import Builder

from onecard.ui.kivy_setup import kv
from pos.presenters.find import FindView
from pos.screens.frame import PosScreen, fill_rows

Builder.load_file(kv(__file__))

_SHARES = (1.5, 0.9, -0.7)


class FindScreen(PosScreen):
    """What was found on the left, letters on the right."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ids.add.action = partial(self.send, "enter")
        self.ids.back.action = partial(self.send, "escape")
        self.ids.erase.action = partial(self.send, "backspace")

    def draw(self, view: FindView) -> None:
        ids = self.ids
        ids.title.text, ids.typed.text = view.title, view.typed
        ids.typed.tone = "ink" if view.is_typed else "muted"
        ids.rows.empty = view.empty
        fill_rows(ids.rows, view.titles, _SHARES, view.rows, self.send)
        ids.letters.draw(view.letters, self.send)
        ids.add.text, ids.back.text = view.add, view.back
        ids.add.enabled = bool(view.rows)
