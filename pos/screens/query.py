"""What a card holds and why. Draws ``QueryView``."""

from typing import Any

from kivy.lang import Builder

from onecard.ui.kivy_setup import kv
from pos.presenters.query import QueryView
from pos.screens.frame import PosScreen, fill_rows

Builder.load_file(kv(__file__))

_MOVEMENTS = (1.1, 1.05, 1.25, -0.9, -1.0)
_WHY = (2.4, 1.2, 0.9, -0.8)


class QueryScreen(PosScreen):
    """The card on the left, its lines on the right."""

    def draw(self, view: QueryView) -> None:
        ids = self.ids
        for name in (
            "holder",
            "card",
            "card_type",
            "valid",
            "balance",
            "balance_label",
            "waiting",
            "rows_title",
        ):
            ids[name].text = getattr(view, name)
        ids.source.text = view.source
        ids.state_icon.icon, ids.state_icon.tone = view.state.icon, view.state.tone
        ids.state.text, ids.state.tone = view.state.text, view.state.tone
        shares: tuple[float, ...] = _WHY if len(view.titles) == len(_WHY) else _MOVEMENTS
        lists: tuple[Any, Any] = (ids.why, ids.movements) if shares is _WHY else (ids.movements, ids.why)
        for rows, shown in zip(lists, (True, False), strict=True):
            rows.opacity, rows.size_hint_y = (1, 1) if shown else (0, None)
            if not shown:
                rows.height = 0
                rows.rows = []
        lists[0].empty = view.empty
        fill_rows(lists[0], view.titles, shares, view.rows, self.send)
