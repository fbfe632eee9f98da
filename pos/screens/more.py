"""Ways in without a function key. Draws ``MoreView``."""

from functools import partial
from typing import Any

from kivy.lang import Builder

from onecard.ui.kivy_setup import kv
from pos.presenters.more import MoreView
from pos.screens.frame import PosScreen

Builder.load_file(kv(__file__))


class MoreScreen(PosScreen):
    """Two columns up to four keys, three from there."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ids.back.action = partial(self.send, "escape")

    def draw(self, view: MoreView) -> None:
        ids = self.ids
        ids.title.text = view.title
        ids.notice.draw(view.frame.notices[0] if view.frame.notices else None)
        ids.tiles.cols = 2 if len(view.tiles) <= 4 else 3
        ids.tiles.draw(view.tiles, self.send)
        ids.back.text = view.back
