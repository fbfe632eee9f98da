"""Prepares Kivy: its environment and configuration, before any other part of it is imported.

Importing this module (``import onecard.ui`` does) sets what must be set before the first ``import kivy``;
``prepare`` says how large the window is and must come before the first widget is imported, because Kivy opens
its window on that import. Knows nothing about screens.
"""

import ctypes
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("KIVY_NO_ARGS", "1")  # the command line is ours
os.environ.setdefault("KIVY_NO_CONFIG", "1")  # no ~/.kivy/config.ini may change what a terminal does
os.environ.setdefault("KIVY_NO_FILELOG", "1")
os.environ.setdefault("KIVY_LOG_MODE", "PYTHON")
os.environ.setdefault("KIVY_DPI", "96")  # we lay out in pixels per mm of our own; same picture everywhere
os.environ.setdefault("KIVY_METRICS_DENSITY", "1")
# A press on a window that lies behind another counts; otherwise it would only bring the window to the front.
os.environ.setdefault("SDL_MOUSE_FOCUS_CLICKTHROUGH", "1")

from kivy.config import Config

from onecard.resources import asset
from onecard.ui.theme import PANELS, Panel

#: Names under which widgets ask for our fonts.
FONT = "onecard"
ICON_FONT = "onecard-icons"


def _configure() -> None:
    Config.set("kivy", "exit_on_escape", "0")  # Esc clears a sale
    Config.set("kivy", "log_level", "warning")
    Config.set("kivy", "window_icon", str(asset("brand", "icon.png")))
    Config.set("graphics", "maxfps", "30")  # 0 would burn a core
    Config.set("graphics", "multisamples", "0")
    Config.set("graphics", "resizable", "0")
    Config.set("input", "mouse", "mouse,disable_multitouch")
    # Otherwise every touch of a touchscreen counts twice, once as touch and once as the mouse it emulates.
    Config.remove_option("input", "%(name)s")


def _register_fonts() -> None:
    from kivy.core.text import LabelBase

    LabelBase.register(
        FONT,
        fn_regular=str(asset("fonts", "NotoSansSC-Regular.otf")),
        fn_bold=str(asset("fonts", "NotoSansSC-Bold.otf")),
    )
    LabelBase.register(ICON_FONT, fn_regular=str(asset("icons", "icons.ttf")))


def _forget_drawn_words() -> None:
    """Kivy's labels keep for good the picture that they have handed to the graphics: all words twice."""
    from kivy.core.text import Label

    end = Label._render_end

    def handed_over(label: Any) -> Any:
        picture = end(label)
        label._surface = None
        return picture

    Label._render_end = handed_over


#: ``mallopt``'s names for what we set (glibc, ``malloc.h``).
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8


def _share_heaps() -> None:
    """Two dozen threads that keep next to nothing share two heaps in place of one each, and what is large, a
    picture mostly, goes back to the system when it is no longer needed."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 2)
        mallopt(_M_MMAP_THRESHOLD, 1 << 17)


def prepare(panel: Panel | str, *, fullscreen: bool = False, left: int = 0, top: int = 0) -> Panel:
    """Says how large the window is and where it stands; call once, before importing any widget or screen."""
    if isinstance(panel, str):
        panel = PANELS[panel]
    Config.set("graphics", "width", str(panel.width))
    Config.set("graphics", "height", str(panel.height))
    Config.set("graphics", "position", "custom")
    Config.set("graphics", "left", str(left))
    Config.set("graphics", "top", str(top))
    Config.set("graphics", "fullscreen", "auto" if fullscreen else "0")
    Config.set("graphics", "borderless", "1" if fullscreen else "0")
    return panel


def kv(beside: str) -> str:
    """The kv file of the same name as a Python file: ``Builder.load_file(kv(__file__))``."""
    return str(Path(beside).with_suffix(".kv"))


_configure()
_register_fonts()
_forget_drawn_words()
_share_heaps()
