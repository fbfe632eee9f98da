"""The customer's window: bill, a total that is read from afar, name, balance. Draws ``CustomerView``."""

from typing import Any, NamedTuple

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


class _Size(NamedTuple):
    """One way to set the words, mm: icon, total, fact, gap, and the roles of both figures."""

    icon: int
    total: int
    fact: int
    gap: int
    total_role: str
    fact_role: str


#: The largest that the window has room for is taken; such windows begin at a hand's breadth.
_SIZES = (
    _Size(20, 38, 16, 4, "customer", "figure"),
    _Size(14, 27, 12, 2, "hero", "figure"),
    _Size(0, 27, 12, 2, "hero", "figure"),
    _Size(0, 18, 9, 1, "amount", "title"),
)
_EDGES, _TITLE, _NOTE = 12, 14, 9


class CustomerScreen(Screen):
    """Lines on the left while there are any; the word and the figure beside them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._view: CustomerView | None = None
        # ``__self__``: ids are weak, and what is taken off the screen must live on.
        self._bill, self._halves = self.ids.bill.__self__, self.ids.halves.__self__
        self._halves.remove_widget(self._bill)
        self._words, self._logo = self.ids.words.__self__, self.ids.logo.__self__
        ids = self.ids
        pairs = ((ids.first_label, ids.first), (ids.second_label, ids.second), (ids.third_label, ids.third))
        self._facts = [(label.parent.__self__, label.__self__, figure.__self__) for label, figure in pairs]
        for fact, _, _ in self._facts:
            self._words.remove_widget(fact)
        ids.rows.columns = [Column("", 1.2), Column("", 1.2, "right"), Column("", 0.9, "right")]
        self.bind(height=lambda *_: self._fit())

    def show(self, view: CustomerView) -> None:
        if view == self._view:
            return
        self._view = view
        ids = self.ids
        icon, tone = _ICONS[view.look]
        ids.icon.icon, ids.icon.tone, ids.title.tone = icon, tone, "ink" if tone == "muted" else tone
        ids.title.text, ids.total.text, ids.note.text = view.title, view.total, view.note
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
        for at, (fact, label, figure) in enumerate(self._facts):
            label.text, figure.text = view.facts[at] if at < len(view.facts) else ("", "")
            if bool(label.text) != (fact.parent is not None):
                if label.text:
                    self._words.add_widget(fact, index=1)  # above what holds it up
                else:
                    self._words.remove_widget(fact)
        self._fit()

    def _fit(self) -> None:
        """As large as everything that is to be seen has room for."""
        view, ids = self._view, self.ids
        if view is None:
            return
        room = self.height / style.mm
        size = next((one for one in _SIZES if _need(view, one) <= room), _SIZES[-1])
        self._words.spacing = size.gap * style.mm
        ids.icon.side = size.icon * style.mm if ids.icon.icon else 0
        ids.total.role, ids.total.height = size.total_role, size.total * style.mm if view.total else 0
        for fact, _, figure in self._facts:
            fact.height, figure.role = size.fact * style.mm, size.fact_role


def _need(view: CustomerView, size: _Size) -> int:
    """The height of the words, mm."""
    parts = [_TITLE, size.total if view.total else 0, _NOTE if view.note else 0]
    parts += [size.icon if _ICONS[view.look][0] else 0, *(size.fact for _ in view.facts)]
    return _EDGES + sum(parts) + size.gap * (len(parts) + 1)
