"""What every screen of the kiosk has around its own content, and how a touch becomes a key by name.

Draws ``FrameView``; everything that is pressed goes to one callable.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from kivy.lang import Builder
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.presenters.frame import FrameView, KeyView, NoticeView
from onecard.ui.keys import KeyMap
from onecard.ui.kivy_setup import kv
from onecard.ui.screen import Screen
from onecard.ui.style import style
from onecard.ui.widgets import TouchButton

Builder.load_file(kv(__file__))

Send = Callable[[str], object]
#: Type of people who read with effort, as a share of the usual one.
LARGE = 1.5


class KioskHead(BoxLayout):
    """Whose machine this is, where it stands, what time it is."""

    unit = StringProperty("")
    place = StringProperty("")
    time = StringProperty("")


class KioskFoot(BoxLayout):
    """The other language, large print, low keys, the machine's number, and how it stands with the office."""

    terminal = StringProperty("")
    tone = StringProperty("muted")
    icon = StringProperty("cloud-sync")
    status = StringProperty("")


class Notice(BoxLayout):
    """A line in a tone with icon and words; takes no room while there is nothing to say."""

    tone = StringProperty("muted")
    fill = StringProperty("surface")
    icon = StringProperty("")
    text = StringProperty("")
    detail = StringProperty("")
    #: Height while it says something, mm.
    tall = NumericProperty(20.0)
    shown = NumericProperty(0)

    def draw(self, view: NoticeView) -> None:
        """What it says now."""
        self.shown = 1 if view.text else 0
        self.tone = "muted" if view.tone == "plain" else view.tone
        self.fill = "surface" if view.tone == "plain" else f"{view.tone}_soft"
        self.icon, self.text, self.detail = view.icon, view.text, view.detail


class Hero(Widget):
    """A large icon in a soft circle: what the screen is about."""

    icon = StringProperty("")
    tone = StringProperty("accent")
    fill = StringProperty("accent_soft")
    side_mm = NumericProperty(64.0)


class KioskScreen(Screen):
    """A screen of the kiosk. ``send`` gets every key by name."""

    #: 1: every control is wanted within the reach of who sits.
    low = NumericProperty(0)

    def __init__(self, *, send: Send, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.send = send
        self._view: Any = None

    def show(self, view: Any) -> None:
        """Draws what changed."""
        if view == self._view:
            return
        self._view = view
        self._frame(view.frame)
        self.draw(view)

    def draw(self, view: Any) -> None:
        """The screen's own content."""

    def keys(self) -> KeyMap:
        return {}

    def left(self) -> None:
        """Nothing that was shown stays behind in a widget that is not seen."""
        self._view = None
        self.forget()

    def forget(self) -> None:
        """Clears what named a member."""

    def fill_key(self, button: TouchButton, key: KeyView) -> None:
        """A touch target as it stands now; without a key it is not there."""
        there = bool(key.key)
        button.opacity, button.enabled = (1, key.enabled) if there else (0, False)
        button.tag, button.text, button.detail = key.key, key.text, key.detail
        button.icon, button.kind, button.reason = key.icon, key.kind, key.reason
        button.action = partial(self.send, key.key) if there else None

    def _frame(self, frame: FrameView) -> None:
        ids = self.ids
        head, foot = ids.head, ids.foot
        head.unit, head.place, head.time = frame.unit, frame.place, frame.time
        status = frame.status
        foot.terminal, foot.tone, foot.icon = frame.terminal, status.tone, status.icon
        foot.status = f"{status.text} · {status.detail}" if status.detail else status.text
        for name, on in (("language", False), ("large", frame.is_large), ("low", frame.is_low)):
            button = foot.ids[name]
            self.fill_key(button, getattr(frame, name))
            button.selected = on
        self.low = int(frame.is_low)
        scale = LARGE if frame.is_large else 1.0
        if style.type_scale != scale:
            style.apply(type_scale=scale)
