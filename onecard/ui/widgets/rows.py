"""A list of records in columns: lines of a sale, last transactions, notes. Sorts and counts nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kivy.lang import Builder
from kivy.properties import (
    BooleanProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.recycleview import RecycleView
from kivy.uix.recycleview.views import RecycleDataViewBehavior

from onecard.ui.kivy_setup import kv
from onecard.ui.style import style
from onecard.ui.widgets.text import Text

Builder.load_file(kv(__file__))


@dataclass(frozen=True, slots=True)
class Column:
    """``share`` of the width; amounts are aligned ``right``."""

    title: str
    share: float = 1.0
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Row:
    """One record, already formatted. ``tag`` names it for drivers; tones are colour tokens."""

    cells: tuple[str, ...]
    tag: str = ""
    tone: str = "ink"
    bold: bool = False
    selected: bool = False


class RowLine(RecycleDataViewBehavior, ButtonBehavior, BoxLayout):
    """One line on the screen, used again for other records while the list scrolls."""

    row = ObjectProperty(None, allownone=True)
    columns = ListProperty()
    pick = ObjectProperty(None, allownone=True)
    index = NumericProperty(0)
    tag = StringProperty("")
    role = StringProperty("body")
    header = BooleanProperty(False)
    selected = BooleanProperty(False)
    enabled = BooleanProperty(False)
    ruled = BooleanProperty(True)

    def refresh_view_attrs(self, view: Any, index: int, data: dict[str, Any]) -> None:
        """This line now shows another record."""
        super().refresh_view_attrs(view, index, data)
        self.fill(data["row"], data["columns"])

    def fill(self, row: Row, columns: Sequence[Column]) -> None:
        """Writes the cells."""
        if len(self.children) != len(columns):
            self.clear_widgets()
            for _ in columns:
                self.add_widget(Text(shorten=True))
        self.tag, self.selected = row.tag, row.selected
        for cell, column, words in zip(reversed(self.children), columns, row.cells, strict=True):
            cell.role, cell.text, cell.align = self.role, words, column.align
            cell.tone, cell.bold, cell.size_hint_x = row.tone, row.bold or self.header, column.share

    def on_release(self) -> None:
        """The line was picked."""
        pick: Callable[[int], object] | None = self.pick
        if pick is not None and not self.header:
            pick(self.index)


class RowList(RecycleView):
    """The lines themselves. Kivy leaves an observer behind whenever a list moves twice within half a second:
    after a day at the till thousands of them would be called each time."""

    def update_from_scroll(self, *moved: Any) -> None:
        self.funbind("bar_color", self._change_bar_color)
        super().update_from_scroll(*moved)


class Rows(BoxLayout):
    """A header, the lines, and a designed empty state.

    Set ``columns`` once and ``rows`` whenever they change; ``pick(index)`` makes the lines pressable.
    """

    columns = ListProperty()
    rows = ListProperty()
    empty = StringProperty("")
    empty_icon = StringProperty("clipboard-list-outline")
    pick = ObjectProperty(None, allownone=True)
    row_mm = NumericProperty(10.0)
    role = StringProperty("body")
    titled = BooleanProperty(True)
    #: Size of the titles: one below the lines'.
    head_role = StringProperty("caption")
    #: A line below the last record, too; not where a frame closes the list there.
    closed = BooleanProperty(True)
    #: Follow the newest line at the bottom, as a till roll does.
    follow = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        #: The line that arrows chose last: brought into sight when it changes, and left where it is then.
        self._selected: int | None = None
        super().__init__(**kwargs)
        for name in ("columns", "rows", "pick", "role"):
            self.fbind(name, self._fill)
        self._fill()

    def _fill(self, *_: Any) -> None:
        if "view" not in self.ids or not self.columns:
            return
        columns = list(self.columns)
        self.ids.head.fill(Row(tuple(column.title for column in columns), tone="muted"), columns)
        view: RowList = self.ids.view
        view.data = [
            {
                "row": row,
                "columns": columns,
                "index": index,
                "pick": self.pick,
                "role": self.role,
                "enabled": self.pick is not None,
                "ruled": self.closed or index < len(self.rows) - 1,
            }
            for index, row in enumerate(self.rows)
        ]
        if not self.rows:
            # The next list begins at its top, and nothing of this one's swing moves it.
            view.scroll_y, view.effect_y.velocity = 1, 0
        self.keep_end()
        selected = next((index for index, row in enumerate(self.rows) if row.selected), None)
        if selected != self._selected:
            self._selected = selected
            self.keep_selected()

    def place_selected(self) -> None:
        """A list of another height begins at its top again: heights of the first layout leave no trace."""
        if "view" in self.ids and not self.follow:
            self.ids.view.scroll_y = 1
        self.keep_selected()

    def keep_selected(self) -> None:
        """The chosen line can be seen, whatever the length of the list."""
        if "view" not in self.ids:
            return
        view: RowList = self.ids.view
        beyond = len(self.rows) * style.px(self.row_mm) - view.height
        if self._selected is None or self.follow or view.height <= 0:
            return
        if beyond <= 0:
            view.scroll_y = 1
            return
        top = self._selected * style.px(self.row_mm)
        hidden = (1 - view.scroll_y) * beyond
        hidden = min(max(hidden, top + style.px(self.row_mm) - view.height), top)
        view.scroll_y = 1 - hidden / beyond

    def keep_end(self) -> None:
        """A followed list shows its end; one shorter than its place stays at the top."""
        if self.follow and "view" in self.ids:
            view: RowList = self.ids.view
            view.scroll_y = 0 if len(self.rows) * style.px(self.row_mm) > view.height else 1
