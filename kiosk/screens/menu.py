"""A page of keys, with lines of figures above them where there are some. Draws ``MenuView``."""

from kivy.lang import Builder
from kivy.properties import NumericProperty

from kiosk.presenters.menu import KEYS, MenuView
from kiosk.screens.frame import KioskScreen
from onecard.ui.kivy_setup import kv
from onecard.ui.style import style
from onecard.ui.widgets import Column, Row

Builder.load_file(kv(__file__))


class MenuScreen(KioskScreen):
    """Two keys in a row, as many rows as are wanted, at the bottom where every hand reaches."""

    #: Lines of figures; their panel is as high as they are.
    count = NumericProperty(0)

    def draw(self, view: MenuView) -> None:
        ids = self.ids
        ids.title.text, ids.detail.text = view.title, view.detail
        ids.notice.draw(view.notice)
        if not ids.lines.columns:
            ids.lines.columns = [Column("", 1.4), Column("", 1.0, "right")]
        rows = [Row(cells) for cells in view.lines]
        if list(ids.lines.rows) != rows:
            ids.lines.rows = rows
        ids.panel.opacity = 1 if rows else 0
        self.count = len(rows)
        used = -(-len(view.keys) // 2)
        ids.grid.height = max(0, used * 40 - 6) * style.mm
        for place in range(KEYS):
            button = ids[f"key{place}"]
            if place < len(view.keys):
                self.fill_key(button, view.keys[place])
            else:
                button.opacity, button.enabled, button.action, button.text = 0, False, None, ""
                button.tag = button.detail = button.icon = button.reason = ""
        self.fill_key(ids.end, view.end)

    def forget(self) -> None:
        ids = self.ids
        ids.lines.rows = []
        ids.notice.text = ids.notice.detail = ids.detail.text = ""
