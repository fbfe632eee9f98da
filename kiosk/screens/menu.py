"""A page of keys, with lines of figures above them where there are some. Draws ``MenuView``."""

from kivy.lang import Builder
from kivy.properties import NumericProperty
from kivy.uix.widget import Widget

from kiosk.presenters.menu import KEYS, MenuView
from kiosk.screens.frame import KioskScreen
from onecard.ui.kivy_setup import kv
from onecard.ui.style import style
from onecard.ui.widgets import Column, Row

Builder.load_file(kv(__file__))


#: Up to so many keys lie one below the other, as wide as the panel; more are tiles, two in a row.
_IN_A_LIST = 5
#: Beside an amount in large figures there is room for the picture with so many keys.
_WITH_AMOUNT = 3
#: Millimetres from one row of keys to the next are its height and this.
_GAP_MM = 6


class MenuScreen(KioskScreen):
    """Keys in a list or as tiles, at the bottom where every hand reaches; above them what they are for."""

    #: Lines of figures; their panel is as high as they are.
    count = NumericProperty(0)
    columns = NumericProperty(1)
    #: Side of the picture of what the page is about; 0: there is none, or figures stand there.
    hero_mm = NumericProperty(0)

    def draw(self, view: MenuView) -> None:
        ids = self.ids
        ids.title.text, ids.amount.text, ids.detail.text = view.title, view.amount, view.detail
        ids.notice.draw(view.notice)
        if not ids.lines.columns:
            ids.lines.columns = [Column("", 1.4), Column("", 1.0, "right")]
        rows = [Row(cells) for cells in view.lines]
        if list(ids.lines.rows) != rows:
            ids.lines.rows = rows
        ids.panel.opacity = 1 if rows else 0
        self.count = len(rows)
        # A height that a share of the room gave stays when the share is taken away, so it is set here.
        _share(ids.panel, bool(rows), 0)
        _share(ids.above, not rows, 6 * style.mm)
        self._lay_out(len(view.keys))
        ids.hero.icon = view.icon
        no_hero = rows or not view.icon or (view.amount and len(view.keys) > _WITH_AMOUNT)
        self.hero_mm = 0 if no_hero else self._hero_mm(len(view.keys))
        for place in range(KEYS):
            button = ids[f"key{place}"]
            if place < len(view.keys):
                self.fill_key(button, view.keys[place])
            else:
                button.opacity, button.enabled, button.action, button.text = 0, False, None, ""
                button.tag = button.detail = button.icon = button.reason = ""
        self.fill_key(ids.end, view.end)

    def _hero_mm(self, keys: int) -> int:
        is_plain = style.type_scale == 1
        if keys > _IN_A_LIST:
            return 48 if is_plain else 0
        return 84 if is_plain and not self.low else 60

    def _lay_out(self, count: int) -> None:
        """The fewer keys there are, the larger they can be."""
        is_list = count <= _IN_A_LIST
        self.columns = 1 if is_list else 2
        rows = count if is_list else -(-count // 2)
        height = (42 if count <= 3 else 34) if is_list else 46
        self.ids.grid.height = max(0, rows * (height + _GAP_MM) - _GAP_MM) * style.mm
        for place in range(KEYS):
            button = self.ids[f"key{place}"]
            button.size_hint_y, button.height = None, (height if place < count else 0) * style.mm
            button.stack, button.align = not is_list, "left" if is_list else "center"
            button.role = "figure" if is_list else "title"

    def forget(self) -> None:
        ids = self.ids
        ids.lines.rows = []
        ids.notice.text = ids.notice.detail = ids.detail.text = ids.amount.text = ""


def _share(part: Widget, has_share: bool, height: float) -> None:
    """A share of the room that is left, or just this height."""
    part.size_hint_y = 1 if has_share else None
    if not has_share:
        part.height = height
