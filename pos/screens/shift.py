"""P6: float, X, count, Z. Draws ``ShiftView``."""

from functools import partial
from typing import Any

from kivy.lang import Builder

from onecard.ui.kivy_setup import kv
from onecard.ui.style import style
from pos.presenters.shift import ShiftView
from pos.screens.frame import PosScreen, fill_rows

Builder.load_file(kv(__file__))

_SUMS = (1.6, -0.6, -1.0)
_FACTS = (1.0, -1.2)


class ShiftScreen(PosScreen):
    """Facts and sums on the left; on the right the pad, or what the Z says."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ids.pad.press = self.send
        self.ids.primary.action = partial(self.send, "enter")
        self.ids.second.action = partial(self.send, "f12")
        self.ids.back.action = partial(self.send, "escape")

    def draw(self, view: ShiftView) -> None:
        ids = self.ids
        ids.title.text, ids.body.text = view.title, view.body
        fill_rows(ids.facts, ("", ""), _FACTS, view.facts, self.send)
        fill_rows(ids.sums, ("", "", ""), _SUMS, view.rows, self.send)
        ids.sums_panel.opacity = 1 if view.rows else 0
        ids.facts_panel.opacity = 1 if view.facts else 0
        ids.facts_panel.height = len(view.facts) * 9 * style.mm + 2 * style.mm if view.facts else 0
        shows_amount = view.has_pad or view.stage == "sure"
        ids.amount_label.text = view.amount_label if shows_amount else ""
        ids.amount.text = view.amount if shows_amount else ""
        ids.amount_panel.opacity = 1 if shows_amount else 0
        ids.pad.opacity = 1 if view.has_pad else 0
        ids.pad.enabled = view.has_pad
        ids.verdict.text, ids.verdict.tone = view.verdict, view.verdict_tone
        ids.verdict_icon.icon = {"": "", "done": "check-circle"}.get(
            view.verdict and view.verdict_tone, "alert-circle"
        )
        ids.verdict_icon.tone = view.verdict_tone
        ids.primary.text, ids.back.text = view.primary, view.back
        ids.second.text = view.second
        ids.second.opacity, ids.second.enabled = (1, True) if view.second else (0, False)
