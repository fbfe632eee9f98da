"""A member's PIN for a large sale. Draws ``PinView``."""

from functools import partial
from typing import Any

from kivy.lang import Builder

from onecard.ui.kivy_setup import kv
from onecard.ui.widgets.surface import Scrim
from pos.presenters.pin import PinView
from pos.screens.frame import Send

Builder.load_file(kv(__file__))


class PinDialog(Scrim):
    """The amount and the dots; the pad where there is none at the counter."""

    def __init__(self, send: Send, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        ids = self.ids
        ids.pad.press = send
        ids.yes.action, ids.no.action = partial(send, "enter"), partial(send, "escape")
        # ``__self__``: ids are weak, and what is taken off the screen must live on.
        self._side, self._halves = ids.side.__self__, ids.halves.__self__

    def draw(self, view: PinView) -> None:
        """The question as it stands."""
        ids = self.ids
        ids.title.text, ids.amount.text = view.title, view.amount
        ids.body.text, ids.dots.text = view.error or view.body, view.dots
        ids.body.tone = "refuse" if view.error else "muted"
        if view.on_pad == (self._side.parent is not None):
            (self._halves.remove_widget if view.on_pad else self._halves.add_widget)(self._side)
        ids.yes.text, ids.no.text = view.yes, view.no
        ids.yes.enabled = not view.on_pad
