"""K2: balance, what waits, last transactions. Draws ``BalanceView``."""

from kivy.lang import Builder
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout

from kiosk.presenters.balance import POCKETS, BalanceView, PocketView
from kiosk.presenters.frame import NO_NOTICE
from kiosk.screens.frame import KioskScreen
from onecard.ui.kivy_setup import kv
from onecard.ui.style import style
from onecard.ui.widgets import Column, Row

Builder.load_file(kv(__file__))

_SHARES = (1.05, 1.9, 1.15, 1.1)


class PocketTile(BoxLayout):
    """One wallet: its name, what is in it, until when."""

    name = StringProperty("")
    amount = StringProperty("")
    note = StringProperty("")
    tone = StringProperty("ink")

    def draw(self, view: PocketView | None) -> None:
        """``None``: nothing stands here."""
        self.opacity = 0 if view is None else 1
        self.name, self.amount = ("", "") if view is None else (view.name, view.amount)
        self.note, self.tone = ("", "ink") if view is None else (view.note, view.tone)


class PocketTiles(GridLayout):
    """Two in a row; takes no room while there are none."""

    rows_used = NumericProperty(0)


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
        for place in range(POCKETS):
            tile = ids[f"pocket{place}"]
            tile.draw(view.pockets[place] if place < len(view.pockets) else None)
        ids.pockets.rows_used = -(-len(view.pockets) // 2)
        ids.list_title.text, ids.list_note.text = view.list_title, view.list_note
        self._list(view)
        ids.load.height = style.px(30) if view.load.key else 0
        self.fill_key(ids.load, view.load)
        self.fill_key(ids.cash, view.cash)
        self.fill_key(ids.more, view.more)
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
        for place in range(POCKETS):
            ids[f"pocket{place}"].draw(None)
        ids.load.text = ids.cash.reason = ""
