"""Keys on the glass for a line of text. Draws ``KeyboardView``."""

from functools import partial
from typing import Any

from kivy.lang import Builder

from onecard.ui.kivy_setup import kv
from onecard.ui.widgets.surface import Scrim
from pos.presenters.keyboard import KeyboardView
from pos.screens.frame import Send

Builder.load_file(kv(__file__))

#: Of a line only its end is seen when it is longer; what is typed stands there.
_SEEN = 26


class KeyboardDialog(Scrim):
    """The line, what it may mean, and the keys."""

    def __init__(self, send: Send, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._send = send
        ids = self.ids
        # ``__self__``: ids are weak, and what is taken off the screen must live on.
        self._line = ids.hint.parent.__self__
        self._hint, self._picks, self._more = (ids[name].__self__ for name in ("hint", "picks", "more"))
        ids.more.action = partial(send, "pagedown")

    def draw(self, view: KeyboardView) -> None:
        """As it stands."""
        ids = self.ids
        ids.label.text, ids.text.text, ids.spelt.text = view.label, view.text[-_SEEN:], view.spelt
        ids.hint.text, ids.more.text = view.hint, view.more
        ids.picks.draw(view.picks, self._send)
        wanted = [self._picks if view.picks else self._hint, *([self._more] if view.more else [])]
        if self._line.children != wanted[::-1]:
            self._line.clear_widgets()
            for part in wanted:
                self._line.add_widget(part)
        for at, row in enumerate(view.rows):
            ids[f"row_{at}"].draw(row, self._send)
        ids.foot.draw(view.foot, self._send)
