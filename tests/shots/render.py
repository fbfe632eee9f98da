"""One process, one window without a display: draws the pictures asked for and judges their layout.

``python -m tests.shots.render --panel 1280x800 --out DIR [--golden [--compare]] [--only NAME]``; writes PNG
files and ``layout-<panel>.json`` (picture → problems). A process per panel, because Kivy has one window per
process. A golden picture is of a first panel; that process also lays its shot out, undrawn, for the others.
"""

import argparse
import gc
import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from onecard.text import LANGUAGES, Translator
from tests.shots.compare import GOLDEN, difference
from tests.shots.gallery import Shot, panel_of, picture_name, shots

if TYPE_CHECKING:
    from onecard.ui.theme import Panel

THEMES = ("light", "dark")
#: Frames until every size has settled: layouts, then labels, then what hangs on their sizes.
_FRAMES = 4
#: Shots between two looks for what is gone.
_TIDY = 16


class Studio:
    """The window, and the stepping of frames by hand."""

    def __init__(self, panel_name: str) -> None:
        # No X server in pictures: SDL then draws off screen.
        os.environ.pop("DISPLAY", None)
        os.environ.pop("WAYLAND_DISPLAY", None)
        from onecard.ui import kivy_setup

        self.panel = kivy_setup.prepare(panel_of(panel_name))
        from kivy.base import EventLoop, runTouchApp
        from kivy.clock import Clock
        from kivy.core.window import Window
        from kivy.uix.floatlayout import FloatLayout

        from onecard.ui.style import style

        Clock._max_fps = 0  # nobody watches: no waiting between frames
        self.window = Window
        self.style = style
        style.moving = False
        style.apply(px_per_mm=self.panel.px_per_mm)
        Window.clearcolor = style.ground  # as the app does
        self.root = FloatLayout(size_hint=(None, None), size=(self.panel.width, self.panel.height))
        self._loop = EventLoop
        self._put = 0
        # Only at a time of our own: not in the middle of a change of theme, where Kivy would still reach for
        # what is gone; and once, since most of what is there stays.
        gc.disable()
        runTouchApp(self.root, embedded=True)
        assert (Window.width, Window.height) == (self.panel.width, self.panel.height), Window.size

    def settle(self, *, draw: bool) -> None:
        """Lets sizes settle; draws only when a picture is wanted."""
        from kivy.clock import Clock
        from kivy.lang import Builder

        for _ in range(_FRAMES):
            Clock.tick()
            Builder.sync()
            Clock.tick_draw()
            Builder.sync()
        if draw:
            self._loop.idle()

    def fit(self, panel: "Panel") -> None:
        """Lays out for this panel from now on; no picture can be taken of one that is not the window's."""
        self.panel = panel
        self.root.clear_widgets()
        gc.unfreeze()
        gc.collect()
        self.root.size = (panel.width, panel.height)
        if self.style.mm != panel.px_per_mm:
            self.style.apply(px_per_mm=panel.px_per_mm)

    def put(self, shot: Shot, translator: Translator) -> Any:
        """Builds the shot's widget anew and puts it in the window."""
        self.root.clear_widgets()
        self._put += 1
        if self._put % _TIDY == 0:
            gc.collect()
            gc.freeze()
        widget = shot.make(translator, self.panel)
        self.root.add_widget(widget)
        if shot.view is not None:
            widget.show(shot.view(translator))
        return widget

    def picture(self) -> Image.Image:
        """The window's pixels."""
        from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels

        size = (self.panel.width, self.panel.height)
        pixels = glReadPixels(0, 0, *size, GL_RGB, GL_UNSIGNED_BYTE)
        return Image.frombytes("RGB", size, bytes(pixels)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)


def save(picture: Image.Image, path: Path) -> None:
    """Made small, to be kept."""
    # Our screens have few colours, and large areas keep theirs exactly.
    buffer = io.BytesIO()
    few = picture.quantize(colors=256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(buffer, "PNG", optimize=True)
    path.write_bytes(buffer.getvalue())


def run(
    panel: str, out: Path, *, golden: bool = False, compare: bool = False, only: str = ""
) -> dict[str, list[str]]:
    studio = Studio(panel)
    found: dict[str, list[str]] = {}
    mine = [one for one in shots() if only in one.title and panel in one.sizes[: 1 if golden else None]]
    others = {name for shot in mine for name in shot.sizes if golden} - {panel}
    for name in (panel, *sorted(others)):
        studio.fit(panel_of(name))
        for shot in mine:
            for language in LANGUAGES if name in shot.sizes else ():
                found |= draw(studio, shot, language, out, golden=golden, compare=compare)
    return found


def draw(
    studio: Studio, shot: Shot, language: str, out: Path, *, golden: bool, compare: bool
) -> dict[str, list[str]]:
    """The pictures wanted of one shot in one language, and what is wrong with its layout."""
    from tests.shots.layout import problems  # imports widgets, so the window must be there

    panel, found = studio.panel, {}
    widget = studio.put(shot, Translator(language))
    for theme in THEMES[: 1 if golden else None]:
        name = picture_name(shot, language, theme, panel.name)
        wanted = name in shot.golden_names() or not golden
        if studio.style.theme_name != theme:
            studio.style.apply(theme=theme)
        studio.settle(draw=wanted)
        if theme == "light":
            found[name] = problems(widget, shot.app, panel.width, panel.height)
        if not wanted:
            continue
        picture, path = studio.picture(), out / f"{name}.png"
        fault = difference(GOLDEN / path.name, picture) if compare else ""
        if fault:
            found[name].append(fault)
        if fault or not compare:
            save(picture, path)
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--panel", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--golden", action="store_true", help="only the pictures that are compared")
    parser.add_argument("--compare", action="store_true", help="with the golden ones; keep what differs")
    parser.add_argument("--only", default="", help="only shots whose name contains this")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    doing = {"golden": options.golden, "compare": options.compare, "only": options.only}
    found = run(options.panel, options.out, **doing)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    (options.out / f"layout-{options.panel}.json").write_text(text, encoding="utf-8")
    sys.stdout.flush()
    # Kivy's own exit may wait for providers; everything is on disk.
    os._exit(0)


if __name__ == "__main__":
    main()
