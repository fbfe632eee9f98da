"""K1: the hint where a card goes, and what can be done here. Draws ``HomeView``."""

from typing import Any

from kivy.lang import Builder

from kiosk.presenters.home import HomeView
from kiosk.screens.frame import KioskScreen
from onecard.ui.kivy_setup import kv

Builder.load_file(kv(__file__))

#: Places for keys; in large print fewer are used.
_PLACES = 6


class HomeScreen(KioskScreen):
    """What is seen while nobody is there."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # ``__self__``: ids are weak, and what is taken off the screen must live on.
        self._keys = [self.ids[f"key{place}"].__self__ for place in range(_PLACES)]

    def draw(self, view: HomeView) -> None:
        ids = self.ids
        ids.hero.icon, ids.title.text, ids.detail.text = view.icon, view.title, view.detail
        for place, key in enumerate(view.shown):
            self.fill_key(self._keys[place], key)
        if len(ids.grid.children) != len(view.shown):
            ids.grid.clear_widgets()
            for place in range(min(len(view.shown), _PLACES)):
                ids.grid.add_widget(self._keys[place])
