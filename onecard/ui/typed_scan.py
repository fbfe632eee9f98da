"""A scanner or stripe reader that types into the window: what it reads goes to whoever hears scans, what a
person types goes on to where it went. Only where the settings say so: every key waits a moment for that.

While a text field is being typed in, everything is the field's, as by hand. Decides nothing.
"""

from collections.abc import Callable
from typing import Any, Final

from kivy.clock import Clock as Frames
from kivy.core.window import Window

from onecard.clock import Clock
from onecard.devices.wedges import Scan, Spoilt
from onecard.devices.wedges.typed import Stroke, Typed
from onecard.ui.keys import KeyRouter, key_name

#: Keys that change what others write, and those that have no name: a scan goes on over them.
_SILENT: Final = frozenset({"", "shift", "rshift", "capslock"})


class TypedScans:
    """``heard`` gets what was read. ``router`` gets a person's keys, ``written`` what an input method made of
    them and no key says. Comes after the router, so that the window asks it first."""

    def __init__(
        self,
        router: KeyRouter,
        clock: Clock,
        heard: Callable[[Scan], object],
        written: Callable[[str], object],
    ) -> None:
        self._router, self._clock, self._heard, self._written = router, clock, heard, written
        self._typed = Typed()
        self._frames = Frames.create_trigger(self._look, 0, interval=True)
        Window.bind(on_key_down=self._on_key_down, on_textinput=self._on_text)

    def close(self) -> None:
        """Keys go to the router alone."""
        self._frames.cancel()
        Window.unbind(on_key_down=self._on_key_down, on_textinput=self._on_text)

    def _on_key_down(self, _window: Any, code: int, _scan: int, _text: Any, modifiers: list[str]) -> bool:
        if self._router.is_typing or {"ctrl", "alt", "meta"} & set(modifiers):
            self._let_go()
            return False
        name = key_name(code, modifiers)
        if len(name) == 1 or name == "space":
            self._typed.key(name, self._now_ms())
            self._frames()
            return True
        if name in ("enter", "tab"):
            scan = self._typed.enter()
            if scan is not None:
                self._heard(scan)
                return True
        if name not in _SILENT:
            self._let_go()
        return False

    def _on_text(self, _window: Any, text: str) -> bool:
        if self._router.is_typing:
            return False
        self._typed.text(text, self._now_ms())
        self._frames()
        return True

    def _look(self, _elapsed: float) -> None:
        found = self._typed.look(self._now_ms())
        if isinstance(found, Spoilt):
            self._heard(found)
        else:
            self._pass_on(found)
        if not self._typed.holds:
            self._frames.cancel()

    def _let_go(self) -> None:
        self._pass_on(self._typed.let_go())

    def _pass_on(self, strokes: list[Stroke]) -> None:
        for stroke in strokes:
            if stroke.text and not stroke.text.isascii():
                self._written(stroke.text)
            elif stroke.key or stroke.text:
                name = stroke.key or stroke.text.lower()
                self._router.press("space" if name == " " else name)

    def _now_ms(self) -> int:
        return int(self._clock.monotonic() * 1000)
