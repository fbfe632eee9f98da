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


#: What must not begin a line: closing marks belong to the word before them.
CLOSING = frozenset("，。、；：！？）》」』”’％·…,.;:!?)%")


def pulled_down(text: str, lines: list[str]) -> str | None:
    """The text with a line break before the letter whose closing mark begins a line; ``None``: none does."""
    at = 0
    for n, line in enumerate(lines):
        begins = text.find(line, at)
        if begins < 0:
            return None
        if n and line[:1] in CLOSING and begins == at:
            # The first letter before it that is no such mark itself, unless that would empty the line.
            whole = lines[n - 1].rstrip("".join(CLOSING))
            if len(whole) > 1:
                cut = begins - len(lines[n - 1]) + len(whole) - 1
                return f"{text[:cut]}\n{text[cut:]}"
        at = begins + len(line)
    return None


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

    def texture_update(self, *args: Any) -> None:
        """Draws the words; no line of a text that wraps begins with a closing mark."""
        if self.wrap:
            self._label.text = drawn(self.text)  # without the breaks of another width
        super().texture_update(*args)
        # Kivy breaks Chinese anywhere: one more letter goes down with its mark. Each pass mends a line.
        for _ in range(4 if self.wrap else 0):
            kept = pulled_down(self._label.text, self._lines())
            if kept is None:
                return
            self._label.text = kept
            super().texture_update(*args)

    def _lines(self) -> list[str]:
        return ["".join(word.text for word in line.words) for line in self._label._cached_lines]

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
