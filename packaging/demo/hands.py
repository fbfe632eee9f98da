"""A pair of hands and eyes for one window: presses real pixels and keys, reads what the window says it shows.

Through ``xdotool`` and the map that a station writes when ``ONECARD_UI_MAP`` is set. Knows no product code.
"""

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image, ImageGrab
from stage import DemoFailed

_LOOK_S = 0.03
#: A picture waits until what was typed is there and nothing moves; not for ever, something may always move.
_TYPED_S = 0.1
_CALM_S = 0.6


class Hands:
    """One person in front of one window on ``display``."""

    def __init__(self, name: str, display: str, map_path: Path, alive: Callable[[], None]) -> None:
        self.name = name
        self.display = display
        self._map = map_path
        self._alive = alive

    # ---- eyes

    def seen(self) -> dict[str, Any]:
        """The newest map; an empty one before the window is up."""
        try:
            found: dict[str, Any] = json.loads(self._map.read_text("utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {"screen": "", "widgets": {}, "texts": [], "still": False}
        return found

    def words(self) -> str:
        """All texts on the screen, one per line."""
        return "\n".join(self.seen()["texts"])

    def until(self, what: str, true: Callable[[dict[str, Any]], bool], seconds: float = 15) -> dict[str, Any]:
        """Wait until the screen is so. Raises ``DemoFailed`` with what is there instead."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            seen = self.seen()
            if true(seen):
                return seen
            self._alive()
            time.sleep(_LOOK_S)
        seen = self.seen()
        there = " | ".join(seen["texts"])
        raise DemoFailed(f"{self.name}: waited for {what}; on screen {seen['screen']!r}: {there}")

    def until_screen(self, *names: str, seconds: float = 15) -> None:
        """One of these screens is in front."""
        self.until(" or ".join(names), lambda seen: seen["screen"] in names, seconds)

    def until_text(self, *parts: str, seconds: float = 15) -> None:
        """Each of these can be read somewhere on the screen."""
        self.until(
            " and ".join(parts), lambda seen: all(part in "\n".join(seen["texts"]) for part in parts), seconds
        )

    def until_tag(self, tag: str, seconds: float = 15) -> dict[str, Any]:
        """This widget is there and can be pressed; its entry in the map."""
        seen = self.until(
            f"<{tag}>",
            lambda seen: tag in seen["widgets"] and seen["widgets"][tag]["enabled"],
            seconds,
        )
        entry: dict[str, Any] = seen["widgets"][tag]
        return entry

    def picture(self) -> Image.Image:
        """A screenshot of the whole display, once nothing moves on it."""
        time.sleep(_TYPED_S)
        until = time.monotonic() + _CALM_S
        while not self.seen()["still"] and time.monotonic() < until:
            time.sleep(_LOOK_S)
        return ImageGrab.grab(xdisplay=self.display)

    # ---- hands

    def touch(self, tag: str, seconds: float = 15) -> None:
        """Press and release in the middle of a widget, once the screen stands still."""
        seen = self.until(
            f"<{tag}> to stand still",
            lambda seen: seen["still"] and tag in seen["widgets"] and seen["widgets"][tag]["enabled"],
            seconds,
        )
        rect, window = seen["widgets"][tag]["rect"], seen["window"]
        x, y, width, height = rect
        self._do(
            "mousemove", str(window["left"] + x + width // 2), str(window["top"] + y + height // 2),
            "sleep", "0.05", "mousedown", "1", "sleep", "0.08", "mouseup", "1",
        )  # fmt: skip
        time.sleep(0.1)

    def key(self, *keys: str) -> None:
        """Keys by their X names, one after the other."""
        for key in keys:
            self._do("key", "--delay", "40", key)
            time.sleep(0.06)

    def escape_to(self, screen: str, tag: str) -> None:
        """Press Escape until this screen with this widget is in front; each time wait for what it does."""
        for _ in range(6):
            seen = self.seen()
            if seen["screen"] == screen and tag in seen["widgets"]:
                return
            self.key("Escape")
            until = time.monotonic() + 0.6
            while self.seen() == seen and time.monotonic() < until:
                time.sleep(_LOOK_S)
        self.until_screen(screen)
        self.until_tag(tag)

    def type(self, text: str) -> None:
        """What a keyboard can type: digits and letters."""
        self._do("type", "--delay", "60", text)
        time.sleep(0.1)

    def _do(self, *words: str) -> None:
        done = subprocess.run(
            ["xdotool", *words], env={"DISPLAY": self.display, "PATH": "/usr/bin:/bin"},
            capture_output=True, text=True, timeout=20, check=False,
        )  # fmt: skip
        if done.returncode:
            raise DemoFailed(f"xdotool {' '.join(words)}: {done.stderr.strip()}")
