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
_PERIOD_S = 0.1


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
    """Keeps the file true while the app runs."""

    def __init__(self, path: Path, root: Widget, front: Callable[[], tuple[str, Widget]]) -> None:
        self._path = path
        self._root = root
        self._front = front
        self._written = ""
        Clock.schedule_interval(self._write, _PERIOD_S)

    def _write(self, *_: Any) -> None:
        screen, front = self._front()
        state = snapshot(self._root, screen, front, Window.height)
        state["window"] = {
            "width": Window.width,
            "height": Window.height,
            "left": Window.left,
            "top": Window.top,
        }
        state["pid"] = os.getpid()
        text = json.dumps(state, ensure_ascii=False)
        if text == self._written:
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
