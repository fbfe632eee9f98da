"""The keyboard: names of keys, and who gets a keystroke. What a key means is the screen's business.

Names are digits, ``.``, ``+``, ``-``, ``*``, ``/``, ``f1`` to ``f12``, ``enter``, ``escape``, ``backspace``,
``clear`` (the Delete key), ``up``, ``down``, ``left``, ``right``, ``pageup``, ``pagedown``, ``home``,
``end``, ``tab``, ``space`` and single letters. Card readers that type like a keyboard do not come in here.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kivy.core.window import Keyboard, Window
from kivy.uix.behaviors.focus import FocusBehavior
from kivy.uix.textinput import TextInput
from kivy.uix.widget import Widget

from onecard.ui.widgets.button import TouchButton

KeyMap = Mapping[str, Callable[[], object]]

_RENAMED = {
    "numpadenter": "enter",
    "numpadadd": "+",
    "numpadsubstract": "-",
    "numpadmul": "*",
    "numpaddivide": "/",
    "numpaddecimal": ".",
    "delete": "clear",
    "spacebar": "space",
} | {f"numpad{digit}": str(digit) for digit in range(10)}
_NAMES = {code: _RENAMED.get(name, name) for name, code in Keyboard.keycodes.items()}
#: What Shift makes of a key on the keyboards sold in China (US layout).
_SHIFTED = {"8": "*", "=": "+"}
#: Keys that reach the screen even while a text field is being typed in.
_ABOVE_TYPING = frozenset(
    {"enter", "escape", "tab", "up", "down", "pageup", "pagedown", *(f"f{number}" for number in range(1, 13))}
)


def key_name(code: int, modifiers: list[str]) -> str:
    """Kivy's key code → our name; "" for a key without one."""
    name: str = _NAMES.get(code, "")
    if "shift" in modifiers:
        return _SHIFTED.get(name, name)
    return name


def buttons(root: Widget) -> Iterator[TouchButton]:
    """The buttons below a widget that can be pressed now, from top left to bottom right."""
    found = [
        widget
        for widget in root.walk(restrict=True)
        if isinstance(widget, TouchButton) and widget.enabled and widget.opacity > 0
    ]

    def place(widget: TouchButton) -> tuple[int, float]:
        x, y = widget.to_window(*widget.center)
        return (-round(y), x)

    yield from sorted(found, key=place)


def fields(root: Widget) -> list[TextInput]:
    """What is typed into below a widget, from top to bottom."""
    found = [widget for widget in root.walk(restrict=True) if isinstance(widget, TextInput)]
    return sorted(found, key=lambda widget: -widget.to_window(*widget.center)[1])


class KeyRouter:
    """Gives each keystroke to the key map of what is on top; Tab walks over its buttons, Enter presses one.

    Where something is typed, Tab leads from field to field, then out of them to the buttons, and round again;
    outside the fields figures are the screen's.

    ``top`` says which widget is on top now and its keys, so that a dialog takes the keyboard by being shown.
    """

    def __init__(self, top: Callable[[], tuple[Widget, KeyMap]]) -> None:
        self._top = top
        self._focused: TouchButton | None = None
        Window.bind(on_key_down=self._on_key_down)

    @property
    def is_typing(self) -> bool:
        """Whether a text field on the glass has the keyboard."""
        # Kivy knows which; looking through hundreds of widgets at each key took most of its time.
        holders = FocusBehavior._keyboards.values()
        return any(isinstance(one, TextInput) and one.focus and one.get_root_window() for one in holders)

    def press(self, name: str) -> bool:
        """One keystroke by name; True when somebody took it."""
        widget, keys = self._top()
        if name in ("tab", "shift-tab"):
            self._walk(widget, -1 if name == "shift-tab" else 1)
            return True
        focused = self._focused
        if focused is not None and name in ("enter", "space") and focused in buttons(widget):
            focused.press()
            return True
        self.unfocus()
        action = keys.get(name)
        if action is None:
            return False
        action()
        return True

    def unfocus(self) -> None:
        """No button is marked any more."""
        if self._focused is not None:
            self._focused.focused = False
            self._focused = None

    def _walk(self, root: Widget, step: int) -> None:
        typed = fields(root)
        stops: list[TouchButton | TextInput] = [*typed, *buttons(root)]
        if not stops:
            return
        here = (at for at, one in enumerate(stops) if one is self._focused or self._is_typed_into(one))
        at = next(here, len(typed) - 1 if step > 0 else 0)
        self.unfocus()
        if self._is_typed_into(stops[at]):
            stops[at].focus = False
        stop = stops[(at + step) % len(stops)]
        if isinstance(stop, TextInput):
            stop.focus = True
        else:
            self._focused = stop
            stop.focused = True

    @staticmethod
    def _is_typed_into(stop: TouchButton | TextInput) -> bool:
        return isinstance(stop, TextInput) and bool(stop.focus)

    def _on_key_down(self, _window: Any, code: int, _scan: int, _text: Any, modifiers: list[str]) -> bool:
        if "ctrl" in modifiers or "alt" in modifiers or "meta" in modifiers:
            return False
        name = key_name(code, modifiers)
        if self.is_typing and name not in _ABOVE_TYPING:
            return False
        if name == "tab" and "shift" in modifiers:
            name = "shift-tab"
        return self.press(name)
