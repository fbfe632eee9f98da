"""The front desk's door: four groups of jobs, and the large keys of one. Draws ``DeskView``."""

from functools import partial
from typing import Any

from kivy.lang import Builder

from onecard.ui.kivy_setup import kv
from pos.presenters.desk import DeskView
from pos.screens.frame import PosScreen

Builder.load_file(kv(__file__))


class DeskScreen(PosScreen):
    """What is to be done?"""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ids.back.action = partial(self.send, "escape")

    def draw(self, view: DeskView) -> None:
        ids = self.ids
        ids.title.text = view.title
        ids.notice.draw(view.frame.notices[0] if view.frame.notices else None)
        ids.tabs.cols = len(view.tabs)
        ids.tabs.draw(view.tabs, self.send)
        ids.tiles.draw(view.tiles, self.send)
        ids.back.text = view.back
