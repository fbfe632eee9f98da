"""What every screen of the till has around its own content, and how keys and touches become actions.

Draws ``FrameView``; every key and every touch goes to one callable, by name.
"""

from collections.abc import Callable, Sequence
from functools import partial
from string import ascii_lowercase
from typing import Any

from kivy.core.window import Window
from kivy.lang import Builder
from kivy.properties import ListProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from onecard.ui.keys import KeyMap
from onecard.ui.kivy_setup import kv
from onecard.ui.screen import Screen
from onecard.ui.style import style
from onecard.ui.widgets import Banner, Column, KeyHint, Row, Rows, TextField, TouchButton
from pos.presenters.frame import FrameView, NoticeView, RowView, TileView

Builder.load_file(kv(__file__))

Send = Callable[[str], object]

#: Keys that mean something at a till besides letters.
_KEYS = (
    *"0123456789.+-*/",
    *("enter", "escape", "backspace", "clear", "up", "down", "left", "right", "pageup", "pagedown"),
    *(f"f{number}" for number in range(1, 13)),
)


#: From so many letters on (a Chinese one counts twice) a message is set smaller.
_LONG = 54


class Head(BoxLayout):
    """Where, when, who; and how things stand, in colour, icon and words."""

    place = StringProperty("")
    time = StringProperty("")
    operator = StringProperty("")
    tone = StringProperty("muted")
    icon = StringProperty("cloud-sync")
    status = StringProperty("")
    detail = StringProperty("")
    fill = StringProperty("surface")
    #: A short message takes the place of how things stand while it is there.
    role = StringProperty("body")

    def draw(self, view: FrameView) -> None:
        """The header as it stands."""
        self.place, self.time, self.operator = view.place, view.time, view.operator
        if view.message:
            tone = "accent" if view.message_tone == "ink" else view.message_tone
            self.icon = {"refuse": "alert-circle-outline", "done": "check-circle"}.get(
                tone, "information-outline"
            )
            self.tone, self.status, self.detail = tone, view.message, ""
        else:
            self.tone, self.icon = view.status.tone, view.status.icon
            self.status, self.detail = view.status.text, view.status.detail
        self.fill = "surface" if self.tone == "muted" else f"{self.tone}_soft"
        wide = sum(1 if letter < "\u2e80" else 2 for letter in self.status)
        self.role = "caption" if wide > _LONG else "body"


class NoticeLine(BoxLayout):
    """What stands in the way, and what to do about it."""

    tone = StringProperty("wait")
    icon = StringProperty("alert")
    text = StringProperty("")
    detail = StringProperty("")
    words_tone = StringProperty("wait")
    fill = StringProperty("wait_soft")

    def draw(self, notice: NoticeView | None) -> None:
        """``None`` takes no room."""
        self.height = style.px(20) if notice is not None else 0
        self.opacity = 0 if notice is None else 1
        if notice is None:
            self.text = self.detail = ""
            return
        self.words_tone, self.fill = notice.tone, f"{notice.tone}_soft"
        self.icon, self.text, self.detail = notice.icon, notice.text, notice.detail


class Tiles(GridLayout):
    """A grid of touch targets; buttons stay and change their words."""

    cols: Any
    tiles = ListProperty()
    send = ObjectProperty(None, allownone=True)
    role = StringProperty("label")
    detail_stack = ObjectProperty(False)
    pad_mm = NumericProperty(2.0)
    #: Empty places keep the grid's measure when a page is not full.
    places = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        self._buttons: list[TouchButton] = []
        super().__init__(**kwargs)

    def draw(self, tiles: Sequence[TileView], send: Send) -> None:
        """Shows these and no others."""
        if list(tiles) == self.tiles:
            return
        while len(self._buttons) < len(tiles):
            self._buttons.append(
                TouchButton(role=self.role, stack=bool(self.detail_stack), pad_mm=self.pad_mm)
            )
        if len(tiles) != len(self.tiles) or not self.children:
            # While there are still more children than the new grid has places, Kivy would refuse to go on.
            cols: int | None = self.cols
            self.cols = None if self.rows else cols
            self.clear_widgets()
            for button in self._buttons[: len(tiles)]:
                self.add_widget(button)
            for _ in range(len(tiles), self.places):
                self.add_widget(Widget())
            self.cols = cols
        for button, tile in zip(self._buttons, tiles, strict=False):
            self._fill(button, tile, send)
        self.tiles = list(tiles)

    def _fill(self, button: TouchButton, tile: TileView, send: Send) -> None:
        button.tag = tile.action.replace(":", "-")
        button.text, button.detail, button.icon, button.hint = tile.text, tile.detail, tile.icon, tile.hint
        button.kind, button.selected = tile.kind, tile.selected
        button.reason, button.enabled = tile.reason, tile.enabled
        button.action = partial(send, tile.action)


def fill_rows(
    rows: Rows, titles: Sequence[str], shares: Sequence[float], lines: Sequence[RowView], send: Send
) -> None:
    """Columns once, lines when they changed; the last columns are figures and stand right."""
    columns = [
        Column(title, share, "right" if share < 0 else "left")
        for title, share in zip(titles, shares, strict=True)
    ]
    columns = [Column(one.title, abs(one.share), one.align) for one in columns]
    if [one.title for one in rows.columns] != [one.title for one in columns]:
        rows.columns = columns
    drawn = [
        Row(
            line.cells,
            tag=line.action.replace(":", "-"),
            tone=line.tone,
            bold=line.bold,
            selected=line.selected,
        )
        for line in lines
    ]
    if list(rows.rows) != drawn:
        if any(line.action for line in lines):
            rows.pick = lambda index: send(lines[index].action)
        rows.rows = drawn


def _ground(*_: Any) -> None:
    Window.clearcolor = style.ground


style.fbind("version", _ground)


class PosScreen(Screen):
    """A screen of the till. ``send`` gets every action, ``type_in(field, text)`` what is typed in a field."""

    def __init__(self, *, send: Send, type_in: Callable[[str, str], object], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # The window is cleared in the colour of the ground already; painting it twice costs a till without
        # graphics chip 10 ms a frame.
        self.canvas.before.clear()
        self.send, self.type_in = send, type_in
        self._view: Any = None
        self._keys: dict[str, Callable[[], object]] = {name: partial(send, name) for name in _KEYS}
        self._keys |= {letter: partial(send, f"char:{letter}") for letter in ascii_lowercase}

    def show(self, view: Any) -> None:
        """Draws what changed."""
        if view == self._view:
            return
        self._view = view
        frame: FrameView = view.frame
        self.ids.head.draw(frame)
        if "hints" in self.ids:
            self.ids.hints.hints = [
                KeyHint(one.key, one.text, partial(self.send, one.key), one.enabled, one.reason, one.selected)
                for one in frame.keys
            ]
        self.draw(view)

    def draw(self, view: Any) -> None:
        """The screen's own content."""

    def left(self) -> None:
        """Drawn anew when it comes back, perhaps under another name; a list of a whole shift is megabytes."""
        self._view = None
        if "rows" in self.ids:
            self.ids.rows.rows, self.ids.rows.pick = [], None

    def keys(self) -> KeyMap:
        return self._keys

    def unfocus(self) -> None:
        """What is typed goes to what covers this screen."""
        for one in self.walk(restrict=True):
            if isinstance(one, TextField):
                one.focus = False

    def bind_field(self, field: TextField, name: str) -> None:
        """What is typed in this field goes to the presenter under ``name``."""
        field.changed = partial(self.type_in, name)
        field.write = partial(self.send, f"write:{name}")


__all__ = ["Banner", "Head", "NoticeLine", "PosScreen", "Send", "Tiles", "fill_rows"]
