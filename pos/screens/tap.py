"""P4: the tap overlay. Draws ``TapView``."""

from functools import partial
from typing import Any

from kivy.lang import Builder

from onecard.ui.kivy_setup import kv
from onecard.ui.style import style
from onecard.ui.widgets import Panel, TapOverlay
from onecard.ui.widgets.dialog import Choice
from pos.presenters.tap import TapView
from pos.screens.frame import Send

Builder.load_file(kv(__file__))


class TapCover(TapOverlay):
    """Ready, reading, done, refused, the same card again: one overlay that changes in place."""

    def __init__(self, send: Send, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._send = send
        self._view: TapView | None = None

    def draw(self, view: TapView) -> None:
        """One state; only what differs is set."""
        old, self._view = self._view, view
        self.state = view.look
        self.amount, self.title, self.detail, self.note = view.amount, view.title, view.detail, view.note
        if old is None or old.choices != view.choices:
            self.choices = [
                Choice(
                    one.text,
                    partial(self._send, one.action),
                    f"tap-{one.action}",
                    kind=one.kind,
                    hint=one.hint,
                )
                for one in view.choices
            ]


class DonePanel(Panel):
    """A sale that is done, beside the pad and not over it: the next amount may be typed by touch at once."""

    def __init__(self, send: Send, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ids.close.action = partial(send, "enter")

    def draw(self, view: TapView) -> None:
        """What was paid, what is left."""
        ids = self.ids
        ids.title.text, ids.amount.text = view.title, view.amount
        ids.detail.text, ids.note.text = view.detail, view.note
        ids.note.height = style.px(6) if view.note else 0
        ids.close.text = view.choices[0].text
