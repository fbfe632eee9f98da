"""Everything that is pressed: a button says what it does, which key does the same, and why it cannot.

Acts when the finger is lifted inside it, and shows at once that it was pressed. Knows no effects.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from kivy.clock import Clock
from kivy.lang import Builder
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    ObjectProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.widget import Widget

from onecard.ui.kivy_setup import kv
from onecard.ui.style import Rgba, blend, style
from onecard.ui.theme import ROLES
from onecard.ui.widgets.rim import Rim
from onecard.ui.widgets.text import Icon, Text

Builder.load_file(kv(__file__))

KINDS = ("primary", "secondary", "destructive", "quiet", "key")
#: Tone of the words, of the fill and of the outline; "" draws none.
_LOOK = {
    "primary": ("accent_ink", "accent", "accent"),
    "secondary": ("ink", "surface", "edge"),
    "destructive": ("refuse", "surface", "refuse"),
    "quiet": ("accent", "", ""),
    "key": ("ink", "key", ""),
}


_PARTS: dict[str, Callable[[], Widget]] = {
    "icon": Icon,
    "text": partial(Text, align="center"),
    "detail": partial(Text, role="caption", align="center"),
    "hint": partial(Text, role="caption", hug=True),
}


class TouchButton(ButtonBehavior, Widget):
    """A touch target.

    ``text`` and ``icon`` say what it does, ``detail`` is a second, smaller line, ``hint`` names the key that
    does the same. ``enabled=False`` greys it and shows ``reason`` in place of the detail. ``action`` takes
    no arguments. ``tag`` is its name for drivers and tests. ``stack`` puts the icon above the words.
    """

    text = StringProperty("")
    detail = StringProperty("")
    icon = StringProperty("")
    hint = StringProperty("")
    reason = StringProperty("")
    tag = StringProperty("")
    kind = OptionProperty("secondary", options=KINDS)
    role = OptionProperty("label", options=ROLES)
    #: Size of the second line and of the reason; larger where people stand.
    detail_role = OptionProperty("caption", options=ROLES)
    bold = BooleanProperty(False)
    stack = BooleanProperty(False)
    align = OptionProperty("center", options=("left", "center"))
    selected = BooleanProperty(False)
    enabled = BooleanProperty(True)
    focused = BooleanProperty(False)
    action = ObjectProperty(None, allownone=True)
    pad_mm = NumericProperty(2.0)
    #: Between the words and what stands beside them.
    gap_mm = NumericProperty(2.0)
    fill = ColorProperty((1, 1, 1, 1))

    def __init__(self, **kwargs: Any) -> None:
        #: Icon, words, second line and key hint, each from when there is first something in it: a label costs
        #: a tenth of a megabyte, and most buttons have one or two of them.
        self._parts: dict[str, Any] = {}
        super().__init__(**kwargs)
        self._rims: tuple[Rim, Rim] | None = None
        self._arrange_soon = Clock.create_trigger(self._arrange, -1)
        for name in (
            *(
                "text",
                "detail",
                "icon",
                "hint",
                "reason",
                "kind",
                "role",
                "detail_role",
                "bold",
                "stack",
                "align",
                "selected",
            ),
            *("enabled", "focused", "pad_mm", "gap_mm", "pos", "size"),
        ):
            self.fbind(name, self._arrange_soon)
        self.fbind("state", self._paint)
        style.follow(self)
        self._arrange_soon()

    def restyle(self) -> None:
        """The look changed."""
        self._arrange_soon()

    def on_touch_down(self, touch: Any) -> bool:
        """A button that is off swallows the touch, so that nothing below it is pressed by mistake."""
        if not self.enabled:
            return bool(self.collide_point(*touch.pos))
        return bool(super().on_touch_down(touch))

    def on_release(self) -> None:
        """The finger was lifted inside."""
        self.press()

    def press(self) -> None:
        """Does what a touch does; keys and drivers come in here."""
        action: Callable[[], object] | None = self.action
        if self.enabled and action is not None:
            action()

    # --- how it looks

    def _tones(self) -> tuple[str, str, str]:
        if not self.enabled:
            return ("muted", "" if self.kind == "quiet" else "ground", "" if self.kind == "quiet" else "line")
        if self.selected:
            return ("accent", "accent_soft", "accent")
        return _LOOK[self.kind]

    def _paint(self, *_: Any) -> None:
        words, fill, outline = self._tones()
        base: Rgba = style.color(fill or "ground")
        if self.state == "down" and self.enabled:
            strong = {"primary": style.color("ink"), "destructive": style.color("refuse")}
            base = blend(base, strong.get(self.kind, style.color("accent")), 0.22)
        self.fill = (*base[:3], 1.0 if fill or self.state == "down" else 0.0)
        if self._rims is None:
            # Not earlier: of a button that stands in a kv rule the fill comes after its making.
            self._rims = Rim(self, -1, overdraw_width=1), Rim(self, 3)
        edge, mark = self._rims
        edge.draw(self, style.tint(outline, 1), 1.3 if self.kind == "destructive" else 1.1)
        mark.draw(self, style.tint("accent", 1 if self.focused else 0), 1.8)
        muted = words if self.kind == "primary" and self.enabled else "muted"
        tones = {"detail": "refuse" if not self.enabled and self.reason else muted, "hint": muted}
        for name, part in self._parts.items():
            part.tone = tones.get(name, words)

    def _part(self, name: str) -> Any:
        """What is seen of this name; ``None``: nothing."""
        part = self._parts.get(name)
        return part if part is not None and part.parent is self else None

    def _put(self, name: str, what: str) -> None:
        part = self._parts.get(name)
        if part is None:
            if not what:
                return
            part = self._parts[name] = _PARTS[name]()
        if name == "icon":
            part.icon = what
        else:
            part.text = what
        if what and part.parent is None:
            self.add_widget(part)
        elif not what and part.parent is self:
            self.remove_widget(part)

    def _arrange(self, *_: Any) -> None:
        self._put("text", self.text)
        self._put("detail", self.reason if not self.enabled and self.reason else self.detail)
        self._put("hint", self.hint)
        self._put("icon", self.icon)
        if (text := self._part("text")) is not None:
            text.bold = self.bold or self.kind == "primary" or self.selected
        for line in self._lines():
            line.align = self.align
        self._paint()
        if self.stack:
            self._arrange_stacked()
        else:
            self._arrange_in_line()

    def _lines(self) -> list[Any]:
        """The words and the second line, as far as they are there."""
        return [part for part in (self._part("text"), self._part("detail")) if part is not None]

    def _fit(self, label: Text, role: str, width: float, height: float) -> None:
        """On one line when it fits; else on two that break between words; else in a smaller role."""
        label.size_hint = (None, None)
        for smaller in reversed(ROLES[: ROLES.index(role) + 1]):
            label.role = smaller
            label.wrap, label.hug = False, True
            label.texture_update()
            label.size = label.texture_size
            if label.width <= width:
                return
            longest = max(label.text.split(), key=len, default="")
            whole = label.width * len(longest) / max(1, len(label.text)) <= width * 0.92
            if not (whole or not label.text.isascii()):
                continue
            label.hug, label.wrap, label.width = False, True, width
            label.texture_update()
            label.height = label.texture_size[1]
            if label.height <= height:
                return

    def _fit_words(self, width: float, height: float) -> None:
        below, (text, detail) = 0.0, (self._part("text"), self._part("detail"))
        if detail is not None:
            self._fit(detail, self.detail_role, width, height)
            below = detail.height
        if text is not None:
            self._fit(text, self.role, width, height - below)

    def _words_height(self) -> float:
        return sum(float(line.height) for line in self._lines())

    def _place_words(self, left: float, width: float, middle: float) -> None:
        top = middle + self._words_height() / 2
        for line in self._lines():
            top -= line.height
            line.x = round(left if self.align == "left" else left + (width - line.width) / 2)
            line.y = round(top)

    def _arrange_in_line(self) -> None:
        pad, gap = style.px(self.pad_mm), style.px(self.gap_mm)
        side = round(style.font_px(self.role) * 1.25)
        picture, hint_label = self._part("icon"), self._part("hint")
        icon = side + gap if self.icon and (self.text or self.detail) else 0
        hint = 0
        if hint_label is not None:
            hint_label.texture_update()
            hint = hint_label.texture_size[0] + gap
        room = max(1.0, self.width - 2 * pad - icon - hint)
        self._fit_words(room, self.height - style.px(2))
        widest = max([line.width for line in self._lines()], default=0)
        if self.align == "left":
            start = self.x + pad
        else:
            # The words stay in the middle of the button while the hint leaves them room on both sides.
            start = self.center_x - (widest + icon) / 2
            start = min(start, self.right - pad - hint - widest - icon)
        if picture is not None:
            picture.side = side
            if icon:
                picture.pos = (round(start), round(self.center_y - side / 2))
            else:
                picture.center = (round(self.center_x), round(self.center_y))
        self._place_words(start + icon, widest, self.center_y)
        if hint_label is not None:
            hint_label.right = round(self.right - pad)
            hint_label.center_y = round(self.center_y)

    def _arrange_stacked(self) -> None:
        pad, gap = style.px(self.pad_mm), style.px(2)
        picture, hint = self._part("icon"), self._part("hint")
        side = round(style.font_px(self.role) * 2.0) if picture is not None else 0
        room = max(1.0, self.width - 2 * pad)
        self._fit_words(room, self.height - side - style.px(4))
        height = side + (gap if side else 0) + self._words_height()
        top = self.center_y + height / 2
        if picture is not None:
            left = self.x + pad if self.align == "left" else self.center_x - side / 2
            picture.side = side
            picture.pos = (round(left), round(top - side))
        self._place_words(self.x + pad, room, top - height + self._words_height() / 2)
        if hint is not None:
            hint.texture_update()
            hint.right = round(self.right - pad)
            hint.top = round(self.top - pad / 2)
