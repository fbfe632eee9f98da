"""A supervisor's word: who, why, PIN. Draws ``OverrideView``."""

from functools import partial
from typing import Any

from kivy.lang import Builder

from onecard.ui.kivy_setup import kv
from onecard.ui.widgets.surface import Scrim
from pos.presenters.override import OverrideView
from pos.screens.frame import Send

Builder.load_file(kv(__file__))


class OverrideDialog(Scrim):
    """Names and reasons on the left, the PIN pad on the right."""

    def __init__(self, send: Send, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._send = send
        self.ids.pad.press = send
        self.ids.yes.action = partial(send, "enter")
        self.ids.no.action = partial(send, "escape")

    def draw(self, view: OverrideView) -> None:
        """The question as it stands."""
        ids = self.ids
        ids.title.text, ids.body.text = view.title, view.body
        ids.people.cols = max(1, len(view.people))
        ids.people.draw(view.people, self._send)
        ids.reasons.draw(view.reasons, self._send)
        ids.pin_label.text, ids.dots.text = view.error or view.pin_label, view.dots
        ids.pin_label.tone = "refuse" if view.error else "muted"
        ids.card_hint.text = view.card_hint
        ids.card_icon.icon = "card-account-details-outline" if view.card_hint else ""
        ids.yes.text, ids.no.text = view.yes, view.no
