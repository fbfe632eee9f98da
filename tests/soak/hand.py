"""Fingers, keys and cards at a real window of this process, each counted. Decides nothing.

Events go where those of the screen, the keyboard and the reader arrive.
"""

import traceback
from collections import Counter
from collections.abc import Callable
from typing import Any

from onecard.bench.drawer import BenchCard
from onecard.cards.medium import StorageCard
from onecard.devices.readers.virtual import DirectStorage


class Tray:
    """A reader without wires: a card lies on it or not."""

    name = "tray"

    def __init__(self) -> None:
        self._lies: tuple[BenchCard, StorageCard] | None = None

    @property
    def card(self) -> BenchCard | None:
        """What lies there and answers."""
        lies = self._lies
        return None if lies is None or not lies[0].in_field else lies[0]

    def put(self, card: BenchCard) -> None:
        """Lay a card down; what lay there is taken away first, whatever was being written."""
        self.lift()
        card.on_leave = lambda: self._left(card)
        self._lies = (card, DirectStorage(card))

    def lift(self) -> None:
        """Take it away, now."""
        lies = self._lies
        if lies is not None:
            lies[0].tear = None
            lies[0].pull()
            self._lies = None

    def _left(self, card: BenchCard) -> None:
        """It tore itself away, on the reader's thread."""
        lies = self._lies
        if lies is not None and lies[0] is card:
            self._lies = None

    def wait(self, seconds: float) -> bool:
        return False

    def wake(self) -> None: ...

    def poll(self) -> StorageCard | None:
        lies = self._lies
        return None if lies is None else lies[1]

    def close(self) -> None: ...


class Hand:
    """``done`` counts what it did, by kind."""

    def __init__(self, app: Any) -> None:
        from kivy.core.window import Keyboard, Window

        self._app, self._window, self._codes = app, Window, Keyboard.keycodes
        self.done: Counter[str] = Counter()
        self.last: list[str] = []
        #: Hears of what the app let through, which would have ended it.
        self.failed: Callable[[str], None] = lambda what: None

    def note(self, kind: str, what: str = "") -> None:
        """Something was done; the last things are remembered for a report."""
        self.done[kind] += 1
        self.last = [*self.last[-24:], f"{kind} {what}".strip()]

    def _do(self, act: Callable[..., object], *arguments: Any) -> None:
        """One event of the window; the app is still there afterwards, or it is a violation."""
        try:
            act(*arguments)
        except Exception as error:
            where = "".join(traceback.format_tb(error.__traceback__)[-4:])
            screen = self._app.navigator.name
            self.failed(f"on {screen}: {type(error).__name__}: {error} after {self.last[-16:]}\n{where}")

    # -- the keyboard ------------------------------------------------------------------------------------

    def key(self, name: str) -> None:
        """A keystroke as SDL reports it, and what it types where a field takes it."""
        self.note("key", name)
        shifted = {"*": "8", "+": "="}
        base = shifted.get(name, name)
        modifiers = ["shift"] if name in shifted or name == "shift-tab" else []
        code = self._codes.get("tab" if name == "shift-tab" else base)
        if code is None:
            return
        self._do(self._window.dispatch, "on_key_down", code, 0, "", modifiers)
        if len(name) == 1:
            self._do(self._window.dispatch, "on_textinput", name)
        self._do(self._window.dispatch, "on_key_up", code, 0)

    def keys(self, names: str) -> None:
        """Several, each by name; figures in a row are one key each."""
        for name in names.split():
            for key in name if set(name) <= set("0123456789.") else [name]:
                self.key(key)

    def text(self, text: str) -> None:
        """What an input method sends."""
        self.note("text", text)
        self._do(self._window.dispatch, "on_textinput", text)

    # -- the glass ---------------------------------------------------------------------------------------

    def touch(self, x: float, y: float, *, times: int = 1, slide: tuple[float, float] | None = None) -> None:
        """A finger at this place; ``slide``: it is lifted somewhere else."""
        from kivy.tests.common import UnitTestTouch

        for _ in range(times):
            touch = UnitTestTouch(x, y)
            self._do(touch.touch_down)
            if slide is not None:
                self._do(touch.touch_move, *slide)
            self._do(touch.touch_up)

    def anywhere(self, luck: Any) -> None:
        """Somewhere on the glass."""
        width, height = self._window.size
        at = (luck.uniform(0, width), luck.uniform(0, height))
        to = (luck.uniform(0, width), luck.uniform(0, height)) if luck.random() < 0.1 else None
        self.note("touch", f"{at[0]:.0f},{at[1]:.0f}")
        self.touch(*at, slide=to)

    def targets(self) -> list[Any]:
        """What can be pressed now."""
        from onecard.ui.keys import buttons

        return list(buttons(self._app.navigator.top()[0]))

    def press(self, widget: Any, *, times: int = 1) -> None:
        """A finger on this."""
        self.note("press", getattr(widget, "tag", "") or str(getattr(widget, "text", "")))
        self.touch(*widget.to_window(*widget.center), times=times)

    def tag(self, tag: str) -> bool:
        """A finger on what is called so; ``False``: it is not there, or off."""
        for widget in self.targets():
            if widget.tag == tag:
                self.press(widget)
                return True
        return False

    def fields(self) -> list[Any]:
        """Where something can be typed."""
        from kivy.uix.textinput import TextInput

        return [one for one in self._app.navigator.top()[0].walk() if isinstance(one, TextInput)]
