"""One process, one window without a display, one panel: draws the pictures asked for and judges their layout.

``python -m tests.shots.render --panel 1280x800 --out DIR [--golden] [--only NAME]``; writes PNG files and
``layout-<panel>.json`` (picture → problems). A process per panel, because Kivy has one window per process.
"""

import argparse
import gc
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

from PIL import Image

from onecard.text import LANGUAGES, Translator
from tests.shots.gallery import Shot, picture_name, shots

THEMES = ("light", "dark")
#: Frames until every size has settled: layouts, then labels, then what hangs on their sizes.
_FRAMES = 4


class Studio:
    """The window, and the stepping of frames by hand."""

    def __init__(self, panel_name: str) -> None:
        # No X server in pictures: SDL then draws off screen.
        os.environ.pop("DISPLAY", None)
        os.environ.pop("WAYLAND_DISPLAY", None)
        from onecard.ui import kivy_setup

        self.panel = kivy_setup.prepare(panel_name)
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
        self.root = FloatLayout()
        self._loop = EventLoop
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

    def put(self, shot: Shot, translator: Translator) -> Any:
        """Builds the shot's widget anew and puts it in the window."""
        self.root.clear_widgets()
        # Now and not in the middle of a change of theme, where Kivy would still reach for what is gone.
        gc.collect()
        widget = shot.make(translator)
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


def save(picture: Image.Image, path: Path, *, keep: bool) -> None:
    """A picture to keep is made small, one that is only compared is written fast."""
    if not keep:
        picture.save(path, compress_level=1)
        return
    # Our screens have few colours, and large areas keep theirs exactly.
    buffer = io.BytesIO()
    few = picture.quantize(colors=256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(buffer, "PNG", optimize=True)
    path.write_bytes(buffer.getvalue())


def run(
    panel: str, out: Path, *, golden: bool = False, keep: bool = True, only: str = ""
) -> dict[str, list[str]]:
    studio = Studio(panel)
    from tests.shots.layout import problems  # imports widgets, so the window must be there

    found: dict[str, list[str]] = {}
    for shot in shots():
        if panel not in shot.sizes or only not in shot.title:
            continue
        for language in LANGUAGES:
            if golden and not any(f"-{language}-" in name for name in shot.golden_names()):
                continue  # `make shots` looks at every layout
            widget = studio.put(shot, Translator(language))
            for theme in THEMES:
                name = picture_name(shot, language, theme, panel)
                wanted = name in shot.golden_names() if golden else True
                if golden and theme == "dark":
                    continue
                studio.style.apply(theme=theme)
                studio.settle(draw=wanted)
                if theme == "light":
                    found[name] = problems(widget, shot.app, studio.panel.width, studio.panel.height)
                if wanted:
                    save(studio.picture(), out / f"{name}.png", keep=keep)
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--panel", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--golden", action="store_true", help="only the pictures that are compared")
    parser.add_argument("--fast", action="store_true", help="pictures for comparison, not to be kept")
    parser.add_argument("--only", default="", help="only shots whose name contains this")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    keep = not options.fast
    found = run(options.panel, options.out, golden=options.golden, keep=keep, only=options.only)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    (options.out / f"layout-{options.panel}.json").write_text(text, encoding="utf-8")
    sys.stdout.flush()
    # Kivy's own exit may wait for providers; everything is on disk.
    os._exit(0)


if __name__ == "__main__":
    main()
