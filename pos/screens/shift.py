"""P6: float, X, count, Z. Draws ``ShiftView``."""

from functools import partial
from typing import Any

from kivy.lang import Builder
from kivy.uix.widget import Widget

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
        ids = self.ids
        ids.pad.press = self.send
        ids.primary.action = partial(self.send, "enter")
        ids.second.action = partial(self.send, "f12")
        ids.back.action = partial(self.send, "escape")
        self._parts = {
            name: ids[name].__self__ for name in ("amount_panel", "pad", "verdict_panel", "sums_panel")
        }
        self._shown: tuple[str, ...] = ()

    def draw(self, view: ShiftView) -> None:
        ids = self.ids
        ids.title.text, ids.body.text = view.title, view.body
        fill_rows(ids.facts, ("", ""), _FACTS, view.facts, self.send)
        fill_rows(ids.sums, ("", "", ""), _SUMS, view.rows, self.send)
        ids.facts_panel.opacity = 1 if view.facts else 0
        ids.facts_panel.height = (len(view.facts) * 9 + 2) * style.mm if view.facts else 0
        self._stand(view)
        ids.amount_label.text, ids.amount.text = view.amount_label, view.amount
        ids.verdict.text, ids.verdict.tone = view.verdict, view.verdict_tone
        ids.verdict_icon.icon = "check-circle" if view.verdict_tone == "done" else "alert-circle"
        ids.verdict_icon.tone = view.verdict_tone
        ids.verdict_panel.fill = f"{view.verdict_tone}_soft" if view.verdict else "surface"
        ids.primary.text, ids.back.text = view.primary, view.back
        for button, text in ((ids.second, view.second), (ids.print, view.print)):
            button.text = text
            button.opacity, button.enabled = (1, True) if text else (0, False)
        ids.print.action = partial(self.send, "f5" if view.stage == "x" else "f3")
        ids.print.hint = "F5" if view.stage == "x" else "F3"

    def _stand(self, view: ShiftView) -> None:
        """What stands at the right: the pad, the count alone, or the sums."""
        shown: tuple[str, ...] = ()
        if view.has_pad:
            shown = ("amount_panel", "pad")
        elif view.stage == "sure":
            shown = ("amount_panel",)
        elif view.rows:
            shown = ("verdict_panel", "sums_panel") if view.verdict else ("sums_panel",)
        if shown == self._shown:
            return
        self._shown = shown
        side = self.ids.side
        side.clear_widgets()
        for name in shown:
            side.add_widget(self._parts[name])
        if shown == ("amount_panel",):
            side.add_widget(Widget())
