"""A pad of digits or letters. Reports key names; what they mean is the presenter's business."""

from collections.abc import Callable, Mapping
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, OptionProperty
from kivy.uix.boxlayout import BoxLayout

from onecard.ui.style import style
from onecard.ui.widgets.button import TouchButton

#: Key names are those of ``onecard.ui.keys``, so that a press and a keystroke are the same thing.
_ORDERS = {
    # Calculator order like the keyboard's own number block, for the cashier.
    "sale": (
        ("7", "8", "9", "clear"),
        ("4", "5", "6", "backspace"),
        ("1", "2", "3", "*"),
        ("0", "00", ".", "+"),
    ),
    "amount": (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"), ("0", "00", "."), ("clear", "backspace")),
    # Telephone order, for people at a kiosk and for PINs; never shuffled.
    "phone": (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), ("clear", "0", "backspace")),
    "phone_amount": (
        ("1", "2", "3"),
        ("4", "5", "6"),
        ("7", "8", "9"),
        (".", "0", "00"),
        ("clear", "backspace"),
    ),
    # Numbers of people may have letters in them.
    "letters": (
        *(tuple("ABCDEFGHIJKLMNOPQRSTUVWX"[at : at + 6]) for at in range(0, 24, 6)),
        ("Y", "Z", "-", ".", "clear", "backspace"),
    ),
}
_FACE = {"clear": "C", "*": "×"}
_ICON = {"backspace": "backspace-outline"}
_TAG = {".": "point", "*": "times", "+": "plus", "clear": "clear", "backspace": "backspace"}


class NumberPad(BoxLayout):
    """Reports each press as ``press(name)``: ``"0"``…``"9"``, ``"00"``, ``"."``, ``"clear"``, …

    ``order`` is calculator (``sale``, ``amount``) or telephone order (``phone``, ``phone_amount``), or of
    capital ``letters``. Tags are ``key-7``, ``key-clear``, … Keys of a shorter row are wider, so that no
    place is empty.
    """

    order = OptionProperty("sale", options=tuple(_ORDERS))
    press = ObjectProperty(None, allownone=True)
    gap_mm = NumericProperty(2.0)
    enabled = BooleanProperty(True)

    def __init__(self, **kwargs: Any) -> None:
        self.keys: Mapping[str, TouchButton] = {}
        super().__init__(orientation="vertical", **kwargs)
        style.follow(self)

    def on_kv_post(self, _base: Any) -> None:
        """Its rule has said which order it has: the keys are made once."""
        for name in ("order", "gap_mm"):
            self.fbind(name, self._build)
        self.fbind("enabled", self._switch)
        self._build()

    def restyle(self) -> None:
        """The look changed."""
        self.spacing = style.px(self.gap_mm)
        for row in self.children:
            row.spacing = self.spacing

    def _switch(self, *_: Any) -> None:
        for button in self.keys.values():
            button.enabled = self.enabled

    def _build(self, *_: Any) -> None:
        self.clear_widgets()
        made = {}
        for names in _ORDERS[self.order]:
            row = BoxLayout()
            for name in names:
                made[name] = self._key(name)
                row.add_widget(made[name])
            self.add_widget(row)
        self.restyle()
        self.keys = made
        self._switch()

    def _key(self, name: str) -> TouchButton:
        digit = name == "00" or (len(name) == 1 and name not in "*+")
        return TouchButton(
            text="" if name in _ICON else _FACE.get(name, name),
            icon=_ICON.get(name, ""),
            kind="key" if digit else "secondary",
            role="figure" if digit or name in "*+" else "title",
            bold=False,
            pad_mm=1,
            tag=f"key-{_TAG.get(name, name)}",
            action=lambda: self._report(name),
        )

    def _report(self, name: str) -> None:
        press: Callable[[str], object] | None = self.press
        if press is not None:
            press(name)
