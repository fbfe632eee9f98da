"""K2: balance, what waits, last transactions. Draws ``BalanceView``."""

from kivy.lang import Builder

from kiosk.presenters.balance import BalanceView
from kiosk.presenters.frame import NO_NOTICE
from kiosk.screens.frame import KioskScreen
from onecard.ui.kivy_setup import kv
from onecard.ui.style import style
from onecard.ui.widgets import Column, Row

Builder.load_file(kv(__file__))

_SHARES = (1.05, 1.9, 1.15, 1.1)


class BalanceScreen(KioskScreen):
    """Everything about one card on one page."""

    def draw(self, view: BalanceView) -> None:
        ids = self.ids
        ids.title.text, ids.balance.text = view.title, view.balance
        ids.who.text = "   ".join(words for words in (view.holder, view.card) if words)
        ids.valid.text = view.valid
        for place in range(2):
            notice = view.notices[place] if place < len(view.notices) else NO_NOTICE
            ids[f"notice{place}"].draw(notice)
        ids.list_title.text, ids.list_note.text = view.list_title, view.list_note
        self._list(view)
        ids.load.height = style.px(30) if view.load.key else 0
        self.fill_key(ids.load, view.load)
        self.fill_key(ids.cash, view.cash)
        self.fill_key(ids.end, view.end)

    def _list(self, view: BalanceView) -> None:
        rows = self.ids.rows
        titles = [column.title for column in rows.columns]
        if titles != list(view.columns):
            aligns = ("left", "left", "right", "right")
            rows.columns = [
                Column(title, share, align)
                for title, share, align in zip(view.columns, _SHARES, aligns, strict=True)
            ]
        rows.rows = [
            Row((one.at, one.what, one.amount, one.balance), tone=one.tone) for one in view.movements
        ]
        rows.empty = view.empty

    def forget(self) -> None:
        ids = self.ids
        ids.balance.text = ids.who.text = ids.valid.text = ids.list_note.text = ""
        ids.rows.rows = []
        ids.notice0.draw(NO_NOTICE)
        ids.notice1.draw(NO_NOTICE)
        ids.load.text = ids.cash.reason = ""
