"""Words and icons on the screen: one label in a role and a tone. Sets no colour or size of its own."""

import tomllib
from functools import cache
from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.label import Label

from onecard.resources import asset
from onecard.text import legible
from onecard.ui.kivy_setup import kv
from onecard.ui.theme import ROLES

Builder.load_file(kv(__file__))


def drawn(text: str) -> str:
    """What is drawn for a text: 〓 for what the font lacks, the yuan sign without its wide margins."""
    return legible(text).replace("￥", "¥")


class Text(Label):
    """A label. ``role`` is its size, ``tone`` its colour token.

    ``wrap`` lets it take several lines within its width (and grow in height where ``size_hint_y`` is None),
    ``hug`` makes the widget as large as its words, ``shorten`` (names only) ends a long one in an ellipsis.
    """

    role = OptionProperty("body", options=ROLES)
    tone = StringProperty("ink")
    align = OptionProperty("left", options=("left", "center", "right"))
    wrap = BooleanProperty(False)
    hug = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("size", "wrap", "hug"):
            self.fbind(name, self._bound)
        self.fbind("texture_size", self._grow)
        self._bound()

    def _create_label(self) -> None:
        super()._create_label()
        self._label.text = drawn(self.text)

    def _trigger_texture_update(self, name: Any = None, source: Any = None, value: Any = None) -> None:
        # Here, where Kivy hands the words to the one that draws them: ``text`` stays what the caller set.
        super()._trigger_texture_update(name, source, drawn(value) if name == "text" else value)

    def _bound(self, *_: Any) -> None:
        self.max_lines = 0 if self.hug or self.wrap else 1
        if self.hug:
            self.size_hint = (None, None)
            self.text_size = (None, None)
        elif self.wrap:
            self.text_size = (self.width, None)
        else:
            self.text_size = (self.width, self.height)
        self._grow()

    def _grow(self, *_: Any) -> None:
        if self.hug:
            self.size = self.texture_size
        elif self.wrap and self.size_hint_y is None:
            self.height = self.texture_size[1]


@cache
def codepoints() -> dict[str, int]:
    """Icon name → code point in the icon font."""
    with asset("icons", "icons.toml").open("rb") as file:
        return {name: int(code) for name, code in tomllib.load(file).items()}


class Icon(Label):
    """One icon by its Material Design name, a square of ``side`` pixels."""

    icon = StringProperty("")
    tone = StringProperty("ink")
    side = NumericProperty(24)

    def on_icon(self, _widget: Any, name: str) -> None:
        """An unknown name is a programmer's error: the subset lacks it."""
        self.text = chr(codepoints()[name]) if name else ""
