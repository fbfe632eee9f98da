"""The customer's window: bill, a total that is read from afar, name, balance. Draws ``CustomerView``."""

from typing import Any

from kivy.lang import Builder

from onecard.ui.kivy_setup import kv
from onecard.ui.screen import Screen
from onecard.ui.style import style
from onecard.ui.widgets import Column, Row
from pos.presenters.customer import CustomerView

Builder.load_file(kv(__file__))

_ICONS = {
    "welcome": ("", "muted"),
    "bill": ("", "muted"),
    "ready": ("contactless-payment", "accent"),
    "reading": ("progress-clock", "wait"),
    "ok": ("check-circle", "done"),
    "refused": ("close-octagon", "refuse"),
    "retap": ("credit-card-refresh-outline", "wait"),
}


class CustomerScreen(Screen):
    """Lines on the left while there are any; the word and the figure beside them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._view: CustomerView | None = None
        # ``__self__``: ids are weak, and what is taken off the screen must live on.
        self._bill, self._halves = self.ids.bill.__self__, self.ids.halves.__self__
        self._halves.remove_widget(self._bill)
        self._words, self._logo = self.ids.words.__self__, self.ids.logo.__self__
        self.ids.rows.columns = [Column("", 1.5), Column("", 0.9, "right"), Column("", 0.8, "right")]

    def show(self, view: CustomerView) -> None:
        if view == self._view:
            return
        self._view = view
        ids = self.ids
        icon, tone = _ICONS[view.look]
        ids.icon.icon, ids.icon.tone, ids.title.tone = icon, tone, "ink" if tone == "muted" else tone
        ids.title.text, ids.total.text, ids.note.text = view.title, view.total, view.note
        ids.total.height = style.px(38) if view.total else 0
        greets = view.look == "welcome"
        if greets != (self._logo.parent is not None):
            if greets:
                self._words.add_widget(self._logo, index=len(self._words.children) - 1)
            else:
                self._words.remove_widget(self._logo)
        has_lines = bool(view.lines)
        if has_lines != (self._bill.parent is not None):
            if has_lines:
                self._halves.add_widget(self._bill, index=len(self._halves.children))
            else:
                self._halves.remove_widget(self._bill)
        ids.rows.rows = [Row(line) for line in view.lines]
        for at, (label, figure) in enumerate(((ids.first_label, ids.first), (ids.second_label, ids.second))):
            shown = view.facts[at] if at < len(view.facts) else ("", "")
            label.text, figure.text = shown
            label.parent.height = style.px(16) if shown[0] else 0
