"""Writes down where things are on the screen, so that a driver outside can press real pixels.

Only when ``ONECARD_UI_MAP`` names a file. It holds every tagged widget in front with its rectangle in pixels
from the window's top left, and every text that can be seen. Reads the widgets; changes none.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.label import Label
from kivy.uix.textinput import TextInput
from kivy.uix.widget import Widget

from onecard.ui.widgets.money import Money
from onecard.ui.widgets.text import Icon

VARIABLE = "ONECARD_UI_MAP"
#: Frames tell by themselves; after so many turns of the loop without one we look for what changed unseen.
_UNASKED = 15


def rectangle(widget: Widget, height: float) -> tuple[int, int, int, int]:
    """x, y, width, height in pixels, y counted from the top of the window."""
    x, y = widget.to_window(widget.x, widget.y)
    return (round(x), round(height - y - widget.height), round(widget.width), round(widget.height))


def visible(root: Widget) -> list[Widget]:
    """The widget and all below it that are drawn: nothing transparent, nothing without size."""
    found: list[Widget] = []
    waiting = [root]
    while waiting:
        widget = waiting.pop()
        if widget.opacity <= 0 or widget.width <= 0 or widget.height <= 0:
            continue
        found.append(widget)
        waiting.extend(widget.children)
    return found


def snapshot(root: Widget, screen: str, front: Widget, height: float) -> dict[str, Any]:
    """What a driver needs: the texts of ``root``, and what can be pressed in ``front``."""
    widgets: dict[str, Any] = {}
    for widget in visible(front):
        tag = getattr(widget, "tag", "")
        if tag:
            widgets[tag] = {
                "rect": rectangle(widget, height),
                "text": "" if getattr(widget, "secret", False) else getattr(widget, "text", ""),
                "enabled": bool(getattr(widget, "enabled", True)),
            }
    texts = []
    for widget in visible(root):
        if isinstance(widget, Money) or (
            isinstance(widget, Label | TextInput)
            and not isinstance(widget, Icon)
            and not isinstance(widget.parent, Money)
        ):
            words = str(widget.text)
            if words and not getattr(widget, "password", False):
                x, y, _, _ = rectangle(widget, height)
                texts.append((y, x, words))
    return {"screen": screen, "widgets": widgets, "texts": [words for _, _, words in sorted(texts)]}


class UiMap:
    """Keeps the file true while the app runs: what it says is on the glass and can be pressed there.

    ``still``: a turn of the loop has passed since with nothing to draw, so what is there stays where it is.
    """

    def __init__(self, path: Path, root: Widget, front: Callable[[], tuple[str, Widget]]) -> None:
        self._path = path
        self._root = root
        self._front = front
        self._written = ""
        self._drawn: dict[str, Any] | None = None
        self._last: dict[str, Any] = {}
        self._turns = 0
        Window.bind(on_flip=self._take)
        Clock.schedule_interval(self._turn, 0)

    def _take(self, *_: Any) -> None:
        """A frame is drawn and about to be shown; it is shown when the next turn of the loop begins."""
        self._drawn = self._state()

    def _turn(self, *_: Any) -> None:
        drawn, self._drawn = self._drawn, None
        self._turns += 1
        if drawn is not None:
            self._turns, self._last = 0, drawn
            self._save(drawn, still=False)
        elif self._turns == 1:
            self._save(self._last, still=True)
        elif self._turns % _UNASKED == 0:
            self._last = self._state()
            self._save(self._last, still=True)

    def _state(self) -> dict[str, Any]:
        screen, front = self._front()
        state = snapshot(self._root, screen, front, Window.height)
        state["window"] = {
            "width": Window.width,
            "height": Window.height,
            "left": Window.left,
            "top": Window.top,
        }
        state["pid"] = os.getpid()
        return state

    def _save(self, state: dict[str, Any], *, still: bool) -> None:
        text = json.dumps(state | {"still": still}, ensure_ascii=False)
        if not state or text == self._written:
            return
        # Written aside and renamed: a driver never reads half a map.
        aside = self._path.with_suffix(".part")
        aside.write_text(text, encoding="utf-8")
        aside.replace(self._path)
        self._written = text


def requested() -> Path | None:
    """Where the map is wanted, if anywhere."""
    path = os.environ.get(VARIABLE)
    return Path(path) if path else None
